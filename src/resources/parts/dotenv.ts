import type { Text } from '../../index.ts'
import { reveal, Secret } from '../../index.ts'

/** A file of variables as compose reads it: each value in double quotes, in which nothing is replaced. Secret if any of them is. */
export function dotenv(env: Readonly<Record<string, Text>>): Text {
  const write = (): string =>
    Object.keys(env)
      .sort()
      .map(name => `${name}="${escaped(reveal(env[name] ?? ''))}"\n`)
      .join('')
  return Object.values(env).some(Secret.is) ? new Secret(write) : write()
}

const escaped = (value: string): string =>
  value
    .replaceAll(/["\\$]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`)

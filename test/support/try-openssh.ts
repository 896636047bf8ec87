import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { RampartError } from '../../src/model/error.ts'
import type { SshRoute } from '../../src/model/route.ts'
import type { OpensshOptions } from '../../src/transport/openssh.ts'
import { createOpenssh } from '../../src/transport/openssh.ts'
import type { Connection } from '../../src/transport/transport.ts'
import { run } from './far.ts'

/** Nothing of this machine's ssh_config, and quick to give up. */
export const ALONE: OpensshOptions = { acceptNew: false, config: 'none', backoff: 20 }

/** Connects, asks one shell, closes; gives what it said, or the error. Errors that are not ours are thrown. */
export async function tryOpenssh(
  route: SshRoute,
  options: Partial<OpensshOptions> = {},
  text = 'echo in',
): Promise<string | RampartError> {
  const transport = createOpenssh({ ...ALONE, ...options })
  try {
    return await say(await transport.connect(route), text)
  } catch (error) {
    if (error instanceof RampartError) return error
    throw error
  } finally {
    await transport.close()
  }
}

/** The error of a connection that must fail so. */
export async function opensshRefusal<E extends RampartError>(
  kind: new (...given: never[]) => E,
  route: SshRoute,
  options: Partial<OpensshOptions> = {},
): Promise<E> {
  const answer = await tryOpenssh(route, options)
  if (answer instanceof kind) return answer
  throw new Error(`wanted ${kind.name}, got ${answer}`)
}

/** What a script says on a shell of its own. */
export async function say(connection: Connection, text: string): Promise<string> {
  return (await run(connection.shell(), text)).stdout.trim()
}

/** Signs a key's public half for a user; the certificate is beside it, where ssh looks. Gives the key. */
export function certify(authority: string, key: string, user: string): string {
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'test', '-n', user, `${key}.pub`], {
    stdio: 'ignore',
  })
  return key
}

/** A process of this machine. */
export interface Process {
  readonly pid: number
  /** Its arguments, with spaces in between. */
  readonly line: string
}

/** Those that have this text in their arguments. */
export function processesWith(text: string): readonly Process[] {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .flatMap(pid => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return [{ pid: Number(pid), line }]
      } catch {
        return [] // It has ended.
      }
    })
    .filter(({ line }) => line.includes(text))
}

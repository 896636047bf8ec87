import { z } from '../../index.ts'

/** A package as it is named: `nginx`, `libc6:i386`, `teleport=18.6.0`, `postgresql=15.*`. */
export interface NamedPackage {
  /** With its architecture, if one was given. */
  readonly name: string
  /** `*` stands for any letters. */
  readonly version: string | undefined
}

/**
 * The parameter for it, by the rules of Debian's policy (5.6.1, 5.6.12). A name cannot end in `-` here: apt-get would
 * remove that package instead.
 */
export function packageName(): z.ZodType<string, string> {
  return z.string().regex(/^[a-z0-9][a-z0-9+.-]*[a-z0-9+.](:[a-z0-9][a-z0-9-]*)?(=[A-Za-z0-9.+:~*-]+)?$/, {
    error: "expected the name of a package, such as 'nginx', 'nginx=1.24.*' or 'libc6:i386'",
  })
}

export function namedPackage(text: string): NamedPackage {
  const [name = '', version] = text.split('=')
  return { name, version }
}

/** Whether a version is the wanted one. */
export function isVersion(version: string, wanted: string): boolean {
  const pattern = wanted
    .split('*')
    .map(part => part.replaceAll(/[.+]/g, String.raw`\$&`))
    .join('.*')
  return new RegExp(`^${pattern}$`).test(version)
}

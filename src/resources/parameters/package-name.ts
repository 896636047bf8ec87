import { z } from '../../index.ts'

/** A package as it is named: `nginx`, `libc6:i386`, `teleport=18.6.0`, `postgresql=15.*`. */
export interface NamedPackage {
  /** With its architecture, if one was given. */
  readonly name: string
  /** `*` stands for any letters. */
  readonly version: string | undefined
}

/**
 * The parameter for it, by the rules of Debian's policy (5.6.1, 5.6.12) and of rpm. A name cannot end in `-` here: apt-get
 * would remove that package instead.
 */
export function packageName(): z.ZodType<string, string> {
  return z.string().regex(/^[A-Za-z0-9]([\w+.-]*[\w+.])?(:[a-z0-9][a-z0-9_-]*)?(=[\w.+:~^*-]+)?$/, {
    error: "expected the name of a package, such as 'nginx', 'nginx=1.24.*' or 'libc6:i386'",
  })
}

export function namedPackage(text: string): NamedPackage {
  const [name = '', version] = text.split('=')
  return { name, version }
}

/** As rpm and dnf are told of it: `name.architecture`, `name-version`. */
export function rpmName(text: string): string {
  const { name, version } = namedPackage(text)
  const [bare, architecture] = name.split(':')
  const versioned = version === undefined ? bare : `${bare}-${version}`
  return architecture === undefined ? `${versioned}` : `${versioned}.${architecture}`
}

/** Whether a version is the wanted one. */
export function isVersion(version: string, wanted: string): boolean {
  const pattern = wanted
    .split('*')
    .map(part => part.replaceAll(/[.+^]/g, String.raw`\$&`))
    .join('.*')
  return new RegExp(`^${pattern}$`).test(version)
}

/** The same of rpm, where the epoch and the release may be left out, as dnf lets them be. */
export function isRpmVersion(version: string, wanted: string): boolean {
  const [epoch, rest = ''] = version.includes(':') ? version.split(':') : ['0', version]
  const [upstream = ''] = rest.split('-')
  return [rest, upstream, `${epoch}:${rest}`, `${epoch}:${upstream}`].some(form => isVersion(form, wanted))
}

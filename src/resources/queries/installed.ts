import type { Query } from '../../index.ts'
import { read } from '../../index.ts'
import { candidates, policy } from './apt-policy.ts'
import { repoquery } from './dnf-repoquery.ts'
import { dpkgQuery, parseDpkg } from './dpkg.ts'
import type { PackageSystem } from './package-system.ts'
import { PACKAGE_SYSTEM, packageSystem } from './package-system.ts'
import { parseRpm, rpmQuery, rpmRows } from './rpm.ts'
import { wordsQuery } from './words.ts'

/** What a host knows of a package. */
export interface InstalledPackage {
  readonly system: PackageSystem
  /** Of the package as it is installed and configured; null if it is not. Of rpm: with its release, and its epoch unless that is 0. */
  readonly version: string | null
  /** It is neither whole nor gone: something went wrong between. */
  readonly isBroken: boolean
  /** It was removed, and its configuration files are still there. */
  readonly isLeftOver: boolean
  /** apt-mark(8) or dnf-versionlock(8) keeps its version. */
  readonly isHeld: boolean
  /** Another installed package says that it stands for this one (Provides). */
  readonly isProvided: boolean
}

/**
 * One `dpkg-query` or `rpm -q` for any number of packages; a second one, for what others provide, only if one of them is
 * not installed. Throws a CheckFailed on a host with neither.
 */
export const installedPackage: Query<string, InstalledPackage> = wordsQuery<InstalledPackage>({
  name: 'installed packages',
  command: names => read`${PACKAGE_SYSTEM}echo "$system"
case $system in
dpkg) ${dpkgQuery(names)} ;;
rpm) ${rpmQuery(names)} ;;
esac`,
  parse(reply, names) {
    const [first, rest] = divided(reply.stdout)
    return packageSystem(first) === 'dpkg'
      ? parseDpkg({ ...reply, stdout: rest }, names)
      : parseRpm(rest, names)
  },
})

/**
 * The version of an installed package, such as `18.6.0-1`; null if it is not installed:
 * `await probe.ask(packageVersion, 'teleport')`.
 */
export const packageVersion: Query<string, string | null> = {
  name: 'version of packages',
  command: names => installedPackage.command(names),
  parse: (reply, names) => installedPackage.parse(reply, names).map(({ version }) => version),
}

/** The version that apt or dnf would install; null if it knows none. One command for any number of packages. */
export const candidateOf: Query<string, string | null> = wordsQuery<string | null>({
  name: 'candidates of packages',
  command: names => read`${PACKAGE_SYSTEM}echo "$system"
case $system in
dpkg) ${policy(names)} ;;
rpm) ${repoquery(names)} ;;
esac`,
  parse({ stdout }, names) {
    const [first, rest] = divided(stdout)
    if (packageSystem(first) === 'dpkg') return candidates(rest, names)
    const rows = rpmRows(rest)
    return names.map(name => rows.findLast(row => row.is(name))?.version ?? null)
  },
})

/** The first line, and all after it. */
function divided(stdout: string): readonly [first: string, rest: string] {
  const [first = ''] = stdout.split('\n', 1)
  return [first, stdout.slice(first.length + 1)]
}

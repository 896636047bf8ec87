import type { Plan } from '../../index.ts'
import { CheckFailed, drift, inSync } from '../../index.ts'
import { isRpmVersion, isVersion, namedPackage } from '../parameters/package-name.ts'
import { isOlder } from '../parameters/rpm-version.ts'
import type { InstalledPackage } from '../queries/installed.ts'
import type { PackageSystem } from '../queries/package-system.ts'
import type { Changes } from './attributes.ts'
import { packageStep } from './package-work.ts'
import type { PackagesSpec, PackagesState } from './packages-spec.ts'

/** One package of the list: what is wanted of it, and what of that is not so. */
interface Verdict {
  readonly text: string
  readonly name: string
  readonly deb: InstalledPackage
  readonly change: readonly [string, string] | undefined
  readonly isMarked: boolean
}

export function installation(spec: PackagesSpec, state: PackagesState): Plan {
  const verdicts = spec.names.map((text, i) =>
    verdict(spec, text, state.installed[i] as InstalledPackage, state.candidates[i] ?? null),
  )
  const changed = verdicts.filter(({ change }) => change !== undefined)
  const marked = verdicts.filter(({ isMarked }) => isMarked).map(({ name }) => name)
  if (changed.length === 0 && marked.length === 0 && state.isFresh) return inSync()
  // With new lists any of them may turn out to have a newer version.
  const wanted = state.isFresh ? changed : verdicts.filter(({ deb }) => mayHaveNewer(deb, spec.hold))
  return drift({ kind: 'fields', changes: changesOf(spec, verdicts, state.isFresh) }, [
    packageStep(systemOf(state), {
      verb: 'install',
      packages: wanted.map(({ text }) => text),
      recommends: spec.recommends,
      allowDowngrades: spec.allowDowngrades,
      allowHeld: spec.hold === true,
      autoremove: false,
      cacheTime: spec.update && (changed.length > 0 || !state.isFresh) ? spec.cacheTime : undefined,
      lockTimeout: spec.lockTimeout,
      hold: spec.hold === true ? [...new Set([...marked, ...changedLocks(state, wanted)])] : [],
      unhold: spec.hold === false ? marked : [],
    }),
  ])
}

function verdict(spec: PackagesSpec, text: string, deb: InstalledPackage, candidate: string | null): Verdict {
  const { name } = namedPackage(text)
  const change = versionChange(text, deb, spec.state === 'latest' ? candidate : null)
  if (change !== undefined && deb.isHeld && spec.hold === undefined) {
    throw new CheckFailed(`${name} is held in its version on this host`, {
      hint: `hold: true changes it and holds it again; hold: false, or ${UNHOLD[deb.system]} ${name}, gives it free.`,
    })
  }
  const isThere = deb.version !== null || change !== undefined
  return { text, name, deb, change, isMarked: spec.hold !== undefined && isThere && deb.isHeld !== spec.hold }
}

/** Neither one that only another stands for, nor one that somebody keeps. */
const mayHaveNewer = (
  { version, isProvided, isHeld }: InstalledPackage,
  hold: boolean | undefined,
): boolean => !(version === null && isProvided) && !(isHeld && hold === undefined)

function changesOf(
  { hold, cacheTime }: PackagesSpec,
  verdicts: readonly Verdict[],
  isFresh: boolean,
): Changes {
  const changes: Changes = {}
  for (const { name, deb, change, isMarked } of verdicts) {
    if (change) changes[name] = change
    if (isMarked) changes[`${name} is held`] = [String(deb.isHeld), String(hold)]
  }
  if (!isFresh) changes['lists of packages'] = ['old', `at most ${cacheTime} s old`]
  return changes
}

/** From which version to which; undefined if it is as wanted. `candidate`: the latest, if that is wanted and known. */
function versionChange(
  text: string,
  deb: InstalledPackage,
  candidate: string | null,
): readonly [string, string] | undefined {
  const { version } = namedPackage(text)
  const from = deb.version ?? (deb.isBroken ? 'half installed' : 'absent')
  if (candidate !== null) {
    return isLatest(deb, candidate) ? undefined : [from, candidate]
  }
  if (version !== undefined) {
    return deb.version !== null && hasVersion(deb, version) ? undefined : [from, version]
  }
  return deb.version !== null || (deb.isProvided && !deb.isBroken) ? undefined : [from, 'present']
}

export function removal(spec: PackagesSpec, state: PackagesState): Plan {
  const changes: Changes = {}
  for (const [i, name] of spec.names.entries()) {
    const { system, version, isBroken, isLeftOver, isHeld } = state.installed[i] as InstalledPackage
    if (version === null && !isBroken && !(isLeftOver && spec.purge)) continue
    if (isHeld) {
      throw new CheckFailed(`${name} is held on this host`, {
        hint: `${UNHOLD[system]} ${name} there gives it free.`,
      })
    }
    changes[name] = [version ?? (isBroken ? 'half installed' : 'configuration files'), 'absent']
  }
  const names = Object.keys(changes)
  if (names.length === 0) return inSync()
  return drift({ kind: 'fields', changes }, [
    packageStep(systemOf(state), {
      verb: spec.purge ? 'purge' : 'remove',
      packages: names,
      recommends: undefined,
      allowDowngrades: false,
      allowHeld: false,
      autoremove: spec.autoremove,
      cacheTime: undefined,
      lockTimeout: spec.lockTimeout,
      hold: [],
      unhold: [],
    }),
  ])
}

const systemOf = ({ installed }: PackagesState): PackageSystem => installed[0]?.system ?? 'dpkg'

const UNHOLD = { dpkg: 'apt-mark unhold', rpm: 'dnf versionlock delete' } as const

/** apt offers what is installed if that is newer, dnf only what the repositories have. */
const isLatest = ({ system, version }: InstalledPackage, candidate: string): boolean =>
  version !== null && (version === candidate || (system === 'rpm' && isOlder(candidate, version)))

const hasVersion = ({ system, version }: InstalledPackage, wanted: string): boolean =>
  version !== null && (system === 'rpm' ? isRpmVersion : isVersion)(version, wanted)

/** apt-mark(8) holds a name, dnf-versionlock(8) the version that it has then. */
const changedLocks = (state: PackagesState, wanted: readonly Verdict[]): readonly string[] =>
  systemOf(state) === 'rpm' ? wanted.map(({ name }) => name) : []

import type { Plan } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, z } from '../index.ts'
import { isVersion, namedPackage, packageName } from './parameters/package-name.ts'
import { aptGet } from './parts/apt.ts'
import type { Changes } from './parts/attributes.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import { candidateOf, hasFreshLists } from './queries/apt-policy.ts'
import type { Deb } from './queries/dpkg.ts'
import { debOf } from './queries/dpkg.ts'

const spec = z
  .object({
    names: z
      .array(packageName())
      .min(1, { error: 'expected at least one package' })
      .describe('the packages; `name=version` for one version, in which `*` stands for anything'),
    state: z
      .enum(['present', 'latest', 'absent'])
      .default('present')
      .describe('`latest`: in the newest version that the repositories offer'),
    update: z.boolean().default(true).describe('fetch the lists of packages where that is needed'),
    cacheTime: z
      .int()
      .min(60)
      .default(3600)
      .describe('seconds for which fetched lists are good enough; `latest` is not known from older ones'),
    recommends: z
      .boolean()
      .optional()
      .describe('install what the packages recommend too; not given: as the host is configured'),
    hold: z
      .boolean()
      .optional()
      .describe(
        'keep others from changing their version (apt-mark hold); true also lets us change a held one',
      ),
    allowDowngrades: z.boolean().default(false).describe('a version may be older than the installed one'),
    purge: z.boolean().default(false).describe('absent: remove configuration files too'),
    autoremove: z.boolean().default(false).describe('absent: remove what was only installed for them too'),
    lockTimeout: z
      .int()
      .min(0)
      .default(300)
      .describe("seconds to wait for another program that holds apt's or dpkg's lock"),
  })
  .superRefine((given, context) => {
    const { names, state } = given
    const bare = names.map(name => namedPackage(name).name)
    const twice = bare.find((name, i) => bare.indexOf(name) !== i)
    if (twice !== undefined) refuse(context, 'names', `${twice} stands there twice`)
    if (state !== 'present' && names.some(name => name.includes('='))) {
      refuse(context, 'names', `a package that is "${state}" has no wanted version`)
    }
    refuseUnless(state !== 'absent', context, given, ['recommends', 'hold'], 'an absent package has none')
    const removing = { purge: given.purge || undefined, autoremove: given.autoremove || undefined }
    refuseUnless(state === 'absent', context, removing, ['purge', 'autoremove'], 'only for absent packages')
  })

export type PackagesSpec = z.output<typeof spec>

/** What is known of the packages, in the order of their names. */
export interface PackagesState {
  readonly debs: readonly Deb[]
  /** The versions that apt would install; null where it knows none. Only where the latest is wanted. */
  readonly candidates: readonly (string | null)[]
  /** Whether the lists are young enough to tell the latest. */
  readonly isFresh: boolean
}

/**
 * Packages of the distribution: that they are installed, in one version or the latest, or that they are not. One
 * transaction for all of them.
 *
 * @example
 * ```ts
 * packages({ names: ['htop', 'tmux'] })
 * ```
 */
export const packages = defineResource<typeof spec, PackagesState>({
  kind: 'packages',
  spec,
  id: ({ names }) => `packages ${names.map(name => namedPackage(name).name).join(', ')}`,
  touches: ({ names }) => names.map(name => `package:${namedPackage(name).name}` as const),
  async read(probe, { names, state, cacheTime, update }) {
    const bare = names.map(name => namedPackage(name).name)
    const isLatest = state === 'latest'
    const [debs, candidates, isFresh] = await Promise.all([
      Promise.all(bare.map(name => probe.ask(debOf, name))),
      Promise.all(isLatest ? bare.map(name => probe.ask(candidateOf, name)) : []),
      isLatest && update ? hasFreshLists(probe, cacheTime) : true,
    ])
    return { debs, candidates, isFresh }
  },
  plan: (spec, state) => (spec.state === 'absent' ? removal(spec, state) : installation(spec, state)),
})

/** One package of the list: what is wanted of it, and what of that is not so. */
interface Verdict {
  readonly text: string
  readonly name: string
  readonly deb: Deb
  readonly change: readonly [string, string] | undefined
  readonly isMarked: boolean
}

function installation(spec: PackagesSpec, state: PackagesState): Plan {
  const verdicts = spec.names.map((text, i) =>
    verdict(spec, text, state.debs[i] as Deb, state.candidates[i] ?? null),
  )
  const changed = verdicts.filter(({ change }) => change !== undefined)
  const marked = verdicts.filter(({ isMarked }) => isMarked).map(({ name }) => name)
  if (changed.length === 0 && marked.length === 0 && state.isFresh) return inSync()
  // With new lists any of them may turn out to have a newer version.
  const wanted = state.isFresh ? changed : verdicts.filter(({ deb }) => mayHaveNewer(deb, spec.hold))
  return drift({ kind: 'fields', changes: changesOf(spec, verdicts, state.isFresh) }, [
    aptGet({
      verb: 'install',
      packages: wanted.map(({ text }) => text),
      options: installOptions(spec),
      cacheTime: spec.update && (changed.length > 0 || !state.isFresh) ? spec.cacheTime : undefined,
      lockTimeout: spec.lockTimeout,
      hold: spec.hold === true ? marked : [],
      unhold: spec.hold === false ? marked : [],
    }),
  ])
}

function verdict(spec: PackagesSpec, text: string, deb: Deb, candidate: string | null): Verdict {
  const { name } = namedPackage(text)
  const change = versionChange(text, deb, spec.state === 'latest' ? candidate : null)
  if (change !== undefined && deb.isHeld && spec.hold === undefined) {
    throw new CheckFailed(`${name} is held in its version on this host`, {
      hint: `hold: true changes it and holds it again; hold: false, or apt-mark unhold ${name}, gives it free.`,
    })
  }
  const isThere = deb.version !== null || change !== undefined
  return { text, name, deb, change, isMarked: spec.hold !== undefined && isThere && deb.isHeld !== spec.hold }
}

/** Neither one that only another stands for, nor one that somebody keeps. */
const mayHaveNewer = ({ version, isProvided, isHeld }: Deb, hold: boolean | undefined): boolean =>
  !(version === null && isProvided) && !(isHeld && hold === undefined)

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
  deb: Deb,
  candidate: string | null,
): readonly [string, string] | undefined {
  const { version } = namedPackage(text)
  const from = deb.version ?? (deb.isBroken ? 'half installed' : 'absent')
  if (candidate !== null) {
    return deb.version === candidate ? undefined : [from, candidate]
  }
  if (version !== undefined) {
    return deb.version !== null && isVersion(deb.version, version) ? undefined : [from, version]
  }
  return deb.version !== null || (deb.isProvided && !deb.isBroken) ? undefined : [from, 'present']
}

function installOptions({ recommends, allowDowngrades, hold }: PackagesSpec): readonly string[] {
  return [
    ...(recommends === undefined ? [] : ['-o', `APT::Install-Recommends=${recommends}`]),
    ...(allowDowngrades ? ['--allow-downgrades'] : []),
    ...(hold === true ? ['--allow-change-held-packages'] : []),
  ]
}

function removal(spec: PackagesSpec, { debs }: PackagesState): Plan {
  const changes: Changes = {}
  for (const [i, name] of spec.names.entries()) {
    const { version, isBroken, isLeftOver, isHeld } = debs[i] as Deb
    if (version === null && !isBroken && !(isLeftOver && spec.purge)) continue
    if (isHeld) {
      throw new CheckFailed(`${name} is held on this host`, {
        hint: `apt-mark unhold ${name} there gives it free.`,
      })
    }
    changes[name] = [version ?? (isBroken ? 'half installed' : 'configuration files'), 'absent']
  }
  const names = Object.keys(changes)
  if (names.length === 0) return inSync()
  return drift({ kind: 'fields', changes }, [
    aptGet({
      verb: spec.purge ? 'purge' : 'remove',
      packages: names,
      options: spec.autoremove ? ['--auto-remove'] : [],
      cacheTime: undefined,
      lockTimeout: spec.lockTimeout,
      hold: [],
      unhold: [],
    }),
  ])
}

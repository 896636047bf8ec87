import { z } from '../../index.ts'
import { namedPackage, packageName } from '../parameters/package-name.ts'
import type { InstalledPackage } from '../queries/installed.ts'
import { refuse, refuseUnless } from './refusals.ts'

/** The parameters of `packages`. */
export const packagesSpec = z
  .object({
    names: z
      .array(packageName())
      .min(1, { error: 'expected at least one package' })
      .describe(
        'the packages; `name=version` for one version, in which `*` stands for anything; those of rpm may leave the release out',
      ),
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
        'keep others from changing their version (apt-mark hold, dnf versionlock); true also lets us change a held one',
      ),
    allowDowngrades: z.boolean().default(false).describe('a version may be older than the installed one'),
    purge: z.boolean().default(false).describe('absent: remove configuration files too (apt)'),
    autoremove: z.boolean().default(false).describe('absent: remove what was only installed for them too'),
    lockTimeout: z
      .int()
      .min(0)
      .default(300)
      .describe('seconds to wait for another program that holds a lock of apt, dpkg or dnf'),
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

export type PackagesSpec = z.output<typeof packagesSpec>

/** What is known of the packages, in the order of their names. */
export interface PackagesState {
  readonly installed: readonly InstalledPackage[]
  /** The versions that apt or dnf would install; null where it knows none. Only where the latest is wanted. */
  readonly candidates: readonly (string | null)[]
  /** Whether the lists are young enough to tell the latest. */
  readonly isFresh: boolean
}

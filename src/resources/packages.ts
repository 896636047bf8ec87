import { defineResource } from '../index.ts'
import { namedPackage } from './parameters/package-name.ts'
import { installation, removal } from './parts/packages-plan.ts'
import type { PackagesSpec, PackagesState } from './parts/packages-spec.ts'
import { packagesSpec } from './parts/packages-spec.ts'
import { candidateOf, installedPackage } from './queries/installed.ts'
import { hasFreshLists } from './queries/package-system.ts'

export type { PackagesSpec, PackagesState }

/**
 * Packages of the distribution, by apt or dnf as the host has them: that they are installed, in one version or the
 * latest, or that they are not. One transaction for all of them.
 *
 * @example
 * ```ts
 * packages({ names: ['htop', 'tmux'] })
 * ```
 */
export const packages = defineResource<typeof packagesSpec, PackagesState>({
  kind: 'packages',
  spec: packagesSpec,
  id: ({ names }) => `packages ${names.map(name => namedPackage(name).name).join(', ')}`,
  touches: ({ names }) => names.map(name => `package:${namedPackage(name).name}` as const),
  async read(probe, { names, state, cacheTime, update }) {
    const bare = names.map(name => namedPackage(name).name)
    const isLatest = state === 'latest'
    const [installed, candidates, isFresh] = await Promise.all([
      Promise.all(bare.map(name => probe.ask(installedPackage, name))),
      Promise.all(isLatest ? bare.map(name => probe.ask(candidateOf, name)) : []),
      isLatest && update ? hasFreshLists(probe, cacheTime) : true,
    ])
    return { installed, candidates, isFresh }
  },
  plan: (spec, state) => (spec.state === 'absent' ? removal(spec, state) : installation(spec, state)),
})

import type { Site } from './container.ts'
import type { ReadyEngine } from './engine.ts'
import { ensureNetwork } from './network.ts'
import type { Lab } from './place.ts'
import type { Say } from './steps.ts'
import { step } from './steps.ts'
import { knownNames } from './world/names.ts'
import type { WhichWorld } from './world/which.ts'

/** Where the lab's containers are made: its networks, made now if they are not there, and the names that hosts know. */
export async function siteOf(
  lab: Lab,
  { docker, engine }: ReadyEngine,
  world: WhichWorld,
  say: Say,
): Promise<Site> {
  const { value: networks } = await step(say, 'networks', async () => {
    // One after the other, as two that look for free addresses at once find the same.
    const outer = await ensureNetwork(docker, lab, 'public')
    const inner = await ensureNetwork(docker, lab, 'cluster')
    return {
      value: { public: outer.value, cluster: inner.value },
      changed: outer.changed || inner.changed,
      detail: `public ${outer.detail}; cluster ${inner.detail}`,
    }
  })
  const names = world === false ? [] : await knownNames(networks.public, world === 'online')
  return { lab, engine: docker, cgroups: engine.cgroups, networks, world, names }
}

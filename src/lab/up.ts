import type { Site } from './container.ts'
import { removeHost } from './container.ts'
import { ensureCredentials } from './credentials.ts'
import type { ReadyEngine } from './engine.ts'
import { ensureEngine } from './engine.ts'
import type { ReachedHost } from './files.ts'
import { writeFiles } from './files.ts'
import type { FoundHost } from './found.ts'
import { findHosts } from './found.ts'
import type { LabHost } from './hosts.ts'
import { nodeNumber, usualNodes, wantedHosts } from './hosts.ts'
import { ensureImages } from './image.ts'
import type { Means } from './install.ts'
import { locked } from './lock.ts'
import { ensureNetwork } from './network.ts'
import { requireOwner } from './owner.ts'
import type { Lab, WhichLab } from './place.ts'
import { lab as labOf } from './place.ts'
import { raiseHost, unfinished } from './raise.ts'
import { proveWayIn } from './reach.ts'
import type { Say } from './steps.ts'
import { settled, step } from './steps.ts'

export interface UpOptions extends WhichLab {
  /** How many nodes; if it is not said, as many as there are, and 2 for a new lab. Fewer than there are: the rest go. */
  readonly nodes?: number | undefined
  /** Whether what is missing on this machine (an engine, debootstrap) may be installed and started. */
  readonly install?: boolean | undefined
  /** Is told of every step. */
  readonly say?: Say | undefined
}

/** The lab after `up`. */
export interface Up {
  readonly lab: Lab
  /** False: everything was so already. */
  readonly changed: boolean
  /** The hosts' names, the bastion first. */
  readonly hosts: readonly string[]
}

/**
 * Brings the lab up from whatever there is of it: nothing, some of it, or all of it, in which case it changes nothing.
 * Throws a UsageError for a name or number that cannot be, and a LabError for what this machine lacks, with the cure.
 */
export async function up(options: UpOptions = {}): Promise<Up> {
  const lab = labOf(options)
  if (options.nodes !== undefined) wantedHosts(options.nodes)
  const changes: boolean[] = []
  const say: Say = event => {
    if (event.state === 'done') changes.push(event.changed)
    options.say?.(event)
  }
  const means: Means = { install: options.install ?? false, say }
  const hosts = await locked(`lab ${lab.name}`, () => raise(lab, options.nodes, means))
  return { lab, changed: changes.includes(true), hosts: hosts.map(host => host.name) }
}

async function raise(lab: Lab, nodes: number | undefined, means: Means): Promise<readonly ReachedHost[]> {
  const ready = await ensureEngine(means)
  const found = new Map((await findHosts(ready.docker, lab)).map(host => [host.name, host]))
  requireOwner(lab, [...found.values()])
  const wanted = wantedHosts(nodes ?? nodesOf([...found.keys()]))
  const [site, images, credentials] = await Promise.all([
    siteOf(lab, ready, means.say),
    ensureImages(
      ready.docker,
      wanted.filter(host => toMake(found.get(host.name))),
      means,
    ),
    ensureCredentials(lab, means),
  ])
  await removeSurplus(site, wanted, [...found.keys()], means.say)
  const done = await settled(
    wanted.map(host =>
      step(means.say, host.name, () =>
        raiseHost(site, host, found.get(host.name), images.get(host.name), credentials),
      ),
    ),
  )
  const raised = done.map(each => each.value)
  await tellHow(lab, raised, credentials.changed, means.say)
  return raised
}

/** As many nodes as the lab has; the usual number for one that has none yet. */
function nodesOf(names: readonly string[]): number {
  const numbers = names.map(nodeNumber).filter(number => number !== undefined)
  return numbers.length === 0 ? usualNodes : Math.max(...numbers)
}

function toMake(found: FoundHost | undefined): boolean {
  return found === undefined || unfinished(found)
}

async function siteOf(lab: Lab, { docker, engine }: ReadyEngine, say: Say): Promise<Site> {
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
  return { lab, engine: docker, cgroups: engine.cgroups, networks }
}

async function removeSurplus(
  site: Site,
  wanted: readonly LabHost[],
  found: readonly string[],
  say: Say,
): Promise<void> {
  const surplus = found.filter(name => !wanted.some(host => host.name === name))
  await settled(
    surplus.map(name =>
      step(say, `remove ${name}`, async () => {
        await removeHost(site, name)
        return { value: undefined, changed: true }
      }),
    ),
  )
}

/** Writes how the lab is reached, and proves it. */
async function tellHow(lab: Lab, hosts: readonly ReachedHost[], newKey: boolean, say: Say): Promise<void> {
  await step(say, 'inventory', async () => {
    const changed = await writeFiles(lab, hosts)
    const [way] = hosts
    if (way) await proveWayIn(way.address.v4)
    return { value: undefined, changed: changed || newKey, detail: lab.files.inventory }
  })
}

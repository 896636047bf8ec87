import type { Site } from './container.ts'
import { removeHost } from './container.ts'
import { ensureCredentials } from './credentials.ts'
import { ensureEngine } from './engine.ts'
import type { ReachedHost } from './files.ts'
import { writeFiles } from './files.ts'
import type { FoundHost } from './found.ts'
import { findHosts } from './found.ts'
import type { LabHost } from './hosts.ts'
import { nodeNumber, usualNodes, wantedHosts } from './hosts.ts'
import { ensureImages } from './image.ts'
import { ensureInotify } from './inotify.ts'
import type { Means } from './install.ts'
import { locked } from './lock.ts'
import { requireOwner } from './owner.ts'
import type { Lab, WhichLab } from './place.ts'
import { lab as labOf } from './place.ts'
import { raiseHost, unfinished } from './raise.ts'
import { proveWayIn } from './reach.ts'
import { siteOf } from './site.ts'
import type { Say } from './steps.ts'
import { settled, step } from './steps.ts'
import { ensureWorldImage } from './world/image.ts'
import { openWorld } from './world/open.ts'
import { ensurePrograms } from './world/programs.ts'
import { labVariables } from './world/variables.ts'
import type { WhichWorld } from './world/which.ts'
import { whichWorld } from './world/which.ts'

export interface UpOptions extends WhichLab {
  /** How many nodes; if it is not said, as many as there are, and 2 for a new lab. Fewer than there are: the rest go. */
  readonly nodes?: number | undefined
  /** Whether what is missing on this machine (an engine, debootstrap, Go) may be installed and started. */
  readonly install?: boolean | undefined
  /**
   * Whether it has the host `world`, the internet in a box: `online` without what the real names answer. If it is not
   * said, as the lab is, and yes for a new one. Only a new lab can be told.
   */
  readonly world?: WhichWorld | undefined
  /** Is told of every step. */
  readonly say?: Say | undefined
}

/** The lab after `up`. */
export interface Up {
  readonly lab: Lab
  /** False: everything was so already. */
  readonly changed: boolean
  /** The names of the hosts that playbooks know, the bastion first. */
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
  const hosts = await locked(`lab ${lab.name}`, () => raise(lab, options, means))
  const managed = hosts.filter(host => host.outside !== true)
  return { lab, changed: changes.includes(true), hosts: managed.map(host => host.name) }
}

async function raise(lab: Lab, options: UpOptions, means: Means): Promise<readonly ReachedHost[]> {
  const ready = await ensureEngine(means)
  await ensureInotify(means)
  const found = new Map((await findHosts(ready.docker, lab)).map(host => [host.name, host]))
  requireOwner(lab, [...found.values()])
  const world = whichWorld(lab, [...found.values()], options.world)
  const wanted = wantedHosts(options.nodes ?? nodesOf([...found.keys()]), world !== false)
  const missing = wanted.filter(host => toMake(found.get(host.name)))
  const programs = missing.some(host => host.outside) ? ensurePrograms(means) : undefined
  try {
    const [site, images, credentials] = await Promise.all([
      siteOf(lab, ready, world, means.say),
      ensureImages(ready.docker, missing, means),
      ensureCredentials(lab, means),
    ])
    await removeSurplus(site, wanted, [...found.keys()], means.say)
    const done = await settled(
      wanted.map(async host => {
        const made = images.get(host.name)
        const image =
          made && programs && host.outside
            ? await ensureWorldImage(ready.docker, made, programs, means)
            : made
        return step(means.say, host.name, () =>
          raiseHost(site, host, found.get(host.name), image, credentials),
        )
      }),
    )
    const raised = done.map(each => each.value)
    await tellHow(site, raised, credentials.changed, means.say)
    return raised
  } finally {
    // What failed may not be this, and it must not go on behind our back.
    await programs?.catch(() => undefined)
  }
}

/** As many nodes as the lab has; the usual number for one that has none yet. */
function nodesOf(names: readonly string[]): number {
  const numbers = names.map(nodeNumber).filter(number => number !== undefined)
  return numbers.length === 0 ? usualNodes : Math.max(...numbers)
}

function toMake(found: FoundHost | undefined): boolean {
  return found === undefined || unfinished(found)
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

/** Lets the hosts know their world, writes how the lab is reached, and proves it. */
async function tellHow(site: Site, hosts: readonly ReachedHost[], newKey: boolean, say: Say): Promise<void> {
  const { lab } = site
  const names = hosts.map(host => host.name)
  const world = site.world === false ? undefined : await openWorld(site, names, say)
  await step(say, 'inventory', async () => {
    const changed = await writeFiles(lab, hosts, world && (await labVariables(site, world)))
    const [way] = hosts
    if (way) await proveWayIn(way.address.v4)
    return { value: undefined, changed: changed || newKey, detail: lab.files.inventory }
  })
}

import type { Docker } from '../controller/docker.ts'
import { docker } from '../controller/docker.ts'
import { bootstrapImage } from './bootstrap-image.ts'
import { LabError } from './error.ts'
import type { LabHost } from './hosts.ts'
import type { Means } from './install.ts'
import { locked } from './lock.ts'
import type { Done } from './steps.ts'
import { settled, step } from './steps.ts'
import type { System, SystemName } from './systems.ts'
import { isFormer, systems, tag } from './systems.ts'
import { vendorImage } from './vendor-image.ts'

/** What a host is made of. */
export interface HostImage {
  readonly system: SystemName
  /** Its tag in the engine. */
  readonly image: string
}

/**
 * An image for each of these hosts, by the host's name; those that the engine lacks are built side by side. A host
 * gets the first of its systems that is built already, else the first that can be had: a second `up` asks no network.
 */
export async function ensureImages(
  engine: Docker,
  hosts: readonly LabHost[],
  options: Means,
): Promise<ReadonlyMap<string, HostImage>> {
  const names = [...new Set(hosts.flatMap(host => host.systems))]
  const built = await Promise.all(names.map(name => hasImage(engine, tag(systems[name]))))
  const ready = new Set(names.filter((_, index) => built[index]))

  const building = new Map<SystemName, Promise<Done<boolean>>>()
  const obtain = async (name: SystemName): Promise<boolean> => {
    if (ready.has(name)) return true
    const under = building.get(name) ?? step(options.say, `image ${name}`, () => build(engine, name, options))
    building.set(name, under)
    return (await under).value
  }

  const chosen = hosts.map(async (host): Promise<[string, HostImage]> => {
    const wanted = host.systems.find(name => ready.has(name))
    for (const system of wanted === undefined ? host.systems : [wanted]) {
      if (await obtain(system)) return [host.name, { system, image: tag(systems[system]) }]
    }
    throw new LabError(`${host.name} has no system to run: none of ${host.systems.join(', ')} can be had`, {
      hint: 'Let the engine pull images, or give this machine a Debian mirror for debootstrap.',
    })
  })
  return new Map(await settled(chosen))
}

/** Builds one image, unless somebody did so while we waited. False: it cannot be had here, and another will do. */
function build(engine: Docker, name: SystemName, options: Means): Promise<Done<boolean>> {
  const system = systems[name]
  return locked(`image ${name}`, async () => {
    if (await hasImage(engine, tag(system))) return { value: true, changed: false }
    const refused = await vendorImage(engine, system)
    if (refused !== undefined && system.suite === undefined) {
      return { value: false, changed: false, detail: `${refused}: another system takes its place` }
    }
    if (refused !== undefined) await bootstrapImage(engine, system, options)
    await removeFormer(engine, system)
    const detail = refused === undefined ? `from ${system.image}` : `by debootstrap, as ${refused}`
    return { value: true, changed: true, detail }
  })
}

/** Removes what older recipes made of this system. The engine refuses for those that a container still needs. */
async function removeFormer(engine: Docker, system: System): Promise<void> {
  const { stdout } = await docker(engine, [
    'image',
    'ls',
    '--format',
    '{{.Repository}}:{{.Tag}}',
    'rampart-lab',
  ])
  const former = stdout.split('\n').filter(image => isFormer(image, system))
  if (former.length > 0) await docker(engine, ['image', 'rm', ...former])
}

async function hasImage(engine: Docker, image: string): Promise<boolean> {
  return (await docker(engine, ['image', 'inspect', '--format', '{{.Id}}', image])).code === 0
}

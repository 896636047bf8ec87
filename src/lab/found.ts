import type { Docker } from '../controller/docker.ts'
import { docker } from '../controller/docker.ts'
import type { LabAddress, NetworkName } from './network.ts'
import { networkNames } from './network.ts'
import type { Lab } from './place.ts'
import { labels, ours } from './place.ts'
import type { WhichWorld } from './world/which.ts'

/** A host of the lab as the engine has it. */
export interface FoundHost {
  readonly name: string
  readonly container: string
  /** As the engine calls it: `running`, `exited`, `created` … */
  readonly state: string
  /** `debian-13` and the like. */
  readonly system: string
  readonly image: string
  /** When it was last started, ISO 8601; `undefined` if never. */
  readonly since: string | undefined
  /** By the lab's network. */
  readonly addresses: Readonly<Partial<Record<NetworkName, LabAddress>>>
  /** The `.lab` folder that it belongs to. */
  readonly folder: string
  /** Which world it was made for. */
  readonly world: WhichWorld
}

const fields = [
  `{{index .Config.Labels "${labels.host}"}}`,
  '{{.Name}}',
  '{{.State.Status}}',
  `{{index .Config.Labels "${labels.system}"}}`,
  '{{.Config.Image}}',
  '{{.State.StartedAt}}',
  `{{index .Config.Labels "${labels.folder}"}}`,
  `{{index .Config.Labels "${labels.world}"}}`,
  '{{range $name, $net := .NetworkSettings.Networks}}{{$name}}={{with $net.IPAMConfig}}{{.IPv4Address}}={{.IPv6Address}}{{end}} {{end}}',
]

/** The lab's hosts that are there, running or not, the bastion first. Empty when the lab is down. */
export async function findHosts(engine: Docker, lab: Lab): Promise<readonly FoundHost[]> {
  const { stdout: ids } = await docker(engine, ['ps', '--all', '--quiet', ...ours(lab)])
  const containers = ids.split('\n').filter(id => id !== '')
  if (containers.length === 0) return []
  const { stdout } = await docker(engine, ['inspect', '--format', fields.join('\t'), ...containers])
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => parse(lab, line))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

function parse(lab: Lab, line: string): FoundHost {
  const [
    name = '',
    container = '',
    state = '',
    system = '',
    image = '',
    started = '',
    folder = '',
    world = '',
    nets = '',
  ] = line.split('\t')
  const networks = new Map(nets.split(' ').map(each => [each.split('=', 1)[0], each.split('=').slice(1)]))
  const addresses = networkNames.flatMap(network => {
    const [v4 = '', v6 = ''] = networks.get(`${lab.name}-${network}`) ?? []
    return v4 === '' ? [] : [[network, { v4, v6: v6 === '' ? undefined : v6 }] as const]
  })
  return {
    name,
    container: container.replace(/^\//, ''),
    state,
    system,
    image,
    since: started.startsWith('0001-') ? undefined : started,
    addresses: Object.fromEntries(addresses),
    folder,
    world: world === 'online' ? world : world === 'yes',
  }
}

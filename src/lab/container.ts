import { existsSync } from 'node:fs'
import type { Docker, Engine } from '../controller/docker.ts'
import { complaint, docker } from '../controller/docker.ts'
import { LabError } from './error.ts'
import type { LabHost } from './hosts.ts'
import type { HostImage } from './image.ts'
import type { LabNetwork, NetworkName } from './network.ts'
import { addressOf } from './network.ts'
import type { Lab } from './place.ts'
import { labels } from './place.ts'
import type { WhichWorld } from './world/which.ts'

/** Where a lab's containers are made. */
export interface Site {
  readonly lab: Lab
  readonly engine: Docker
  readonly cgroups: Engine['cgroups']
  readonly networks: Readonly<Record<NetworkName, LabNetwork>>
  readonly world: WhichWorld
  /** What every host knows without a DNS. */
  readonly names: readonly KnownName[]
}

/** A name and one of its addresses. An edited /etc/hosts would be lost whenever the container starts. */
export interface KnownName {
  readonly name: string
  readonly address: string
}

const init = '/lib/systemd/systemd'

/** The name of a host's container. */
export function containerOf(lab: Lab, host: string): string {
  return `${lab.name}-${host}`
}

/** Makes the host's container, in all its networks, and starts it. Throws a LabError if the engine refuses. */
export async function createHost(site: Site, host: LabHost, made: HostImage): Promise<void> {
  const { lab, engine, cgroups, networks } = site
  const name = containerOf(lab, host.name)
  const [first, ...others] = Object.entries(host.numbers).map(([network, number]) => {
    const { name: called } = networks[network as NetworkName]
    const { v4, v6 } = addressOf(networks[network as NetworkName], number)
    return [called, '--ip', v4, ...(v6 === undefined ? [] : ['--ip6', v6])] as const
  })
  if (first === undefined) throw new LabError(`${host.name} is in no network`)
  const [network, ...address] = first
  if (host.engine) await ensureVolume(engine, lab, host)
  await must(host, engine, [
    'create',
    ...[
      '--name',
      name,
      '--hostname',
      host.name,
      '--network',
      network,
      ...address,
      '--network-alias',
      host.name,
    ],
    ...marks(site, host, made),
    ...site.names.flatMap(({ name: known, address: there }) => ['--add-host', `${known}:${there}`]),
    ...rights(host, cgroups),
    ...volumes(lab, host),
    made.image,
    init,
  ])
  for (const [other, ...there] of others) {
    await must(host, engine, ['network', 'connect', '--alias', host.name, ...there, other, name])
  }
  await must(host, engine, ['start', name])
}

/** Starts a container that is there and stopped, as after a restart of this machine. */
export async function startHost({ engine, lab }: Site, host: LabHost): Promise<void> {
  await must(host, engine, ['start', containerOf(lab, host.name)])
}

/** Removes a host with all that it holds. */
export async function removeHost({ engine, lab }: Site, host: string): Promise<void> {
  const { code, stderr } = await docker(engine, ['rm', '--force', '--volumes', containerOf(lab, host)])
  if (code !== 0) throw new LabError(`${host} cannot be removed: ${complaint(stderr)}`)
}

function marks({ lab, world }: Site, host: LabHost, made: HostImage): readonly string[] {
  const marks = {
    [labels.lab]: lab.name,
    [labels.host]: host.name,
    [labels.system]: made.system,
    [labels.folder]: lab.folder,
    [labels.world]: world === 'online' ? world : world ? 'yes' : 'no',
  }
  return Object.entries(marks).flatMap(([label, value]) => ['--label', `${label}=${value}`])
}

/** What systemd needs to run a container like a machine, and roles to change its network; less than `--privileged`. */
function rights(host: LabHost, cgroups: Engine['cgroups']): readonly string[] {
  const capabilities = ['SYS_ADMIN', 'NET_ADMIN', ...(host.engine ? ['SYS_PTRACE', 'MKNOD', 'NET_RAW'] : [])]
  // In cgroups v2 systemd has but one tree, and must write to its own part of it.
  const tree = '/sys/fs/cgroup:/sys/fs/cgroup'
  const cgroup =
    cgroups === '2' ? ['--cgroupns', 'host', '-v', tree] : ['-v', host.engine ? tree : `${tree}:ro`]
  return [
    ...capabilities.flatMap(capability => ['--cap-add', capability]),
    ...['--security-opt', 'seccomp=unconfined', '--security-opt', 'apparmor=unconfined'],
    ...['--tmpfs', '/run', '--tmpfs', '/run/lock', '--tmpfs', '/tmp:exec'],
    ...cgroup,
    // For a VPN's interface; few machines lack it, and only that VPN misses it.
    ...(existsSync('/dev/net/tun') ? ['--device', '/dev/net/tun'] : []),
    ...['--stop-signal', 'SIGRTMIN+3'],
  ]
}

/** An engine inside cannot keep its layers on the layers of the engine outside. */
function volumes(lab: Lab, host: LabHost): readonly string[] {
  return host.engine ? ['-v', `${volumeOf(lab, host.name)}:/var/lib/docker`] : []
}

async function ensureVolume(engine: Docker, lab: Lab, host: LabHost): Promise<void> {
  // Made by itself, as one that `create` makes has no label, and `down` would leave it.
  await must(host, engine, [
    'volume',
    'create',
    '--label',
    `${labels.lab}=${lab.name}`,
    volumeOf(lab, host.name),
  ])
}

/** The volume for the images of a host that has an engine of its own. */
function volumeOf(lab: Lab, host: string): string {
  return `${lab.name}-${host}-docker`
}

async function must(host: LabHost, engine: Docker, args: readonly string[]): Promise<void> {
  const { code, stderr } = await docker(engine, args)
  if (code !== 0) {
    throw new LabError(
      `${host.name} cannot be ${args[0] === 'start' ? 'started' : 'made'}: ${complaint(stderr)}`,
      {
        hint: 'Make the lab anew: rampart lab down, then rampart lab up.',
      },
    )
  }
}

import { networkInterfaces } from 'node:os'
import type { Docker } from '../controller/docker.ts'
import { complaint, docker } from '../controller/docker.ts'
import { LabError } from './error.ts'
import type { Lab } from './place.ts'
import { labels } from './place.ts'
import type { Done } from './steps.ts'
import { freeSubnets, hasIpv6 } from './subnet.ts'

/** The way in first. */
export const networkNames = ['public', 'cluster'] as const
export type NetworkName = (typeof networkNames)[number]

/** A network of the lab that is there. */
export interface LabNetwork {
  /** Its name in the engine. */
  readonly name: string
  /** The first three numbers of its addresses, as `172.30.0`. */
  readonly v4: string
  /** What stands before the `::` of its addresses; undefined where there is no IPv6. */
  readonly v6: string | undefined
}

/** An address in one of the lab's networks. */
export interface LabAddress {
  readonly v4: string
  readonly v6: string | undefined
}

/** The networks, each with its private ranges; more of them for labs beside this one and machines that use ours. */
const networks: Readonly<Record<NetworkName, { closed: boolean; v4: readonly string[]; v6: string }>> = {
  public: { closed: false, v4: ['172.30', '10.130'], v6: 'fd30' },
  cluster: { closed: true, v4: ['172.31', '10.131'], v6: 'fd31' },
}

/** The host with this number, in IPv6 with the same digits, so that a person sees that it is the same. */
export function addressOf(network: LabNetwork, number: number): LabAddress {
  return {
    v4: `${network.v4}.${number}`,
    v6: network.v6 === undefined ? undefined : `${network.v6}::${number}`,
  }
}

/** The network as it is, or made now in ranges that nobody uses yet. */
export async function ensureNetwork(engine: Docker, lab: Lab, which: NetworkName): Promise<Done<LabNetwork>> {
  const name = `${lab.name}-${which}`
  const there = await findNetwork(engine, name)
  if (there) return { value: there, changed: false, detail: range(there) }
  let refused = await makeNetwork(engine, lab, which, hasIpv6())
  // An engine can lack the IPv6 that its machine has; the lab does without.
  if (refused !== undefined && hasIpv6()) refused = await makeNetwork(engine, lab, which, false)
  const made = await findNetwork(engine, name)
  if (made) return { value: made, changed: true, detail: range(made) }
  throw new LabError(`the network ${name} cannot be made: ${refused}`, {
    hint: 'Look at what is there with `docker network ls`, and take down labs that nobody needs.',
  })
}

/** Makes the network in the first ranges that are free. Answers what the engine said against it, if it did not. */
async function makeNetwork(
  engine: Docker,
  lab: Lab,
  which: NetworkName,
  ipv6: boolean,
): Promise<string | undefined> {
  const { closed, v4, v6 } = networks[which]
  const label = ['--label', `${labels.lab}=${lab.name}`, '--label', `${labels.folder}=${lab.folder}`]
  // Without an IPv4 address of the machine in it, nobody gets at a node but through the bastion, not even from here.
  const shut = closed ? ['--internal', '--opt', 'com.docker.network.bridge.inhibit_ipv4=true'] : []
  let said = 'all its ranges are in use'
  for (const free of freeSubnets(v4, v6, await usedSubnets(engine), networkInterfaces())) {
    const subnets = ['--subnet', free.v4, ...(ipv6 ? ['--ipv6', '--subnet', free.v6] : [])]
    const made = await docker(engine, [
      'network',
      'create',
      ...label,
      ...shut,
      ...subnets,
      `${lab.name}-${which}`,
    ])
    if (made.code === 0) return undefined
    said = complaint(made.stderr)
    // Somebody was faster, or a route is in the way that is nobody's network: the next range may do.
    if (!/overlap/i.test(said)) break
  }
  return said
}

/** The network, if it is there. */
async function findNetwork(engine: Docker, name: string): Promise<LabNetwork | undefined> {
  const format = '{{range .IPAM.Config}}{{.Subnet}} {{end}}'
  const { code, stdout } = await docker(engine, ['network', 'inspect', '--format', format, name])
  const subnets = stdout.trim().split(' ')
  const v4 = subnets.find(subnet => subnet.includes('.'))
  if (code !== 0 || v4 === undefined) return undefined
  const v6 = subnets.find(subnet => subnet.includes(':'))
  return { name, v4: v4.slice(0, v4.lastIndexOf('.')), v6: v6?.slice(0, v6.indexOf('::')) }
}

function range({ v4, v6 }: LabNetwork): string {
  return v6 === undefined ? `${v4}.0/24, without IPv6` : `${v4}.0/24, ${v6}::/64`
}

async function usedSubnets(engine: Docker): Promise<readonly string[]> {
  const { stdout: ids } = await docker(engine, ['network', 'ls', '--quiet'])
  const all = ids.split('\n').filter(id => id !== '')
  const format = '{{range .IPAM.Config}}{{.Subnet}} {{end}}'
  const { stdout } = await docker(engine, ['network', 'inspect', '--format', format, ...all])
  return stdout.split(/\s+/).filter(subnet => subnet !== '')
}

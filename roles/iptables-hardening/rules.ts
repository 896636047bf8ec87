import type { ChainRule, IpFamily } from 'rampart/resources'
import type { Variables } from './variables.ts'

/** A chain of ours, where it is, and what jumps to it. */
export interface OurChain {
  readonly name: 'RAMPART-PRE' | 'RAMPART-IN' | 'RAMPART-FWD'
  readonly table: 'mangle' | 'filter'
  readonly from: 'PREROUTING' | 'INPUT' | 'DOCKER-USER'
  readonly rules: readonly ChainRule[]
}

/** What of the variables makes the rules. */
export type Policy = Pick<
  Variables,
  | 'public_tcp'
  | 'public_udp'
  | 'guarded_ports'
  | 'trusted_ifaces'
  | 'trusted_cidrs'
  | 'host_policy'
  | 'docker_bridges'
>

export const familiesOf = ({ ipv6 }: Pick<Variables, 'ipv6'>): readonly IpFamily[] =>
  ipv6 ? ['v4', 'v6'] : ['v4']

/** Those of the rules that are of a family: a source, ICMP and DHCP are of one alone. */
export function ofFamily(rules: readonly ChainRule[], family: IpFamily): readonly ChainRule[] {
  const other = family === 'v4' ? 'icmpv6' : 'icmp'
  return rules.filter(
    ({ family: only = family, protocol, source }) =>
      only === family &&
      protocol !== other &&
      (source === undefined || [source].flat().some(one => one.includes(':') === (family === 'v6'))),
  )
}

const RETURN = { target: 'RETURN' } as const
const DROP = { target: 'DROP' } as const

/**
 * Judges what is for this host by the port that the outside asked for: before Docker turns it to a container, and before
 * every chain in which Docker, Tailscale and others accept packets, so that their order says nothing. In `mangle`, not
 * `raw`, as it has to know replies: without that UDP, where every program may publish a port, could not be closed.
 */
export function guardChain(policy: Policy): OurChain {
  const enforced: readonly ChainRule[] = [
    ...opened(policy),
    { protocol: 'tcp', syn: true, ...DROP },
    { protocol: 'udp', ...DROP },
    { protocol: 'sctp', ...DROP },
  ]
  const guarded: readonly ChainRule[] = policy.guarded_ports.flatMap(({ port, proto, allow_cidrs }) => [
    ...allowed(proto, port, allow_cidrs),
    proto === 'tcp' ? { protocol: proto, port, syn: true, ...DROP } : { protocol: proto, port, ...DROP },
  ])
  return {
    ...{ name: 'RAMPART-PRE', table: 'mangle', from: 'PREROUTING' },
    rules: [
      ...trusted(policy),
      { states: ['RELATED', 'ESTABLISHED'], ...RETURN },
      // What only passes through, and what goes to many, is not for a port of this host.
      { match: ['-m', 'addrtype', '!', '--dst-type', 'LOCAL'], ...RETURN },
      ...(policy.host_policy === 'enforce' ? enforced : guarded),
    ],
  }
}

/** What reaches programs of the host itself, of whatever protocol; who asks nothing new is left in peace. */
export function hostChain(policy: Policy): OurChain {
  return {
    ...{ name: 'RAMPART-IN', table: 'filter', from: 'INPUT' },
    rules: [
      ...trusted(policy),
      { states: ['RELATED', 'ESTABLISHED'], ...RETURN },
      // Connections from before connection tracking: nothing but a SYN opens one.
      { protocol: 'tcp', match: ['!', '--syn'], ...RETURN },
      { protocol: 'icmp', ...RETURN },
      // Without it there is no IPv6 at all (RFC 4890).
      { protocol: 'icmpv6', ...RETURN },
      { protocol: 'igmp', family: 'v4', ...RETURN },
      ...opened(policy),
      DROP,
    ],
  }
}

/**
 * What is routed to Docker's networks: what a published port let in was judged by the guard, and all else that comes from
 * outside goes to a container's own address, which a neighbour may know (moby#45610).
 */
export function dockerChain(policy: Policy): OurChain {
  return {
    ...{ name: 'RAMPART-FWD', table: 'filter', from: 'DOCKER-USER' },
    rules: [
      { states: ['RELATED', 'ESTABLISHED'], ...RETURN },
      ...[...new Set([...policy.docker_bridges, ...policy.trusted_ifaces])]
        .filter(name => name !== 'lo')
        .map(name => ({ in: name, ...RETURN })),
      ...sources(policy),
      { states: ['DNAT'], ...RETURN },
      ...policy.docker_bridges.map(name => ({ out: name, ...DROP })),
    ],
  }
}

function trusted(policy: Policy): readonly ChainRule[] {
  return [
    ...[...new Set(['lo', ...policy.trusted_ifaces])].map(name => ({ in: name, ...RETURN })),
    ...sources(policy),
  ]
}

const sources = ({ trusted_cidrs }: Policy): readonly ChainRule[] =>
  [...new Set(trusted_cidrs)].map(source => ({ source, ...RETURN }))

function opened({ public_tcp, public_udp, guarded_ports }: Policy): readonly ChainRule[] {
  return [
    // A lease is given to who does not have its address yet; dhclient(8) and systemd-networkd(8) ask from these ports.
    { family: 'v4', protocol: 'udp', sourcePort: 67, port: 68, ...RETURN },
    { family: 'v6', source: 'fe80::/10', protocol: 'udp', sourcePort: 547, port: 546, ...RETURN },
    ...public_tcp.map(port => ({ protocol: 'tcp', port, ...RETURN })),
    ...public_udp.map(port => ({ protocol: 'udp', port, ...RETURN })),
    ...guarded_ports.flatMap(({ port, proto, allow_cidrs }) => allowed(proto, port, allow_cidrs)),
  ]
}

const allowed = (protocol: string, port: number | string, cidrs: readonly string[]): readonly ChainRule[] =>
  [...new Set(cidrs)].map(source => ({ source, protocol, port, ...RETURN }))

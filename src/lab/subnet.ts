import { existsSync } from 'node:fs'
import { BlockList } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'

/** A range of addresses for one network, in both families. */
export interface Subnets {
  readonly v4: string
  readonly v6: string
}

/**
 * The ranges under these prefixes that are neither a network's of the engine nor one that this machine is in, best
 * first: `172.30.0.0/24` with `fd30::/64`, then `172.30.1.0/24` with `fd30:0:0:1::/64`, and so on.
 */
export function* freeSubnets(
  v4Prefixes: readonly string[],
  v6Prefix: string,
  used: readonly string[],
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>> = {},
): Generator<Subnets> {
  const here = Object.values(interfaces).flatMap(each => each ?? [])
  const taken = [...used, ...here.map(({ cidr }) => cidr ?? '')]
    .map(parse)
    .filter(range => range !== undefined)
  let number = 0
  for (const prefix of v4Prefixes) {
    for (let third = 0; third < 64; third++, number++) {
      const v4 = `${prefix}.${third}.0/24`
      const v6 = number === 0 ? `${v6Prefix}::/64` : `${v6Prefix}:0:0:${number.toString(16)}::/64`
      if (!taken.some(range => overlap(range, v4) || overlap(range, v6))) yield { v4, v6 }
    }
  }
}

/** Whether this machine, and so its engine, has IPv6 at all. */
export function hasIpv6(): boolean {
  return existsSync('/proc/net/if_inet6')
}

interface Range {
  readonly address: string
  readonly bits: number
  readonly family: 'ipv4' | 'ipv6'
}

function parse(cidr: string): Range | undefined {
  const [address, bits] = cidr.split('/')
  if (address === undefined || bits === undefined) return undefined
  return { address, bits: Number(bits), family: address.includes(':') ? 'ipv6' : 'ipv4' }
}

/** Two ranges overlap exactly if one holds the other's first address. */
function overlap(range: Range, other: string): boolean {
  const second = parse(other)
  if (second === undefined || second.family !== range.family) return false
  return holds(range, second.address) || holds(second, range.address)
}

function holds({ address, bits, family }: Range, inside: string): boolean {
  const list = new BlockList()
  list.addSubnet(address, bits, family)
  return list.check(inside, family)
}

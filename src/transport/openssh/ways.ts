import { HostUnreachable } from '../../model/error.ts'
import type { SshRoute } from '../../model/route.ts'

/**
 * The routes with one address for each machine that a route stands for, in order of preference. Throws HostUnreachable
 * for what is no address: it becomes an argument and a line of known_hosts.
 */
export function ways(route: SshRoute): readonly SshRoute[] {
  const vias = route.via === undefined ? [undefined] : ways(route.via)
  return route.addresses.flatMap(address => {
    if (!/^[\p{L}\p{N}._:%-]+$/u.test(address) || address.startsWith('-')) {
      throw new HostUnreachable(`${JSON.stringify(address)} is no address of ${route.host}`)
    }
    return vias.map(via => ({ ...route, addresses: [address], via }))
  })
}

/** The jump hosts on the way, the last one first. */
export function jumpsOf({ via }: SshRoute): readonly SshRoute[] {
  return via ? [via, ...jumpsOf(via)] : []
}

/** One way, for messages and counts. */
export interface Described {
  /** `dgx01`, `dgx01 (10.20.0.27)`, `dgx01 (10.20.0.27:2222)`: as far as the inventory says. */
  readonly who: string
  readonly address: string
  /** The first sshd on the way, which all who come by it share. */
  readonly gate: string
  /** The machines that are logged in to, jump hosts first. */
  readonly hosts: readonly string[]
}

/** Describes a route by its first addresses. */
export function describe(route: SshRoute): Described {
  const { host, port, via } = route
  const address = route.addresses[0] ?? host
  const at = port === undefined || port === 22 ? address : `${bracketed(address)}:${port}`
  const before = via && describe(via)
  return {
    who: host === at ? host : `${host} (${at})`,
    address,
    gate: before?.gate ?? `${address} ${port ?? ''}`,
    hosts: [...(before?.hosts ?? []), host],
  }
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)

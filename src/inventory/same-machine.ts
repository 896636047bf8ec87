import { InventoryError } from '../model/error.ts'
import type { FleetHost } from '../model/fleet.ts'
import type { Route, SshRoute } from '../model/route.ts'
import { placeOfHost } from './origin.ts'

/**
 * The mistake in these hosts if two of them are one machine under two names: one run would change it twice at once.
 * Tells it by the addresses and ports that the inventory gives; undefined if there is none.
 */
export function sameMachine(hosts: readonly FleetHost[]): InventoryError | undefined {
  const seen = new Map<string, FleetHost>()
  for (const host of hosts) {
    for (const machine of machines(host.route)) {
      const other = seen.get(machine)
      if (other !== undefined) return twins(other, host)
    }
    for (const machine of machines(host.route)) seen.set(machine, host)
  }
  return undefined
}

function twins(one: FleetHost, other: FleetHost): InventoryError {
  const where = one.route.transport === 'local' ? 'this machine' : one.address
  return new InventoryError(`${one.name} and ${other.name} are one machine: ${where}`, {
    at: placeOfHost(other) ?? placeOfHost(one),
    hint: `Take one of them out, or select one with --limit: -l 'all:!${other.name}'`,
  })
}

/** All that would make another host the same machine. Behind two jump hosts one private address is two machines. */
function machines(route: Route): readonly string[] {
  switch (route.transport) {
    case 'local':
      return ['local']
    case 'docker':
      return [`docker ${route.container}`]
    default:
      return route.addresses.map(address =>
        [address.toLowerCase(), route.port ?? 22, ...way(route.via)].join(' '),
      )
  }
}

function way(via: SshRoute | undefined): readonly string[] {
  return via === undefined
    ? []
    : ['via', via.addresses[0] ?? via.host, String(via.port ?? 22), ...way(via.via)]
}

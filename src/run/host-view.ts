import type { Facts } from '../model/facts.ts'
import type { Fleet, FleetHost } from '../model/fleet.ts'
import type { Host } from '../model/host.ts'

/** A host of the inventory as playbooks and roles see it, with what it said of itself. */
export function hostView(entry: FleetHost, fleet: Fleet, factsOf: (host: string) => Facts): Host {
  const { name, address, via, groups, vars } = entry
  return {
    name,
    address,
    via,
    groups,
    vars,
    get facts() {
      return factsOf(name)
    },
    hosts: pattern => fleet.select(pattern).map(other => hostView(other, fleet, factsOf)),
  }
}

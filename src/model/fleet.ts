import type { HostVars } from './host.ts'
import type { Place } from './place.ts'
import type { Route } from './route.ts'
import type { Secret } from './secret.ts'

/** An inventory, read and understood: its hosts in its order, and its groups. */
export interface Fleet {
  /** Where it was read from, for people and for the facts cache. */
  readonly source: string
  readonly hosts: ReadonlyMap<string, FleetHost>
  /** Names of the hosts of each group, children's included, in the inventory's order. `all` is one of them. */
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** The names of the groups right inside each group; all others lie in `all`. */
  readonly children: ReadonlyMap<string, readonly string[]>
  /** The hosts that a pattern names. Throws a UsageError for a name that is neither host nor group. */
  select(pattern: string): readonly FleetHost[]
}

/** One host of the inventory, before anybody spoke to it. */
export interface FleetHost {
  readonly name: string
  /** The first address by which it is reached. */
  readonly address: string
  readonly via: string | undefined
  readonly route: Route
  /** Its own `become`: as whom tasks run where neither task, role nor play says; `true` is root. */
  readonly become: boolean | string
  readonly becomePassword: Secret | undefined
  readonly groups: ReadonlySet<string>
  readonly vars: HostVars
  /** What the inventory and `--extra-vars` say for a role: its map, merged key by key. */
  roleVars(role: string): RoleVars
}

export interface RoleVars {
  /** From groups and the host: weaker than what the playbook gives. */
  readonly inventory: Readonly<Record<string, unknown>>
  /** From `--extra-vars ROLE.VARIABLE=V`: stronger than what the playbook gives. */
  readonly extra: Readonly<Record<string, unknown>>
  /** Where a value stands, or its name; of what is missing, where the role's others do, or the host. */
  placeOf(path: readonly PropertyKey[], part?: 'name' | 'value'): Place | undefined
}

import type { FleetHost, RoleVars } from '../model/fleet.ts'
import type { HostVars } from '../model/host.ts'
import type { Route } from '../model/route.ts'
import type { Secret } from '../model/secret.ts'
import type { Levels } from './levels.ts'
import { roleVars } from './role-vars.ts'
import { hostVars } from './vars.ts'

/** What is known of a host besides its variables. */
export type Fixed = Omit<FleetHost, 'vars' | 'roleVars'>

/** A host as an inventory makes it. It keeps what it was made of, for who asks where a value came from. */
export class InventoryHost implements FleetHost {
  readonly name: string
  readonly address: string
  readonly via: string | undefined
  readonly route: Route
  readonly become: boolean | string
  readonly becomePassword: Secret | undefined
  readonly groups: ReadonlySet<string>
  readonly #levels: Levels
  #vars: HostVars | undefined

  constructor(fixed: Fixed, levels: Levels) {
    this.name = fixed.name
    this.address = fixed.address
    this.via = fixed.via
    this.route = fixed.route
    this.become = fixed.become
    this.becomePassword = fixed.becomePassword
    this.groups = fixed.groups
    this.#levels = levels
  }

  /** Undefined for a host that no inventory made. */
  static levels(host: FleetHost): Levels | undefined {
    return #levels in host ? host.#levels : undefined
  }

  get vars(): HostVars {
    this.#vars ??= hostVars(this.#levels)
    return this.#vars
  }

  roleVars(role: string): RoleVars {
    return roleVars(this.#levels, role)
  }
}

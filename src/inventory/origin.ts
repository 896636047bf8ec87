import type { FleetHost } from '../model/fleet.ts'
import type { Place } from '../model/place.ts'
import { Secret } from '../model/secret.ts'
import type { Slot } from './connection-name.ts'
import type { Given } from './given.ts'
import { InventoryHost } from './inventory-host.ts'
import type { Levels } from './levels.ts'
import { connection, variable, variableNames } from './levels.ts'
import { plain } from './written.ts'

/** One value that somebody gave a host. */
export interface Origin {
  /** The name as it was written: `ansible_port` for the port. */
  readonly name: string
  /** A secret is a Secret, which prints as `***`. */
  readonly value: unknown
  readonly place: Place
  /** Who said it: `group dgx`, `group_vars/dgx`, `host`, `host_vars`, `--extra-vars` or `command line`. */
  readonly level: string
}

const SLOTS: readonly Slot[] = [
  'addresses',
  'port',
  'user',
  'key',
  'password',
  'via',
  'ssh_common_args',
  'ssh_extra_args',
  'transport',
  'become',
  'become_user',
  'become_password',
  'known_hosts',
  'container',
]

/** Where a host is named first in the inventory; undefined for one that no inventory made. */
export function placeOfHost(host: FleetHost): Place | undefined {
  return InventoryHost.levels(host)?.at()
}

/**
 * All that was said of a host and by whom: connection names first, then variables by name. The first of each list is the
 * one that counts; of a role's maps every key counts that no map before it has. Empty for a host that no inventory made.
 */
export function explain(host: FleetHost): ReadonlyMap<string, readonly Origin[]> {
  const levels = InventoryHost.levels(host)
  if (levels === undefined) return new Map()
  const slots = SLOTS.map(slot => [slot, connection(levels, slot).map(origin)] as const)
  const names = [...variableNames(levels), ...levels.roles.keys()]
  const vars = [...new Set(names)]
    .sort()
    .map(name => [name, [...ofRole(levels, name), ...variable(levels, name).map(origin)]] as const)
  return new Map([...slots, ...vars].filter(([, origins]) => origins.length > 0))
}

/** What `-e ROLE.VARIABLE=V` says of a role; a whole map of the role is among its values already. */
function ofRole({ roles, extra }: Levels, role: string): readonly Origin[] {
  const variables = roles.get(role)
  if (variables === undefined || extra.vars.has(role)) return []
  return Array.from(variables, ([name, { value }]) => {
    return { name: `${role}.${name}`, value: plain(value), place: value.at, level: '--extra-vars' }
  })
}

function origin({ name, value, level, secret }: Given): Origin {
  const found = plain(value)
  const told = secret && typeof found === 'string' ? new Secret(found) : found
  return { name, value: told, place: value.at, level: described(level) }
}

function described({ by, of, beside }: Given['level']): string {
  switch (by) {
    case 'group':
      return beside ? `group_vars/${of}` : `group ${of}`
    case 'host':
      return beside ? 'host_vars' : 'host'
    case 'extra-vars':
      return '--extra-vars'
    case 'command line':
      return 'command line'
  }
}

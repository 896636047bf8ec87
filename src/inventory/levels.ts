import type { Place } from '../model/place.ts'
import type { Slot } from './connection-name.ts'
import type { ExtraVars } from './extra-vars.ts'
import type { Given } from './given.ts'
import { byStrength } from './given.ts'
import type { Layer } from './layer.ts'
import type { Entry, WrittenMap } from './written.ts'

/** All that was said of one host, at every level. */
export interface Levels {
  readonly host: string
  /** Where it is named first; undefined for the localhost that is always there. */
  readonly at: () => Place | undefined
  /** `--extra-vars` and the command line's own flags. */
  readonly extra: Layer
  readonly own: Layer
  /** Of all groups that it is in, one layer, shared by the hosts that are in the same. */
  readonly groups: Layer
  readonly roles: ExtraVars['roles']
}

/** All values of a variable, the strongest first. */
export function variable({ extra, own, groups }: Levels, name: string): readonly Given[] {
  return [extra, own, groups].flatMap(layer => layer.vars.get(name) ?? [])
}

/** All values of a connection name, the strongest first. */
export function connection({ extra, own, groups }: Levels, slot: Slot): readonly Given[] {
  return [extra, own, groups].flatMap(layer => layer.connection.get(slot) ?? []).sort(byStrength)
}

/** What counts for a connection name. Asked for each slot of each host, so nothing is built for it. */
export function strongest({ extra, own, groups }: Levels, slot: Slot): Given | undefined {
  let found = own.connection.get(slot)?.[0] ?? groups.connection.get(slot)?.[0]
  const above = extra.connection.get(slot)?.[0]
  if (above !== undefined && (found === undefined || byStrength(above, found) < 0)) found = above
  return found
}

/** The names of all variables that a host has. */
export function variableNames({ extra, own, groups }: Levels): ReadonlySet<string> {
  return new Set([extra, own, groups].flatMap(layer => [...layer.vars.keys()]))
}

/** The same values as `--extra-vars` for a role. */
export function extraOfRole({ roles }: Levels, role: string): WrittenMap {
  return roles.get(role) ?? NONE
}

const NONE: ReadonlyMap<string, Entry> = new Map()

import { VariableError } from '../model/error.ts'
import type { RoleVars } from '../model/fleet.ts'
import type { Place } from '../model/place.ts'
import type { Given } from './given.ts'
import { contested, contradiction, shown } from './given.ts'
import type { Layer } from './layer.ts'
import type { Levels } from './levels.ts'
import { extraOfRole, variable } from './levels.ts'
import type { Entry, Part } from './written.ts'
import { asMap, placeIn, plain } from './written.ts'

/**
 * A role's variables of a host: the maps named as the role at all its levels, merged key by key. Throws a VariableError if
 * one is no map, if two groups disagree on a key, or if there are maps only under another spelling of the role's name.
 */
export function roleVars(levels: Levels, role: string): RoleVars {
  refuseOtherSpelling(levels, role)
  const inventory = new Map<string, Named>()
  for (const [name, givens] of byName(levels, role)) {
    const pair = contested(givens)
    if (pair !== undefined) throw contradiction(`${role}.${name}`, levels.host, pair)
    if (givens[0] !== undefined) inventory.set(name, givens[0])
  }
  const extra = extraOfRole(levels, role)
  return {
    inventory: record(inventory),
    extra: record(extra),
    placeOf: (path, part) =>
      placeOf(path, extra, part) ?? placeOf(path, inventory, part) ?? mapOf(levels, role) ?? levels.at(),
  }
}

/** `ssh_hardening:` or `sshHardening:` would silently leave the defaults of `ssh-hardening` in force. */
function refuseOtherSpelling(levels: Levels, role: string): void {
  if (variable(levels, role).length > 0) return
  for (const { vars } of [levels.extra, levels.own, levels.groups]) {
    const name = spellings(vars).get(spelling(role))
    const given = name === undefined ? undefined : vars.get(name)?.[0]
    if (name === undefined || given === undefined || asMap(given.value) === undefined) continue
    throw new VariableError(`nobody reads ${name} of ${levels.host}: the role is called ${role}`, {
      at: given.value.at,
      hint: `Write ${role}: { … }, or ${role}: {} beside it if ${name} is something else.`,
    })
  }
}

const spelling = (name: string): string => name.toLowerCase().replace(/[-_]/g, '')

/** Hosts of the same groups share a layer. */
const spelt = new WeakMap<Layer['vars'], ReadonlyMap<string, string>>()

function spellings(vars: Layer['vars']): ReadonlyMap<string, string> {
  const known = spelt.get(vars) ?? new Map(Array.from(vars.keys(), name => [spelling(name), name]))
  spelt.set(vars, known)
  return known
}

/** A value and the name before it. */
type Named = Pick<Entry, 'key' | 'value'>

/** Where the strongest of its maps begins. */
function mapOf(levels: Levels, role: string): Place | undefined {
  return variable(levels, role).find(({ value }) => asMap(value) !== undefined)?.value.at
}

/** Of each of its variables all values, the strongest first. */
function byName(levels: Levels, role: string): ReadonlyMap<string, readonly (Given & Named)[]> {
  const all = new Map<string, (Given & Named)[]>()
  for (const given of variable(levels, role)) {
    if (given.value.value === null) continue
    const map = asMap(given.value)
    if (map === undefined) {
      throw new VariableError(
        `${role} of ${levels.host} is ${shown(given.value)}, not a map of the role's variables`,
        {
          at: given.value.at,
          hint: `Write ${role}: { NAME: VALUE }.`,
        },
      )
    }
    // Those are stronger than the playbook, and kept apart.
    if (given.level.by === 'extra-vars') continue
    for (const [name, { key, value }] of map) {
      const before = all.get(name)
      const one = { name, key, value, level: given.level }
      if (before === undefined) all.set(name, [one])
      else before.push(one)
    }
  }
  return all
}

function record(values: ReadonlyMap<string, Named>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Array.from(values, ([name, { value }]) => [name, plain(value)]))
}

function placeOf(
  [name, ...rest]: readonly PropertyKey[],
  values: ReadonlyMap<string, Named>,
  part: Part = 'value',
): Place | undefined {
  const named = values.get(String(name))
  if (named === undefined) return undefined
  return rest.length === 0 && part === 'name' ? named.key.at : placeIn(named.value, rest, part)
}

import type { RampartError } from '../model/error.ts'
import { InventoryError } from '../model/error.ts'
import type { Slot } from './connection-name.ts'
import { meaningOf } from './connection-name.ts'
import type { Said } from './draft.ts'
import type { Given, Level } from './given.ts'
import { byStrength, contested, contradiction } from './given.ts'
import type { Entry } from './written.ts'
import { asMap } from './written.ts'

/** What was said at one or more levels, of each name the strongest first. */
export interface Layer {
  readonly vars: ReadonlyMap<string, readonly Given[]>
  readonly connection: ReadonlyMap<Slot, readonly Given[]>
}

export type Warn = (message: string) => void

export const EMPTY_LAYER: Layer = { vars: new Map(), connection: new Map() }

/** Sorts what was said of one group or host into variables and connection. Warns of what is not heeded. */
export function layerOf(said: Said, by: Level['by'], depth: number, warn: Warn): Layer {
  if (said.own.length + said.beside.length === 0) return EMPTY_LAYER
  const level = { by, of: said.name, depth }
  return joined([
    sorted(said.beside, { ...level, beside: true }, warn),
    sorted(said.own, { ...level, beside: false }, warn),
  ])
}

/** One level's entries. Two spellings of one thing meet here. */
export function sorted(entries: readonly Entry[], level: Level, warn: Warn): Layer {
  if (entries.length === 0) return EMPTY_LAYER
  const vars = new Map<string, Given[]>()
  const connection = new Map<Slot, Given[]>()
  for (const entry of entries) {
    const given: Given = { name: String(entry.key.value), value: entry.value, level }
    const meaning = meaningOf(entry)
    if (meaning.is === 'variable') add(vars, given.name, given)
    else if (meaning.is === 'connection') add(connection, meaning.slot, masked(given, meaning.slot))
    else if (meaning.is === 'fixed') warn(`${given.name} is not heeded: here it is always ${meaning.instead}`)
  }
  return { vars, connection }
}

function masked(given: Given, slot: Slot): Given {
  return slot === 'password' || slot === 'become_password' ? { ...given, secret: true } : given
}

/** Several levels as one. */
export function joined(layers: readonly Layer[]): Layer {
  const filled = layers.filter(layer => layer.vars.size + layer.connection.size > 0)
  if (filled.length <= 1) return filled[0] ?? EMPTY_LAYER
  return {
    vars: join(filled.map(layer => layer.vars)),
    connection: join(filled.map(layer => layer.connection)),
  }
}

/** What in a layer contradicts itself, by its name. Maps are left out: what they are, a role's or not, shows in use. */
export function contradictions(layer: Layer): readonly Contradiction[] {
  const found: Contradiction[] = []
  for (const [name, givens] of layer.vars) {
    const pair = contested(givens)
    if (pair === undefined || pair.every(each => asMap(each.value) !== undefined)) continue
    found.push({ overruled: other => other.vars.has(name), error: host => contradiction(name, host, pair) })
  }
  for (const [slot, givens] of layer.connection) {
    const pair = contested(givens)
    if (pair === undefined) continue
    found.push({
      overruled: other => other.connection.has(slot),
      error: host => contradiction(spelled(pair), host, pair, InventoryError),
    })
  }
  return found
}

export interface Contradiction {
  /** Whether a stronger layer has the last word. */
  overruled(other: Layer): boolean
  error(host: string): RampartError
}

/** `user`, or `user/ansible_user` where two spellings meet. */
function spelled([a, b]: readonly [Given, Given]): string {
  return a.name === b.name ? a.name : `${a.name}/${b.name}`
}

function join<K>(maps: readonly ReadonlyMap<K, readonly Given[]>[]): Map<K, readonly Given[]> {
  const all = new Map<K, readonly Given[]>()
  for (const map of maps) {
    for (const [name, givens] of map) {
      const before = all.get(name)
      all.set(name, before === undefined ? givens : [...before, ...givens].sort(byStrength))
    }
  }
  return all
}

function add<K>(map: Map<K, Given[]>, name: K, given: Given): void {
  const before = map.get(name)
  if (before === undefined) map.set(name, [given])
  else before.push(given)
}

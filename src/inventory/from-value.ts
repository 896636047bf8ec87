import { InventoryError } from '../model/error.ts'
import { Secret } from '../model/secret.ts'
import type { Entry, Source } from './written.ts'
import { Written } from './written.ts'

/**
 * What a `.ts` inventory has computed, as if it had been written in its file. Names without a value are left out.
 * Throws an InventoryError for what no inventory can hold, named by its path.
 */
export function fromValue(value: unknown, source: Source): Written {
  return convert(value, [], { source, above: new Set() })
}

interface Context {
  readonly source: Source
  /** What the value lies in, to find a value that lies in itself. */
  readonly above: Set<object>
}

function convert(value: unknown, path: readonly string[], context: Context): Written {
  const { source, above } = context
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Secret.is(value)) {
    return new Written(value, source)
  }
  if (typeof value === 'number' && Number.isFinite(value)) return new Written(value, source)
  if (typeof value !== 'object')
    throw unfit(typeof value === 'number' ? String(value) : typeof value, path, source)
  if (above.has(value)) throw unfit('a thing that lies in itself', path, source)
  above.add(value)
  const written = Array.isArray(value)
    ? new Written(
        value.map((item, i) => convert(item, [...path, String(i)], context)),
        source,
      )
    : new Written(convertMap(value, path, context), source)
  above.delete(value)
  return written
}

function convertMap(value: object, path: readonly string[], context: Context): Map<string, Entry> {
  const prototype: unknown = Object.getPrototypeOf(value)
  // Another realm's Object.prototype has no prototype either.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw unfit(`a ${value.constructor.name}`, path, context.source)
  }
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return new Map(
    entries.map(([name, each]) => {
      const key = new Written(name, context.source)
      return [name, { key, quoted: false, value: convert(each, [...path, name], context) }]
    }),
  )
}

function unfit(what: string, path: readonly string[], source: Source): InventoryError {
  const where = path.length === 0 ? 'the inventory' : path.join('.')
  return new InventoryError(`${where} is ${what}`, {
    at: source.place(0),
    hint: 'An inventory holds texts, numbers, booleans, secrets, lists and plain objects.',
  })
}

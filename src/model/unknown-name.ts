import type { z } from './schema.ts'
import { Secret } from './secret.ts'

type Path = readonly PropertyKey[]

/** A name that a schema does not know: where in the value it stands, and what is known there. */
export interface UnknownName {
  readonly path: Path
  readonly name: string
  readonly known: readonly string[]
}

/**
 * The first name in a value, at any depth, that its schema does not know; undefined if there is none. Zod itself drops such
 * names without a word. An object that takes any (`z.looseObject`, `catchall`) is left alone.
 */
export function unknownName(schema: z.ZodType, value: unknown, path: Path = []): UnknownName | undefined {
  if (typeof value !== 'object' || value === null || Secret.is(value)) return undefined
  const inside = (
    inner: z.core.$ZodType | undefined,
    // Not by defaults: a part may be undefined.
    [found, at]: readonly [unknown, Path] = [value, path],
  ): UnknownName | undefined => inner && unknownName(inner as z.ZodType, found, at)
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'object': {
      const known = Object.keys(def.shape)
      const open = def.catchall !== undefined && def.catchall._zod.def.type !== 'never'
      const name = open ? undefined : Object.keys(value).find(name => !known.includes(name))
      return name === undefined
        ? first(Object.entries(value), ([key, found]) => inside(def.shape[key], [found, [...path, key]]))
        : { path, name, known }
    }
    case 'array':
      return first(Array.isArray(value) ? value.entries() : [], ([i, found]) =>
        inside(def.element, [found, [...path, i]]),
      )
    case 'record':
      return first(Object.entries(value), ([key, found]) => inside(def.valueType, [found, [...path, key]]))
    case 'union':
      return inside(def.options.find(option => (option as z.ZodType).safeParse(value).success))
    case 'pipe':
      return inside(def.in)
    default:
      return 'innerType' in def ? inside(def.innerType) : undefined
  }
}

function first<T>(items: Iterable<T>, look: (item: T) => UnknownName | undefined): UnknownName | undefined {
  for (const item of items) {
    const found = look(item)
    if (found) return found
  }
  return undefined
}

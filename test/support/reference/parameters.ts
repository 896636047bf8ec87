import type { z } from '../../../src/index.ts'

/** One parameter of a resource, as its schema says it. */
export interface Parameter {
  /** `limits`, `[]`, `domain`: for each of the limits its domain. */
  readonly path: readonly string[]
  readonly doc: string
  readonly isRequired: boolean
  /** Undefined: none. */
  readonly standard: unknown
}

/** The parameters of a resource in their order, each followed by those inside it. */
export function parametersOf(spec: z.ZodObject): readonly Parameter[] {
  return fields(spec, [])
}

function fields(object: Schema, path: readonly string[]): readonly Parameter[] {
  return Object.entries(shapeOf(object)).flatMap(([name, schema]) => {
    const at = [...path, name]
    const layers = unwrapped(schema)
    const standard = layers.find(({ def }) => def.type === 'default')?.def.defaultValue
    const isRequired = !layers.some(({ def }) => def.type === 'default' || def.type === 'optional')
    const doc = layers.map(({ description }) => description).find(Boolean) ?? ''
    return [{ path: at, doc, isRequired, standard }, ...inside(layers, at)]
  })
}

/** What a documented object, or a list of them, holds. */
function inside(layers: readonly Schema[], path: readonly string[]): readonly Parameter[] {
  const found = layers.flatMap(schema => {
    const { type, element, options = [] } = schema.def
    if (type === 'object') return fields(schema, path)
    if (type === 'array' && element) return inside(unwrapped(element), [...path, '[]'])
    if (type === 'union') return options.flatMap(option => inside(unwrapped(option), path))
    return []
  })
  return found.filter(({ doc }) => doc !== '')
}

/** What of zod's inside is looked at here (zod 4, `_zod.def`). */
interface Schema {
  readonly description?: string | undefined
  readonly def: {
    readonly type: string
    readonly innerType?: Schema
    readonly in?: Schema
    readonly element?: Schema
    readonly options?: readonly Schema[]
    readonly shape?: Readonly<Record<string, Schema>>
    readonly defaultValue?: unknown
  }
}

const shapeOf = ({ def }: Schema): Readonly<Record<string, Schema>> => def.shape ?? {}

/** A schema and those that it is made of, down to what is given: `optional`, `default` and `pipe` are about another. */
function unwrapped(schema: Schema): readonly Schema[] {
  const inner = schema.def.innerType ?? schema.def.in
  return inner ? [schema, ...unwrapped(inner)] : [schema]
}

import { z } from '../../src/index.ts'

interface Property {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly description?: string
  readonly items?: Property
}

/** A role's variables as the table of its README, from the one source that they have. */
export function variablesTable(schema: z.ZodObject): string {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  }) as {
    readonly properties?: Readonly<Record<string, Property>>
    readonly required?: readonly string[]
  }
  const rows = Object.entries(properties).map(([name, property]) => {
    const otherwise = required.includes(name) ? 'must be given' : show(property.default)
    return `| \`${name}\` | ${typeOf(property)} | ${otherwise} | ${property.description ?? ''} |`
  })
  return ['| variable | type | default | |', '|---|---|---|---|', ...rows].join('\n')
}

function typeOf({ type, enum: values, items }: Property): string {
  if (values) return values.map(value => `\`${value}\``).join(', ')
  if (type === 'array') return `list of ${items?.type === 'object' ? 'maps' : `${items?.type ?? 'value'}s`}`
  return type ?? 'any'
}

/** Long lists of algorithms stand one below the other. */
function show(value: unknown): string {
  if (Array.isArray(value))
    return value.length === 0
      ? '`[]`'
      : value.map(one => `\`${typeof one === 'string' ? one : JSON.stringify(one)}\``).join('<br>')
  return value === undefined ? '' : `\`${JSON.stringify(value)}\``
}

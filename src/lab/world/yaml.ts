/** A secret of the inventory, read from a file: `!file PATH`. */
export interface InFile {
  readonly file: string
}

export type Value =
  | string
  | number
  | boolean
  | null
  | InFile
  | readonly Value[]
  | { readonly [name: string]: Value }

export type Variables = Readonly<Record<string, Value>>

/** Variables of an inventory, by host and by group; `all` of every host. */
export interface LabVariables {
  readonly all: Variables
  readonly hosts: Readonly<Record<string, Variables>>
  readonly groups: Readonly<Record<string, Variables>>
}

/** Variables as YAML, each on a line of its own. */
export function variableLines(variables: Variables, indent: string): readonly string[] {
  return Object.entries(variables).map(([name, value]) => `${indent}${key(name)}: ${flow(value)}`)
}

/** A value in one line: JSON is YAML, and reads the same. */
function flow(value: Value): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(flow).join(', ')}]`
  if (isInFile(value)) return `!file ${JSON.stringify(value.file)}`
  const each = Object.entries(value).map(([name, one]) => `${key(name)}: ${flow(one)}`)
  return each.length === 0 ? '{}' : `{ ${each.join(', ')} }`
}

function key(name: string): string {
  return /^[A-Za-z][\w-]*$/.test(name) ? name : JSON.stringify(name)
}

function isList(value: object): value is readonly Value[] {
  return Array.isArray(value)
}

function isInFile(value: object): value is InFile {
  return 'file' in value && Object.keys(value).length === 1
}

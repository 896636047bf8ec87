import { resolve } from 'node:path'
import { RampartError, UsageError } from '../model/error.ts'
import type { ReadingOptions } from './inventory-file.ts'
import { readDataFile } from './inventory-file.ts'
import type { Entry, WrittenMap } from './written.ts'
import { asMap } from './written.ts'
import { readYaml } from './yaml.ts'

/** What `--extra-vars` say. The last word on a name counts. */
export interface ExtraVars {
  readonly vars: WrittenMap
  /** Of each role its variables, from `ROLE.VARIABLE=V` and from maps named as it. */
  readonly roles: ReadonlyMap<string, WrittenMap>
}

/**
 * Reads `NAME=VALUE` and `ROLE.VARIABLE=VALUE`, whose value is YAML, `@FILE` and `{…}`, which are maps of YAML. Throws a
 * UsageError for anything else.
 */
export function readExtraVars(given: readonly string[], options: ReadingOptions): ExtraVars {
  const vars = new Map<string, Entry>()
  const roles = new Map<string, Map<string, Entry>>()
  const put = (role: string, name: string, entry: Entry) => {
    const variables = roles.get(role) ?? new Map<string, Entry>()
    variables.set(name, entry)
    roles.set(role, variables)
  }
  for (const text of given) {
    if (text.startsWith('@') || text.trimStart().startsWith('{')) {
      for (const [name, entry] of readMap(text, options)) {
        vars.set(name, entry)
        for (const [variable, inner] of asMap(entry.value) ?? []) put(name, variable, inner)
      }
      continue
    }
    const { role, name, entry } = readOne(text, options)
    if (role === undefined) vars.set(name, entry)
    else put(role, name, entry)
  }
  return { vars, roles }
}

/** The roles of which `-e ROLE.VARIABLE=VALUE` sets a variable, with what was given. A map may be for several playbooks. */
export function rolesNamed(
  given: readonly string[],
): readonly { readonly role: string; readonly flag: string }[] {
  return given.flatMap(text => {
    const [, role, name] = ONE.exec(text) ?? []
    return role === undefined ? [] : [{ role, flag: `-e ${role}.${name}` }]
  })
}

const ONE = /^(?:([\p{L}_][\p{L}\p{N}_-]*)\.)?([\p{L}_][\p{L}\p{N}_-]*)=(.*)$/su

function readMap(text: string, options: ReadingOptions): WrittenMap {
  const written = text.startsWith('@')
    ? readDataFile(resolve(options.cwd, text.slice(1)), options)
    : readYaml({ text, file: '-e', folder: options.cwd, decrypt: options.decrypt, flag: true })
  const map = asMap(written)
  if (map === undefined && written.value !== null) {
    throw new UsageError(`-e ${text.startsWith('@') ? text : '{…}'} does not hold a map of variables`, {
      at: written.at,
    })
  }
  return map ?? new Map()
}

function readOne(
  text: string,
  { cwd, decrypt }: ReadingOptions,
): { role?: string; name: string; entry: Entry } {
  const [, role, name = '', value = ''] = ONE.exec(text) ?? []
  if (name === '') {
    throw new UsageError(`-e "${text.replace(/=.*/s, '=…')}" is not NAME=VALUE`, {
      hint: 'Write NAME=VALUE, ROLE.VARIABLE=VALUE for a variable of a role, or @FILE.',
    })
  }
  const file = `-e ${role === undefined ? '' : `${role}.`}${name}`
  // In Ansible one -e may set several; here the rest would silently become part of the first value.
  if (/^[^'"{[!&*|>]\S*\s+[\w.-]+=/.test(value)) {
    throw new UsageError(`${file} takes one value, and this looks like several`, {
      hint: `Write an -e for each, or quote the value for the shell and for YAML: -e '${name}="…"'.`,
    })
  }
  const written = yamlValue(value, file, { cwd, decrypt })
  // Nothing after the "=" is the empty text, as in a shell, not YAML's null.
  const entry = {
    key: written.saying(name),
    quoted: false,
    value: value === '' ? written.saying('') : written,
  }
  return role === undefined ? { name, entry } : { role, name, entry }
}

function yamlValue(text: string, file: string, { cwd, decrypt }: ReadingOptions) {
  try {
    return readYaml({ text, file, folder: cwd, decrypt, flag: true })
  } catch (cause) {
    if (!RampartError.is(cause)) throw cause
    throw new UsageError(`${file}: ${cause.message}`, {
      hint: cause.hint ?? `Quote it for the shell and for YAML: -e '…="…"'.`,
      cause,
    })
  }
}

import { checked } from '../model/checked.ts'
import { VariableError } from '../model/error.ts'
import type { HostVars } from '../model/host.ts'
import { didYouMean, nearest } from '../model/nearest.ts'
import type { z } from '../model/schema.ts'
import { Secret } from '../model/secret.ts'
import { truth } from './connection.ts'
import { connectionNames } from './connection-name.ts'
import type { Given } from './given.ts'
import { contested, contradiction, shown } from './given.ts'
import type { Levels } from './levels.ts'
import { variable, variableNames } from './levels.ts'
import type { Part } from './written.ts'
import { placeIn, plain } from './written.ts'

/** The variables of a host. Nothing is converted: a number is no text, and a text in quotes is no number. */
export function hostVars(levels: Levels): HostVars {
  const one = <T>(name: string, otherwise: T | undefined, wanted: string, read: Read<T>): T => {
    const given = strongest(levels, name)
    // Set to nothing (`name:` or `name: null`) is as good as not set.
    if (given === undefined || given.value.value === null) return otherwise ?? missing(levels, name, given)
    return read(given) ?? mistyped(levels, given, wanted)
  }
  return {
    string: (name, otherwise) => one(name, otherwise, 'a text', asText),
    number: (name, otherwise) => one(name, otherwise, 'a number', asNumber),
    flag: (name, otherwise) => one(name, otherwise, 'true or false', truth),
    list: (name, otherwise) => one(name, otherwise, 'a list of texts', asList),
    secret: name => one(name, undefined, 'a secret', asSecret),
    read<S extends z.ZodType>(name: string, schema: S): z.output<S> {
      const given = strongest(levels, name)
      const { host: of, at } = levels
      const placeOf = (path: readonly PropertyKey[], part: Part) =>
        given === undefined ? at() : placeIn(given.value, path, part)
      const cure = (path: readonly PropertyKey[]) =>
        path.length === 0 ? cureMissing(levels, name) : `Write it into ${name} of the inventory.`
      return checked(schema, given && plain(given.value), { whole: name, of, placeOf, cure })
    },
  }
}

type Read<T> = (given: Given) => T | undefined

function strongest(levels: Levels, name: string): Given | undefined {
  const givens = variable(levels, name)
  const pair = contested(givens)
  if (pair !== undefined) throw contradiction(name, levels.host, pair)
  return givens[0]
}

function asText({ value: { value } }: Given): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function asNumber({ value: { value } }: Given): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function asSecret({ value: { value } }: Given): Secret | undefined {
  return Secret.is(value) ? value : undefined
}

function asList({ value }: Given): readonly string[] | undefined {
  const list = plain(value)
  return Array.isArray(list) && list.every(item => typeof item === 'string') ? list : undefined
}

function mistyped({ host }: Levels, { name, value }: Given, wanted: string): never {
  // What stands in the place of a secret may well be the secret itself.
  const found =
    wanted === 'a secret'
      ? `a plain ${Array.isArray(value.value) ? 'list' : typeof value.value}`
      : shown(value)
  throw new VariableError(`${name} of ${host} is ${found}, not ${wanted}`, {
    at: value.at,
    hint: cure(value.value, wanted),
  })
}

function cure(value: unknown, wanted: string): string | undefined {
  if (Secret.is(value)) return 'Read it with `vars.secret`.'
  if (wanted === 'a secret')
    return 'Write !env NAME, !file PATH or !vault, so that nobody finds it in the file.'
  if (wanted === 'a text' && typeof value === 'number') return `Write it in quotes: "${value}".`
  if (
    wanted === 'a number' &&
    typeof value === 'string' &&
    value.trim() !== '' &&
    Number.isFinite(Number(value))
  )
    return `Write it without quotes: ${Number(value)}.`
  return undefined
}

function missing(levels: Levels, name: string, empty: Given | undefined): never {
  throw new VariableError(
    `${name} of ${levels.host} is ${empty === undefined ? 'missing' : 'set to nothing'}`,
    {
      at: empty?.value.at ?? levels.at(),
      hint: empty === undefined ? cureMissing(levels, name) : 'Give it a value.',
    },
  )
}

function cureMissing(levels: Levels, name: string): string {
  if (connectionNames.includes(name)) return `"${name}" says how the host is reached, and is no variable.`
  const names = variableNames(levels)
  if (nearest(name, names) !== undefined) return didYouMean(name, names)
  return 'Set it under `vars` of one of its groups, on the host itself, or with -e.'
}

import { quote } from '../model/quote.ts'
import { functions } from './prelude.ts'
import type { Mutation } from './steps.ts'

/** The handlers that a mutation wakes or has run. */
export interface Wakes {
  /** To remember before it begins: their ids, each with a line for people. */
  readonly note?: ReadonlyMap<string, string> | undefined
  /** To forget once it has succeeded. */
  readonly strike?: readonly string[] | undefined
}

/** The mutation that must have succeeded before this one may begin. */
export interface Predecessor {
  readonly number: number
  /** The exit codes with which it has succeeded. */
  readonly ok: readonly number[]
}

/** How it runs as a transient unit as a whole, which others can stop. */
export interface OwnUnit {
  readonly name: string
  /** The run's id. */
  readonly run: string
}

/** A mutation as the prelude's functions take it: with its receipt, and with the handlers that it wakes or has run. */
export function mutation(
  number: number,
  steps: Mutation,
  { note, strike = [] }: Wakes,
  { unit, after }: { readonly unit?: OwnUnit; readonly after?: Predecessor | undefined } = {},
): Mutation {
  const chained = after === undefined ? [] : [`_after ${after.number} '${after.ok.join(' ')}'`]
  const notes = note === undefined ? [] : [noting(note)]
  const strikes = strike.length === 0 ? '' : `${striking(strike)}\n`
  const plain = `${steps.text}\n${strikes}exit "$_code"`
  const body =
    unit === undefined
      ? plain
      : `_named ${quote(unit.name)} ${quote(`${functions(unit.run)}\n${plain}`)}; exit $?`
  const words = [number, quote(body), quote(steps.secret ? 'secret' : '')]
  const how = steps.silent && unit === undefined ? [...words, 'silent'] : words
  return { ...steps, text: [...chained, ...notes, `_do ${how.join(' ')}`].join('\n') }
}

/** Remembers handlers. */
export const noting = (note: ReadonlyMap<string, string>): string =>
  [...note].map(([id, line]) => `_note ${quote(id)} ${quote(line)}`).join('\n')

/** Forgets handlers. */
export const striking = (ids: readonly string[]): string => `_strike ${ids.map(quote).join(' ')}`

import type { InventoryError, RampartError } from '../model/error.ts'
import { VariableError } from '../model/error.ts'
import { showPlace } from '../model/place.ts'
import { Secret } from '../model/secret.ts'
import type { Written } from './written.ts'
import { plain, same } from './written.ts'

/** Who said something, and how strong that makes it. */
export interface Level {
  readonly by: 'group' | 'host' | 'extra-vars' | 'command line'
  /** The group's or the host's name. */
  readonly of: string
  /** In a file of group_vars/ or host_vars/, which is stronger than the inventory's own word on the same one. */
  readonly beside: boolean
  /** Of what was said at the same depth nothing is stronger: it must agree. The larger, the stronger. */
  readonly depth: number
}

/** The depths of what is not a group: theirs count from 0. The passwords of `-k` and `-K` are for who has none. */
export const DEPTH = { fallback: -1, host: 1e6, commandLine: 2e6, extraVars: 3e6 } as const

/** One value that a host was given, and by whom. */
export interface Given {
  /** The name as it was written, `ansible_port` for a port. */
  readonly name: string
  readonly value: Written
  readonly level: Level
  /** A password: told to nobody, even if it stands in the file in plain words. */
  readonly secret?: boolean
}

/** Puts the strongest first. */
export function byStrength(a: Given, b: Given): number {
  return b.level.depth - a.level.depth || Number(b.level.beside) - Number(a.level.beside)
}

/** Two of the strongest that contradict each other, if any do. Takes the list with the strongest first. */
export function contested(givens: readonly Given[]): readonly [Given, Given] | undefined {
  const [first] = givens
  if (first === undefined || givens.length === 1) return undefined
  const equals = givens.filter(each => each.level.depth === first.level.depth)
  const outdone = (one: Given): boolean =>
    !one.level.beside && equals.some(other => other.level.beside && other.level.of === one.level.of)
  const other = equals.find(each => !outdone(each) && !same(each.value, first.value))
  return other === undefined ? undefined : [first, other]
}

/** The error for two that contradict each other, with both places. */
export function contradiction(
  what: string,
  host: string,
  [a, b]: readonly [Given, Given],
  Kind: typeof InventoryError | typeof VariableError = VariableError,
): RampartError {
  const siblings = a.level.of !== b.level.of
  const other = showPlace(a.value.at)
  return new Kind(
    siblings
      ? `${what} of ${host} is ${told(b)} in the group ${b.level.of} and ${told(a)} in the group ${a.level.of} (${other})`
      : `${what} of ${host} is ${told(b)} here and ${told(a)} at ${other}`,
    {
      at: b.value.at,
      hint: siblings
        ? `Neither group lies in the other, so neither is stronger: set it on ${host}, or make the groups agree.`
        : 'Say it once.',
    },
  )
}

function told({ secret, value }: Given): string {
  return secret ? 'a secret' : shown(value)
}

/** A value for a message, never a secret. */
export function shown(written: Written): string {
  if (Secret.is(written.value)) return 'a secret'
  const text = JSON.stringify(plain(written)) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

import { NotConverged, RampartError } from '../model/error.ts'
import { showPlace } from '../model/place.ts'
import type { DiffLimits } from './diff.ts'
import { showDiff } from './diff.ts'
import type { Ink, Shown } from './ink.ts'

/** So many lines of what a failed command said are enough; the last ones tell most. */
const TAIL = 12

export interface FailureOptions {
  /** Everything: all lines, and the stack of a stranger's error or cause. */
  readonly verbose: boolean
  readonly limits: DiffLimits
}

/** An error for a person: what went wrong and where, what the host said, what is still different, what to do. */
export function showFailure(error: Error, ink: Ink, { verbose, limits }: FailureOptions): Shown[] {
  const ours = RampartError.is(error)
  const [head = '', ...said] = error.message.split('\n')
  const where = ours && error.at ? ink.bold(`${showPlace(error.at)}: `) : ''
  const name = ours || error.name === 'Error' ? '' : `${error.name}: `
  return [
    ink`${where}${ink.red(`${name}${head}`)}`,
    ...tail(said, verbose ? Number.POSITIVE_INFINITY : TAIL, ink),
    ...(isNotConverged(error) ? showDiff(error.left, ink, limits) : []),
    ...causes(error).map(cause => ink.dim(`because: ${cause}`)),
    ...(verbose
      ? strangers(error)
          .flatMap(stack)
          .map(line => ink.dim(line))
      : []),
    ...(ours && error.hint !== undefined ? hint(error.hint, ink) : []),
  ]
}

/** It may go on over several lines, such as an example. */
function hint(text: string, ink: Ink): Shown[] {
  return text.split('\n').map((line, i) => ink`${i === 0 ? '→' : ' '} ${line}`)
}

function isNotConverged(error: Error): error is NotConverged {
  return error instanceof NotConverged || (error.name === 'NotConverged' && 'left' in error)
}

function tail(lines: readonly string[], most: number, ink: Ink): Shown[] {
  const shown = lines.slice(-most).map(line => ink`${ink.dim('│')} ${line}`)
  const left = lines.length - shown.length
  return left > 0 ? [ink.dim(`│ … ${left} lines more; -v shows all`), ...shown] : shown
}

/** The messages of the causes that say more than what they caused. */
function causes(error: Error): string[] {
  const found: string[] = []
  let told = error.message
  for (let cause = error.cause; cause instanceof Error && found.length < 3; cause = cause.cause) {
    if (!saysAgain(cause, told)) found.push(cause.message.split('\n', 1)[0] ?? '')
    told += cause.message
  }
  return found
}

/** Whether a cause is what has been told in other words: the code of a system error, or the same with more around it. */
function saysAgain(cause: Error, told: string): boolean {
  const [, code] = /\b(E[A-Z]{3,})\b/.exec(cause.message) ?? []
  return (
    told.includes(cause.message) ||
    cause.message.includes(told) ||
    (code !== undefined && told.includes(code))
  )
}

/** The error and its causes, without those that are made for people. */
function strangers(error: Error): Error[] {
  const { cause } = error
  const rest = cause instanceof Error ? strangers(cause) : []
  return RampartError.is(error) ? rest : [error, ...rest]
}

function stack(error: Error): string[] {
  return (error.stack ?? '').split('\n').filter(line => line.startsWith('    at '))
}

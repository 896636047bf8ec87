import type { CheckFailed, StepFailed } from './error.ts'
import { PlaybookError, RampartError } from './error.ts'
import { placeOf } from './place-of.ts'

/**
 * An error as it is to be told: a mistake that does not say where it stands gets the place in the user's own files that
 * its stack names; what a playbook or role threw by itself becomes a PlaybookError. Any other is a defect of ours and
 * stays as it is.
 *
 * @param Kind What it becomes instead if it was thrown on purpose, while a host was looked at or cured.
 */
export function asMistake(
  error: unknown,
  Kind: typeof PlaybookError | typeof CheckFailed | typeof StepFailed = PlaybookError,
): Error {
  const at = placeOf(error)
  if (RampartError.is(error))
    return error.at === undefined && at !== undefined ? Object.assign(error, { at }) : error
  if (at === undefined || !(error instanceof Error)) return error as Error
  return new (isMistake(error) ? PlaybookError : Kind)(error.message, { at, cause: error })
}

/** The errors that somebody made who wrote a playbook, an inventory or a command line: they are the same in every run. */
const WRITTEN = ['PlaybookError', 'VariableError', 'TemplateError', 'InventoryError', 'UsageError']
/** As JavaScript finds them where no compiler ran. */
const UNTYPED = ['TypeError', 'ReferenceError']

/** Whether an error was written down by somebody, rather than found on a host. */
export function isMistake(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  return RampartError.is(error) ? WRITTEN.includes(error.name) : UNTYPED.includes(error.name)
}

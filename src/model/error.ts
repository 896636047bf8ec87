import type { Diff } from './diff.ts'
import type { Place } from './place.ts'
import { showPlace } from './place.ts'
import type { Reply } from './probe.ts'

const brand = Symbol.for('rampart.Error')

export interface ErrorOptionsWithCure extends ErrorOptions {
  /** What to do about it, as an imperative sentence. */
  readonly hint?: string | undefined
  /** Where the mistake stands. */
  readonly at?: Place | undefined
}

/** The base of all that rampart throws on purpose: what was wanted, what was found, where, and what to do. */
export class RampartError extends Error {
  override name = 'RampartError'
  readonly hint: string | undefined
  readonly at: Place | undefined
  readonly [brand] = true

  constructor(message: string, options: ErrorOptionsWithCure = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.hint = options.hint
    this.at = options.at
  }

  /** Known by a symbol and not by `instanceof`, as source and build may both be loaded. */
  static is(value: unknown): value is RampartError {
    return typeof value === 'object' && value !== null && brand in value
  }
}

/** The whole error for a person: place, message, hint. Of a stranger's error the message alone, never the stack. */
export function showError(error: unknown): string {
  if (!RampartError.is(error)) return error instanceof Error ? error.message : String(error)
  const where = error.at ? `${showPlace(error.at)}: ` : ''
  return `${where}${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}`
}

/** The command line is wrong: an unknown flag, a limit that names nobody. Exit code 1. */
export class UsageError extends RampartError {
  override name = 'UsageError'
}
/** A playbook or role is wrong: it exports something else, or two tasks contradict each other. Exit code 1. */
export class PlaybookError extends RampartError {
  override name = 'PlaybookError'
}
/** The inventory is wrong. Exit code 1. */
export class InventoryError extends RampartError {
  override name = 'InventoryError'
}
/** A variable or a parameter has no value, or one that its schema refuses. Exit code 1. */
export class VariableError extends RampartError {
  override name = 'VariableError'
}
/** A template cannot be rendered. Exit code 1. */
export class TemplateError extends RampartError {
  override name = 'TemplateError'
}

/** No way to a host: no route, refused, timed out, no such name. Nothing was started. Exit code 4. */
export class HostUnreachable extends RampartError {
  override name = 'HostUnreachable'
}
/** The host showed a key that we do not know, or not this one. Nothing was sent. Exit code 4. */
export class HostKeyRefused extends RampartError {
  override name = 'HostKeyRefused'
}
/** The host is there and its key is right, but it does not let us in. Exit code 4. */
export class LoginRefused extends RampartError {
  override name = 'LoginRefused'
  /** The ways to log in that the host takes (RFC 4252, 5.1), if it said so. */
  readonly takes: readonly string[] | undefined
  constructor(
    message: string,
    options: ErrorOptionsWithCure & { readonly takes?: readonly string[] | undefined } = {},
  ) {
    super(message, options)
    this.takes = options.takes
  }
}

/** Another run holds the host. Exit code 3. */
export class HostLocked extends RampartError {
  override name = 'HostLocked'
}
/** Sudo refused: a wrong password, no right, no sudo. Exit code 3. */
export class BecomeRefused extends RampartError {
  override name = 'BecomeRefused'
}

/** The connection went away. Exit code 3, or 4 when nothing was under way. */
export class ConnectionLost extends RampartError {
  override name = 'ConnectionLost'
  /** Whether a change may have been under way whose end is not known. */
  readonly underWay: boolean
  constructor(message: string, options: ErrorOptionsWithCure & { readonly underWay?: boolean } = {}) {
    super(message, options)
    this.underWay = options.underWay ?? false
  }
}

/** A check could not tell: its command failed, or its answer makes no sense. Exit code 3. */
export class CheckFailed extends RampartError {
  override name = 'CheckFailed'
}

/** A step of a cure failed; the steps after it did not run. Exit code 3. */
export class StepFailed extends RampartError {
  override name = 'StepFailed'
  /** What the host answered, if it answered. */
  readonly reply: Reply | undefined
  constructor(message: string, options: ErrorOptionsWithCure & { readonly reply?: Reply } = {}) {
    super(message, options)
    this.reply = options.reply
  }
}

/** The steps succeeded, and yet the task still drifts. Exit code 3. */
export class NotConverged extends RampartError {
  override name = 'NotConverged'
  /** What is still different. */
  readonly left: Diff
  constructor(left: Diff, options: ErrorOptionsWithCure = {}) {
    super('still drifts after its steps succeeded', options)
    this.left = left
  }
}

/** A guarded change was undone by the host itself. Exit code 5. */
export class RolledBack extends RampartError {
  override name = 'RolledBack'
}

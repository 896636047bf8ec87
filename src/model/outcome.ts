import type { Diff } from './diff.ts'

export type Mode = 'check' | 'apply'

/** How one task ended. The mode decides which endings exist. */
export type Outcome<M extends Mode = Mode> =
  | { readonly status: 'ok' }
  | {
      readonly status: 'failed'
      readonly during: 'check' | 'apply' | 'verify'
      readonly error: Error
      readonly diff?: Diff
    }
  | { readonly status: 'skipped'; readonly because: string }
  | (M extends 'apply' ? Changed | Lost | Undone : never)
  | (M extends 'check' ? WouldChange | Unknown : never)

export interface Changed {
  readonly status: 'changed'
  readonly diff: Diff
}

export interface WouldChange {
  readonly status: 'would-change'
  readonly diff: Diff
}

/** In `--check`: the check failed after an earlier task had drifted, so nothing can be said yet. */
export interface Unknown {
  readonly status: 'unknown'
  /** The task that would change first. */
  readonly after: string
  readonly error: Error
}

/** A change was under way when the connection went, and the host did not come back to tell its end. */
export interface Lost {
  readonly status: 'unknown'
  readonly error: Error
}

/** The host undid a guarded change, or tried to. */
export interface Undone {
  readonly status: 'rolled-back' | 'rollback-failed'
  readonly error: Error
}

export type Status = Outcome['status']

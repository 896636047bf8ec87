import type { Command } from './command.ts'
import type { Diff } from './diff.ts'
import type { Query } from './probe.ts'
import type { Text } from './secret.ts'

/** An octal file mode as chmod(1) takes it, with its leading zero: `'0644'`. */
export type FileMode = `0${number}`

/** A whole file to be written: beside its target first, with owner and mode, then renamed into place. */
export interface Upload {
  readonly path: string
  /** The content itself, or a file of the controller that is streamed. */
  readonly content: Text | Uint8Array | { readonly source: string }
  readonly mode: FileMode
  /** Default: the user that writes it. */
  readonly owner?: string
  readonly group?: string
}

/** One thing to do on a host, as data. */
export type Step = Command | Upload

/** At least one step, in order; each runs only if the one before it succeeded. */
export type Steps = readonly [Step, ...Step[]]

export interface InSync {
  readonly status: 'in-sync'
}

/** The verdict that something differs, with its cure inside: without a drift there is nothing to run. */
export interface Drift<C = Steps> {
  readonly status: 'drift'
  readonly diff: Diff
  /** Data steps, or what a hand-written apply needs to know. */
  readonly cure: C
  /** It runs every time: it is not checked again, and counts as a change in every run. */
  readonly always: boolean
  /** All that can be asked of what it touches, as the answers will be once it is cured; not given: nobody can say. */
  readonly leaves?: readonly Answer[] | undefined
}

/** What a query will answer of a path. */
export interface Answer {
  readonly query: object
  readonly path: string
  readonly value: unknown
}

/** What a check says. */
export type Plan<C = Steps> = InSync | Drift<C>

const IN_SYNC: InSync = { status: 'in-sync' }

/** Nothing to do. */
export function inSync(): InSync {
  return IN_SYNC
}

/** Something differs: `diff` is what a person sees, `cure` what mends it. */
export function drift(diff: Diff): Drift<undefined>
export function drift(diff: Diff, steps: Steps, options?: DriftOptions): Drift
export function drift<C>(diff: Diff, cure: C, options?: DriftOptions): Drift<C>
export function drift(
  diff: Diff,
  cure?: unknown,
  { always = false, leaves }: DriftOptions = {},
): Drift<unknown> {
  return { status: 'drift', diff, cure, always, leaves }
}

/** What else is to be said of a drift. */
export type DriftOptions = Partial<Pick<Drift, 'always' | 'leaves'>>

/**
 * For a drift's `leaves`: with them the next task on the same file need not wait to be looked at until the file is
 * written, and ten lines of one file cost one round trip.
 */
export function willAnswer<V>(query: Query<string, V>, path: string, value: V): Answer {
  return { query, path, value }
}

/** Whether a value is a command or a file to be written. */
export function isStep(value: unknown): value is Step {
  return typeof value === 'object' && value !== null && ('script' in value || 'content' in value)
}

/** Whether a step writes a file rather than runs a command. */
export function isUpload(step: Step): step is Upload {
  return 'content' in step
}

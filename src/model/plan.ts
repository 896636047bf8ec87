import type { Command } from './command.ts'
import type { Diff } from './diff.ts'
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
export function drift(diff: Diff, steps: Steps, options?: { readonly always?: boolean }): Drift
export function drift<C>(diff: Diff, cure: C, options?: { readonly always?: boolean }): Drift<C>
export function drift(
  diff: Diff,
  cure?: unknown,
  options: { readonly always?: boolean } = {},
): Drift<unknown> {
  return { status: 'drift', diff, cure, always: options.always ?? false }
}

/** Whether a value is a command or a file to be written. */
export function isStep(value: unknown): value is Step {
  return typeof value === 'object' && value !== null && ('script' in value || 'content' in value)
}

/** Whether a step writes a file rather than runs a command. */
export function isUpload(step: Step): step is Upload {
  return 'content' in step
}

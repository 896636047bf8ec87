import type { Diff } from '../model/diff.ts'
import type { Mode, Status } from '../model/outcome.ts'

/** How one host was found, or lost later. */
export type HostStatus = 'connected' | 'unreachable' | 'refused' | 'lost'

export type GuardState = 'armed' | 'confirmed' | 'rolled-back' | 'rollback-failed' | 'unknown'

/** All that the engine can tell, in the order in which it happens. Times are ms since the start. */
export interface Events {
  start: {
    readonly run: string
    readonly mode: Mode
    readonly playbooks: readonly string[]
    readonly inventory: string
    readonly hosts: readonly string[]
  }
  play: { readonly t: number; readonly play: string; readonly hosts: readonly string[] }
  host: {
    readonly t: number
    readonly host: string
    readonly status: HostStatus
    readonly address?: string
    readonly error?: Error
  }
  /** What a host is at now. For live displays alone: no record keeps it. */
  progress: {
    readonly t: number
    readonly host: string
    readonly play: string
    readonly role?: string
    /** The task or handler it has begun to cure, or whose look it waits for. */
    readonly task: string
    readonly doing: 'look' | 'cure'
    /** How many of its tasks in this play have ended, and how many it has. */
    readonly done: number
    readonly total: number
  }
  task: {
    readonly t: number
    readonly host: string
    readonly play: string
    readonly role?: string
    readonly task: string
    readonly status: Status
    readonly diff?: Diff
    /** Of `unknown` in `--check`: the task that would change first. Of `skipped`: why. */
    readonly after?: string
    readonly error?: Error
    readonly ms: number
  }
  handler: {
    readonly t: number
    readonly host: string
    readonly play: string
    readonly handler: string
    readonly status: Status
    readonly error?: Error
    readonly ms: number
  }
  guard: {
    readonly t: number
    readonly host: string
    readonly task: string
    readonly txid: string
    readonly state: GuardState
    readonly reason?: string
  }
  output: {
    readonly t: number
    readonly host: string
    readonly task: string
    readonly stream: 'stdout' | 'stderr'
    readonly text: string
  }
  warning: { readonly t: number; readonly message: string }
  error: { readonly t: number; readonly error: Error }
  recap: Recap
}

export interface Recap {
  readonly hosts: Readonly<Record<string, HostRecap>>
  readonly exitCode: number
  /** The whole run. */
  readonly ms: number
}

/** The six counts sum up to the host's tasks and woken handlers; what was rolled back counts as failed. */
export interface HostRecap {
  readonly ok: number
  readonly changed: number
  readonly wouldChange: number
  readonly unknown: number
  readonly failed: number
  readonly skipped: number
  readonly unreachable: 0 | 1
  /** Round trips after login and become. */
  readonly frames: number
  readonly connections: number
}

/** One event, known by its `event`. */
export type Event = { readonly [K in keyof Events]: { readonly event: K } & Events[K] }[keyof Events]

export type Emit = (event: Event) => void

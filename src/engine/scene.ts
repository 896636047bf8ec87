import type { Guard } from '../model/guard.ts'
import type { Mode } from '../model/outcome.ts'
import type { Emit, Event } from './events.ts'
import type { Gate } from './gate.ts'
import type { Reach } from './reach.ts'

/** How to log in anew. */
export interface Entrance {
  /** Run as root on the new connection; what it prints is returned. */
  readonly script: string
  /** What is other than in the inventory. */
  readonly login: NonNullable<Guard['login']>
  /** Hosts behind this one to log in to as well. */
  readonly through: readonly string[]
}

/** What all hosts of a run have in common. */
export interface Scene {
  readonly mode: Mode
  readonly reach: Reach
  readonly emit: Emit
  /** Milliseconds since the run began. */
  readonly clock: () => number
  /** Asked to end: what is under way is finished, nothing new is begun. */
  readonly stop: AbortSignal
  /** Emit what commands print. */
  readonly verbose: boolean
  /** Asked to end at once: wait for nobody. */
  readonly over: AbortSignal
  /** Who runs this, for people who find a guarded change of theirs on a host. */
  readonly owner: string
  /** Lets guarded changes in, one host first. */
  readonly gate: Gate
  /** Logs in anew on a host and on those behind it, and runs a script on the host as root. Throws if that no longer works. */
  readonly enter: (host: string, how: Entrance) => Promise<string>
  /** Whether a host no longer lets anybody in that way. */
  readonly refuses: (host: string, what: 'password' | `port:${number}`) => Promise<boolean>
  /** Hosts of the run that are reached through this one: one is enough for a proof. */
  readonly behind: (host: string) => readonly string[]
  /** Every write to any host, counted: who looked before the last one may have to look again. */
  readonly writes: { count: number }
  /** In `--check`: the first task that drifted on each host, of the plays that have ended. */
  readonly drifted: Map<string, string>
}

/** The part of an event that is said where it happens; its time is added. */
export type Said<K extends Event['event']> = Omit<Extract<Event, { event: K }>, 'event' | 't'>

/** Tells an event, now. */
export function tell<
  K extends 'host' | 'progress' | 'task' | 'handler' | 'guard' | 'output' | 'warning' | 'error' | 'play',
>(scene: Pick<Scene, 'emit' | 'clock'>, event: K, said: Said<K>): void {
  scene.emit({ event, t: scene.clock(), ...said } as unknown as Event)
}

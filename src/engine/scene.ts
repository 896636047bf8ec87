import type { Mode } from '../model/outcome.ts'
import type { Emit, Event } from './events.ts'
import type { Reach } from './reach.ts'

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
  /** Proves a host's way in by a fresh login. Throws if it no longer works. */
  readonly prove: (host: string) => Promise<void>
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

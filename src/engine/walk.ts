import { setImmediate as turn } from 'node:timers/promises'
import { isMistake } from '../model/mistake.ts'
import type { Plan } from '../model/plan.ts'
import type { Session } from '../session/session.ts'
import { Window } from './ahead.ts'
import type { TaskEntry } from './entry.ts'
import { isTask } from './entry.ts'
import type { Look } from './look.ts'
import { look } from './look.ts'
import type { Scene } from './scene.ts'
import type { Stage } from './stage.ts'

interface Count {
  readonly done: number
  readonly total: number
}

/** One host's way through all plays of a run, with the checks that run ahead of it. */
export class Walk {
  readonly session: Session
  readonly scene: Scene
  readonly stages: readonly Stage[]
  /** The window of looks past the task whose turn it is. */
  readonly window = new Window()
  /** The ids of handlers that an earlier run woke and that have not run yet. */
  readonly pending: Set<string>
  /** Why it goes no further, once that is so. */
  ended: string | undefined
  readonly #tasks: readonly TaskEntry[]
  readonly #place = new Map<TaskEntry, number>()
  readonly #counts = new Map<TaskEntry, Count>()
  readonly #looks: (Look | undefined)[] = []
  #seen = 0

  constructor(session: Session, stages: readonly Stage[], scene: Scene) {
    this.session = session
    this.stages = stages
    this.scene = scene
    this.pending = new Set(session.hello.pending)
    this.#tasks = stages.flatMap(stage => stage.entries.filter(isTask))
    for (const [i, entry] of this.#tasks.entries()) this.#place.set(entry, i)
    for (const stage of stages) {
      const tasks = stage.entries.filter(isTask)
      for (const [done, entry] of tasks.entries()) this.#counts.set(entry, { done, total: tasks.length })
    }
  }

  get host(): string {
    return this.session.host
  }

  /** How many tasks of its play stand before one, and how many there are. */
  count(entry: TaskEntry): Count {
    return this.#counts.get(entry) ?? { done: 0, total: 0 }
  }

  /** Starts the checks of all plays: the one frame that a converged host costs. */
  begin(): void {
    this.#lookFrom(0)
  }

  /** The mistakes of its checks that have shown already: in their first words, before any host could answer. */
  async mistakes(): Promise<readonly Error[]> {
    const found: Error[] = []
    const note = (error: unknown): void => {
      if (isMistake(error)) found.push(error)
    }
    for (const look of this.#looks) look?.plan.catch(note)
    await turn()
    return found
  }

  /** Begins a play: if any host was changed since this one was looked at, what was seen is forgotten. */
  freshen(): void {
    if (this.#seen !== this.scene.writes.count) this.session.refresh()
  }

  /** What a task's check says, looked at after the last write to every host that it asks. */
  async verdict(
    entry: TaskEntry,
  ): Promise<{ readonly plan: Plan<unknown>; readonly asked: ReadonlySet<string> }> {
    for (;;) {
      const seen = this.#look(entry)
      try {
        const plan = await seen.plan
        if (!seen.stale) return { plan, asked: seen.asked }
      } catch (error) {
        if (!seen.stale) throw new Unclear(error as Error, seen.asked)
      }
    }
  }

  /** The look at a task that is there already and still says something. */
  seen(entry: TaskEntry): Look | undefined {
    const known = this.#looks[this.#place.get(entry) ?? -1]
    return known?.stale === false ? known : undefined
  }

  /** How many tasks after one are known to be in sync, as long as nobody writes. */
  quietAfter(entry: TaskEntry): number {
    const from = (this.#place.get(entry) ?? 0) + 1
    const next = this.#looks.findIndex((look, i) => i >= from && !(look?.inSync && !look.stale))
    return (next === -1 ? this.#looks.length : next) - from
  }

  /** Starts the checks from a task on, to another one at least, so that they travel with what was sent in this turn. */
  lookFrom(entry: TaskEntry, to: TaskEntry = entry): void {
    this.#lookFrom(this.#place.get(entry) ?? 0, this.#place.get(to))
  }

  #look(entry: TaskEntry): Look {
    const i = this.#place.get(entry) ?? 0
    const known = this.#looks[i]
    if (known && !known.stale) return known
    this.#lookFrom(i)
    this.window.widen() // a quiet round: nothing drifted as far as was looked
    return this.#looks[i] as Look
  }

  #lookFrom(from: number, last = from): void {
    this.#seen = this.scene.writes.count
    const to = Math.min(this.#tasks.length, last + this.window.size)
    for (let i = from; i < to; i++) {
      if (this.#looks[i]?.stale === false) continue
      this.#looks[i] = look(this.#tasks[i] as TaskEntry, this.session, this.scene.reach)
    }
  }
}

/** A check could not tell. Says whom it had asked. */
export class Unclear extends Error {
  override readonly cause: Error
  readonly asked: ReadonlySet<string>
  constructor(cause: Error, asked: ReadonlySet<string>) {
    super(cause.message)
    this.cause = cause
    this.asked = asked
  }
}

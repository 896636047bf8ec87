import { createHash } from 'node:crypto'
import { StepFailed } from '../model/error.ts'
import { asMistake } from '../model/mistake.ts'
import type { Status } from '../model/outcome.ts'
import type { HandlerNode } from '../model/task.ts'
import { cureByHand, cureBySteps } from './cure.ts'
import { isTask } from './entry.ts'
import { failure } from './failure.ts'
import { tell } from './scene.ts'
import type { Stage } from './stage.ts'
import type { Walk } from './walk.ts'

/** A handler of a play, and as whom it runs: the user of the task that names it first. */
interface Known {
  readonly handler: HandlerNode
  readonly user: string
}

/**
 * One host's handlers of one play: known by name, woken once, run in the order in which the list first names them. One
 * that an earlier run woke and did not run is awake from the start.
 */
export class Handlers {
  readonly #walk: Walk
  readonly #play: string
  readonly #known = new Map<string, Known>()
  readonly #awake = new Set<string>()

  constructor(walk: Walk, stage: Stage) {
    this.#walk = walk
    this.#play = stage.play
    for (const { task, user } of stage.entries.filter(isTask)) {
      for (const handler of task.notify) {
        if (!this.#known.has(handler.name)) this.#known.set(handler.name, { handler, user })
      }
    }
    for (const name of this.#known.keys()) {
      if (walk.pending.has(this.#id(name))) this.#awake.add(name)
    }
  }

  wake(handlers: readonly HandlerNode[]): void {
    for (const { name } of handlers) this.#awake.add(name)
  }

  /** What the host is to remember before a change that wakes these: ids and lines for people. */
  notes(handlers: readonly HandlerNode[]): ReadonlyMap<string, string> {
    return new Map(handlers.map(({ name }) => [this.#id(name), `${name} (${this.#play})`]))
  }

  /** Runs those that are awake. False, and the walk has ended, if one failed or had no turn: it stays for the next run. */
  async flush(): Promise<boolean> {
    for (const [name, known] of this.#known) {
      if (!this.#awake.has(name)) continue
      if (this.#walk.scene.stop.aborted) this.#walk.ended ??= 'the run was interrupted'
      if (this.#walk.ended !== undefined) break
      await this.#run(name, known)
    }
    if (this.#walk.ended !== undefined) this.leave(this.#walk.ended)
    return this.#walk.ended === undefined
  }

  /** Runs those of these that are awake, as a part of what woke them: it is not left half way. False if one failed. */
  async finish(handlers: readonly HandlerNode[]): Promise<boolean> {
    const names = new Set(handlers.map(({ name }) => name))
    for (const [name, known] of this.#known) {
      if (!this.#awake.has(name) || !names.has(name)) continue
      await this.#run(name, known)
      if (this.#walk.ended !== undefined) return false
    }
    return true
  }

  /** These need not run, now or in the next run: what woke them was undone. */
  async forget(handlers: readonly HandlerNode[]): Promise<void> {
    if (handlers.length === 0) return
    for (const { name } of handlers) this.#awake.delete(name)
    await this.#walk.session.strike(handlers.map(({ name }) => this.#id(name))).catch(() => undefined)
  }

  /** Tells of those still awake that they have no turn; what woke them has noted them for the next run. */
  leave(because: string): void {
    const rest = this.#walk.scene.mode === 'check' ? '' : '; it stays for the next run'
    for (const name of this.#known.keys()) {
      if (!this.#awake.delete(name)) continue
      this.#say(name, 'skipped', this.#walk.scene.clock(), new Error(`${because}${rest}`))
    }
  }

  async #run(name: string, known: Known): Promise<void> {
    const since = this.#walk.scene.clock()
    this.#awake.delete(name)
    if (this.#walk.scene.mode === 'check') return this.#say(name, 'would-change', since)
    let begun = false
    try {
      await this.#cure(name, known, () => {
        begun = true
      })
      this.#walk.pending.delete(this.#id(name))
      this.#say(name, 'changed', since)
    } catch (error) {
      const { status } = failure(this.#walk, error as Error, { during: 'apply', begun })
      this.#say(name, status, since, error as Error)
      this.#walk.ended ??= `the handler ${name} ${status}`
    }
  }

  async #cure(name: string, { handler, user }: Known, wrote: () => void): Promise<void> {
    const { cure } = handler
    const strike = [this.#id(name)]
    const curer = { name, on: [], write: { user }, wrote }
    if (typeof cure !== 'function')
      return cureBySteps(this.#walk, cure, { ...curer, write: { user, strike } })
    await cureByHand(this.#walk, cure, curer)
    await this.#walk.session.strike(strike)
  }

  #say(handler: string, status: Status, since: number, error?: Error): void {
    tell(this.#walk.scene, 'handler', {
      host: this.#walk.host,
      play: this.#play,
      handler,
      status,
      ...(error ? { error: asMistake(error, StepFailed) } : {}),
      ms: Math.round(this.#walk.scene.clock() - since),
    })
  }

  #id(name: string): string {
    return createHash('sha256').update(`${this.#play}\0${name}`).digest('hex').slice(0, 16)
  }
}

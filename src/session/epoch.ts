import type { Command } from '../model/command.ts'
import { refuseWrite } from '../model/command.ts'
import type { Probe, Query, Reply } from '../model/probe.ts'
import { batch, endOfJobs } from './batch.ts'

/** Asks a host, as one of its users. */
export type Ask = (command: Command<'read'>, user: string) => Promise<Reply>

/**
 * The time between two writes to a host. Nothing changes in it, so a question is asked once and its answer kept,
 * whoever asks again. When it is over it answers nobody: what was looked at before is forgotten with it.
 */
export class Epoch {
  #over = false
  readonly #ask: Ask
  readonly #answers = new Map<string, Promise<Reply>>()
  readonly #loaders = new Map<string, Map<object, Loader>>()

  constructor(ask: Ask) {
    this.#ask = ask
  }

  get over(): boolean {
    return this.#over
  }

  end(): void {
    this.#over = true
  }

  /** The answer of a reading command. Commands with stdin are asked anew each time. */
  ask(command: Command<'read'>, user: string): Promise<Reply> {
    return leavable(this.#answer(command, user))
  }

  /** The value of one key of a query. Keys of one turn become one command; a key is asked once in an epoch. */
  load<K, V>(query: Query<K, V>, key: K, user: string): Promise<V> {
    return leavable(this.#value(query as Query<unknown, unknown>, key, user)) as Promise<V>
  }

  /** A probe's `ask` in this epoch, as one user. */
  asker(user: string): Probe['ask'] {
    return <K, V>(what: Command<'read'> | Query<K, V>, key?: K): Promise<Reply & V> =>
      ('script' in what ? this.ask(what, user) : this.load(what, key as K, user)) as Promise<Reply & V>
  }

  async #answer(command: Command<'read'>, user: string): Promise<Reply> {
    if (this.#over) throw new StaleProbe()
    refuseWrite(command)
    const { script, stdin, timeout, ok, secret } = command
    if (stdin !== undefined) return this.#current(this.#ask(command, user))
    const key = JSON.stringify([user, timeout, ok, secret, script])
    const answer = this.#answers.get(key) ?? this.#current(this.#ask(command, user))
    this.#answers.set(key, answer)
    return answer
  }

  async #value(query: Query<unknown, unknown>, key: unknown, user: string): Promise<unknown> {
    if (this.#over) throw new StaleProbe()
    const loaders = this.#loaders.get(user) ?? new Map<object, Loader>()
    this.#loaders.set(user, loaders)
    const loader = loaders.get(query) ?? this.#loader(query, user)
    loaders.set(query, loader)
    return loader(key)
  }

  #loader(query: Query<unknown, unknown>, user: string): Loader {
    const known = new Map<unknown, Promise<unknown>>()
    const load = batch<unknown, unknown>(endOfJobs, keys => {
      const values = this.ask(query.command(keys), user).then(reply => query.parse(reply, keys))
      return keys.map((_, i) => values.then(all => all[i]))
    })
    return key => {
      const id = typeof key === 'object' ? JSON.stringify(key) : key
      const value = known.get(id) ?? load(key)
      known.set(id, value)
      return value
    }
  }

  /** An answer that comes after the epoch's end may be from before the write or from after it: it is nobody's. */
  async #current(answer: Promise<Reply>): Promise<Reply> {
    const reply = await answer
    if (this.#over) throw new StaleProbe()
    return reply
  }
}

/** A check that has failed on one answer no longer waits for its others: those may fail unseen. */
function leavable<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined)
  return answer
}

type Loader = (key: unknown) => Promise<unknown>

/** Thrown by a probe that outlived a write. The engine drops it: the check will run again. */
export class StaleProbe extends Error {
  override name = 'StaleProbe'
  constructor() {
    super('the host was changed while this check was looking at it')
  }
}

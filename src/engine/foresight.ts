import { posix } from 'node:path'
import type { Answer, Plan } from '../model/plan.ts'
import type { Probe, Query } from '../model/probe.ts'
import type { Session } from '../session/session.ts'
import type { TaskEntry } from './entry.ts'

/** What a host will say once cures that are still to be sent have succeeded. */
export class Foresight {
  readonly #session: Session
  readonly #touched = new Set<string>()
  readonly #answers = new Map<object, Map<string, unknown>>()

  constructor(session: Session) {
    this.#session = session
  }

  /** A cure that touches these paths is to be sent, and will leave them so. */
  add(paths: readonly string[], leaves: readonly Answer[]): void {
    for (const path of paths) this.#touched.add(path)
    for (const { query, path, value } of leaves) {
      const answers = this.#answers.get(query) ?? new Map<string, unknown>()
      this.#answers.set(query, answers.set(path, value))
    }
  }

  /** What a task's check will say; undefined where it asks anything that those cures may change in a way nobody has told. */
  async plan({ task, user }: TaskEntry): Promise<Plan<unknown> | undefined> {
    const ask = async (what: object, key: unknown): Promise<unknown> => {
      const answers = this.#answers.get(what)
      if (typeof key === 'string' && answers?.has(key)) return answers.get(key)
      if (typeof key !== 'string' || !this.#isApart(key)) throw new Unforeseen()
      return this.#session.epoch.load(what as Query<unknown, unknown>, key, user)
    }
    const probe: Probe<string> = {
      ask: ask as Probe['ask'],
      on: () => {
        throw new Unforeseen()
      },
    }
    try {
      return await task.check(probe)
    } catch {
      return undefined // it will be looked at in its turn, and then say why it cannot tell
    }
  }

  /** Whether none of those cures can have to do with what a query is asked of: another path, on no way to theirs. */
  #isApart(key: string): boolean {
    const path = posix.normalize(key)
    return path.startsWith('/') && [...this.#touched].every(touched => !overlap(touched, path))
  }
}

/** One path is the other, or leads to it. */
export function overlap(one: string, other: string): boolean {
  return one === other || beneath(one, other) || beneath(other, one)
}

const beneath = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

/** Thrown to a check that asks what cannot be foreseen. */
class Unforeseen extends Error {}

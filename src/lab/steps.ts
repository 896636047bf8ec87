import { showError } from '../model/error.ts'

/** What the lab tells of its work. Steps may overlap; each is known by its name and ends once. */
export type LabEvent =
  | { readonly step: string; readonly state: 'begin' }
  | {
      readonly step: string
      readonly state: 'done'
      readonly ms: number
      /** False: it was so already. */
      readonly changed: boolean
      readonly detail?: string
    }
  | { readonly step: string; readonly state: 'failed'; readonly ms: number; readonly detail: string }

/** Where the lab's events go. It must not throw. */
export type Say = (event: LabEvent) => void

/** What a step's work found or did. */
export interface Done<T> {
  readonly value: T
  readonly changed: boolean
  /** For people: what it is, or which lesser way had to be taken and why. */
  readonly detail?: string
}

/** Does one step and tells its beginning and its end. */
export async function step<T>(say: Say, name: string, work: () => Promise<Done<T>>): Promise<Done<T>> {
  const start = performance.now()
  say({ step: name, state: 'begin' })
  try {
    const done = await work()
    const detail = done.detail === undefined ? {} : { detail: done.detail }
    say({ step: name, state: 'done', ms: since(start), changed: done.changed, ...detail })
    return done
  } catch (error) {
    say({ step: name, state: 'failed', ms: since(start), detail: showError(error) })
    throw error
  }
}

function since(start: number): number {
  return Math.round(performance.now() - start)
}

/** Waits for all, also after a failure: what one began must not go on behind our back. Throws the first failure. */
export async function settled<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  const ended = await Promise.allSettled(work)
  return ended.map(each => {
    if (each.status === 'rejected') throw each.reason
    return each.value
  })
}

import { setTimeout as sleep } from 'node:timers/promises'

/** What is open or under way, so that one call can end it all. */
export interface Scope {
  /**
   * Enters something that can be ended; returns what takes it out again. If the scope is closed, it is ended as soon as
   * the caller's turn of the event loop is over.
   */
  enter(end: End): () => void
  /** Waits so many ms. Rejects as soon as the scope is closed. */
  pause(ms: number): Promise<void>
  /** Ends all, and waits for it. Never throws; may be called twice. */
  close(): Promise<void>
}

type End = (cause: Error) => void | Promise<void>

/** A scope with nothing in it. */
export function createScope(): Scope {
  const members = new Set<End>()
  const over = new Error('the run is over')
  let isClosed = false

  const scope: Scope = {
    enter(end) {
      members.add(end)
      if (isClosed) setImmediate(() => members.delete(end) && void settle(end, over))
      return () => members.delete(end)
    },
    async pause(ms) {
      const stop = new AbortController()
      const leave = scope.enter(() => stop.abort())
      try {
        await sleep(ms, undefined, { signal: stop.signal })
      } catch {
        throw over
      } finally {
        leave()
      }
    },
    async close() {
      isClosed = true
      await Promise.all([...members].map(end => settle(end, over)))
    },
  }
  return scope
}

async function settle(end: End, cause: Error): Promise<void> {
  try {
    await end(cause)
  } catch {
    // What cannot be ended in order has ended.
  }
}

import type { AbortSignals } from '../run/request.ts'

/** What a process hears: Node's own, or in a test any emitter. */
export interface Hearing {
  on(event: string, listener: () => void): unknown
  off(event: string, listener: () => void): unknown
}

export interface Interrupts extends AbortSignals {
  /** Goes straight to the second stage, as a defect does. */
  readonly leave: () => void
  /** Lets go of the process's signals. */
  readonly dispose: () => void
}

/** The ways in which a person, an init system and a closed terminal ask for an end. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Turns signals into an orderly end. The first: begin nothing new, finish what is under way. The second: leave, and
 * let the receipts on the hosts tell the next run what became of it. The third: `exit` at once.
 */
export function catchInterrupts(
  hearing: Hearing,
  note: (text: string) => void,
  exit: () => void,
): Interrupts {
  const stop = new AbortController()
  const abort = new AbortController()
  const leave = (): void => {
    stop.abort()
    abort.abort()
  }
  const hear = (): void => {
    if (abort.signal.aborted) exit()
    else if (stop.signal.aborted) {
      note('Leaving at once. What was under way ends on the hosts by itself; the next run finds out how.')
      leave()
    } else {
      note('Interrupted: finishing what is under way on each host. Once more to leave at once.')
      stop.abort()
    }
  }
  for (const signal of SIGNALS) hearing.on(signal, hear)
  return {
    ...{ stop: stop.signal, abort: abort.signal, leave },
    dispose: () => {
      for (const signal of SIGNALS) hearing.off(signal, hear)
    },
  }
}

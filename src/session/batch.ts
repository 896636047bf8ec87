interface Batch<Q, A> {
  readonly calls: Q[]
  readonly settle: ((answer: Promise<A>) => void)[]
}

type Send<Q, A> = (calls: readonly Q[]) => readonly Promise<A>[]

/**
 * Collects calls until `later` fires, then hands them over together. Queries close first (`endOfJobs`), frames last
 * (`endOfTurn`), so that one frame takes in every query of the turn. If they cannot be sent, each call rejects.
 */
export function batch<Q, A>(later: (flush: () => void) => void, send: Send<Q, A>): (call: Q) => Promise<A> {
  let open: Batch<Q, A> | undefined
  const flush = ({ calls, settle }: Batch<Q, A>): void => {
    open = undefined
    for (const [i, answer] of sent(calls).entries()) settle[i]?.(answer)
  }
  const sent: Send<Q, A> = calls => {
    try {
      return send(calls)
    } catch (error) {
      return calls.map(() => Promise.reject(error as Error))
    }
  }
  return call =>
    new Promise<A>(resolve => {
      if (!open) {
        const mine: Batch<Q, A> = { calls: [], settle: [] }
        open = mine
        later(() => flush(mine))
      }
      open.calls.push(call)
      open.settle.push(resolve)
    })
}

/** After the promise jobs of this turn, as DataLoader does. */
export const endOfJobs = (flush: () => void): void => {
  void Promise.resolve().then(() => process.nextTick(flush))
}

/** After the turn itself: also what several data events of one turn led to. */
export const endOfTurn = (flush: () => void): void => {
  setImmediate(flush)
}

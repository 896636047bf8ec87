import type { Ending, Script } from '../transport/transport.ts'

export type Exited = Extract<Ending, { kind: 'exited' }>
export type Broken = Exclude<Ending, Exited>

/** What is sent to a host: a script for the shell of one of its users. */
export interface Call {
  readonly user: string
  readonly script: Script
  /** The number of a mutation's receipt: it is never sent twice without reading that first. A read has none. */
  readonly receipt?: number
  /** Milliseconds that the host may be away because of it; 0 or none: it stays. */
  readonly absence?: number
}

/** A call without its answer yet. */
export interface Waiting {
  readonly call: Call
  /** Settles with the call, whichever way; never rejects. */
  readonly answered: Promise<void>
  readonly answer: (ending: Ending) => void
  readonly refuse: (error: Error) => void
  /** How its last sending broke. */
  broken?: Broken
}

/** A call, and the promise of its ending. `done` is called when it has one. */
export function waiting(
  call: Call,
  done: (one: Waiting) => void,
): { readonly one: Waiting; readonly ending: Promise<Ending> } {
  let answer: Waiting['answer'] = () => undefined
  let refuse: Waiting['refuse'] = () => undefined
  const ending = new Promise<Ending>((resolve, reject) => {
    answer = resolve
    refuse = reject
  })
  const settled = (): void => done(one)
  const one: Waiting = { call, answer, refuse, answered: ending.then(settled, settled) }
  return { one, ending }
}

/** Whether it is not to be tried again: a question that took too long would take too long again. */
export function isSpent({ call, broken }: Waiting): boolean {
  return call.receipt === undefined && broken?.kind === 'timed-out'
}

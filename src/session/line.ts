import { once } from 'node:events'
import { ConnectionLost } from '../model/error.ts'
import type { Connection, Ending } from '../transport/transport.ts'
import { batch, endOfTurn } from './batch.ts'
import { reconnect } from './reconnect.ts'
import type { ReplayOptions } from './replay.ts'
import { isLoss, replay } from './replay.ts'
import type { ShellsOptions } from './shells.ts'
import { Shells } from './shells.ts'
import type { Broken, Call, Waiting } from './waiting.ts'
import { isSpent, waiting } from './waiting.ts'

export interface LineOptions extends ShellsOptions, ReplayOptions {}

/** How often a line is found again to bring one call to its end. */
const ROUNDS = 3

/**
 * A host's line: what it is sent, in order, and found again when its connection is lost. A question is simply asked
 * again; a mutation is sent again only if its receipt says that it never began.
 */
export class Line {
  readonly #options: LineOptions
  readonly #shells: Shells
  readonly #senders = new Map<string, (call: Call) => Promise<Ending>>()
  readonly #waiting = new Set<Waiting>()
  readonly #turns = new Map<string, Promise<void>>()
  readonly #underWay = new Set<Promise<void>>()
  readonly #over = new AbortController()
  readonly #ended: Promise<unknown> = once(this.#over.signal, 'abort')
  #recovery: Promise<void> | undefined
  #dead: Error | undefined

  constructor(options: LineOptions) {
    this.#options = options
    this.#shells = new Shells(options)
  }

  /** The connection, made when first needed. */
  get connection(): Promise<Connection> {
    return this.#shells.connection
  }

  /** Frames sent so far, of all shells. */
  get frames(): number {
    return this.#shells.frames
  }

  /** How often this host was connected to. */
  get connections(): number {
    return this.#shells.connections
  }

  /** Why the host could not be found again, once that is so. */
  get dead(): Error | undefined {
    return this.#dead
  }

  /** Whether nothing that one user was sent waits for its answer. */
  isIdle(user: string): boolean {
    return ![...this.#waiting].some(({ call }) => call.user === user)
  }

  /** Sends a call with the others of this turn as one frame. Rejects if the line or the user's shell cannot be had at all. */
  send(call: Call): Promise<Ending> {
    const sender =
      this.#senders.get(call.user) ?? batch<Call, Ending>(endOfTurn, calls => this.#dispatch(calls))
    this.#senders.set(call.user, sender)
    return sender(call)
  }

  /** Hangs up and waits for nobody: what has no answer yet gets none. Never throws. */
  async close(): Promise<void> {
    this.#dead ??= new ConnectionLost('the run has ended')
    this.#over.abort()
    await this.#shells.end(this.#dead)
    await this.#recovery
  }

  #dispatch(calls: readonly Call[]): readonly Promise<Ending>[] {
    const all = calls.map(call => waiting(call, one => this.#waiting.delete(one)))
    for (const { one } of all) this.#waiting.add(one)
    const { user } = calls[0] as Call
    this.#turns.set(
      user,
      this.#sent(
        user,
        all.map(({ one }) => one),
        this.#turns.get(user),
      ),
    )
    return all.map(({ ending }) => ending)
  }

  /** What one user is sent keeps its order, also while the connection is still being made. */
  async #sent(user: string, all: readonly Waiting[], before: Promise<void> | undefined): Promise<void> {
    try {
      await before
      for (let obstacle = this.#obstacle(all); obstacle !== undefined; obstacle = this.#obstacle(all))
        await obstacle
      // In the very turn in which nothing was in the way: nothing can have been lost in between.
      const endings = this.#shells.exchange(
        user,
        all.map(({ call }) => call.script),
      )
      for (const [i, ending] of endings.entries()) {
        const heard = this.#hear(all[i] as Waiting, ending)
        this.#underWay.add(heard)
        void heard.finally(() => this.#underWay.delete(heard))
      }
    } catch (error) {
      for (const one of all) one.refuse(error as Error)
    }
  }

  /** What must be over before these can be sent; undefined if they can be now. Throws if the host is lost. */
  #obstacle(all: readonly Waiting[]): Promise<unknown> | undefined {
    if (this.#recovery !== undefined) return this.#recovery
    if (this.#dead) throw this.#dead
    if (this.#shells.areOpen) return this.#otherUsersWrites(all)
    return this.connections === 0 ? this.connection : this.#recovered()
  }

  /**
   * Shells of different users keep no order among themselves: what is sent after another's write waits for it. What
   * looks at nothing does not, such as a sign of life.
   */
  #otherUsersWrites(all: readonly Waiting[]): Promise<unknown> | undefined {
    if (all.every(({ call }) => call.script.inShell)) return undefined
    const earlier: Waiting[] = []
    for (const one of this.#waiting) {
      if (one === all[0]) break
      if (one.call.receipt !== undefined && one.call.user !== all[0]?.call.user) earlier.push(one)
    }
    return earlier.length === 0 ? undefined : Promise.all(earlier.map(one => one.answered))
  }

  async #hear(one: Waiting, coming: Promise<Ending>): Promise<void> {
    try {
      const ending = await coming
      if (ending.kind === 'exited' && !isGoingDown(one, ending)) return one.answer(ending)
      one.broken = ending.kind === 'exited' ? { kind: 'signalled', signal: `exit ${ending.code}` } : ending
    } catch (error) {
      if (!isLoss(error)) return one.refuse(error as Error)
      one.broken = { kind: 'never-started', cause: error } // before its shell had begun
    }
    void this.#recovered()
  }

  #recovered(): Promise<void> {
    this.#recovery ??= this.#recover()
    return this.#recovery
  }

  /** Finds the line again if anybody waits for it, and brings to its end what broke. Never throws. */
  async #recover(): Promise<void> {
    let broken = await this.#dropped()
    const absence = Math.max(0, ...broken.map(({ call }) => call.absence ?? 0))
    const until = absence === 0 ? 0 : performance.now() + absence
    const isLast = (round: number): boolean => round >= ROUNDS && performance.now() >= until
    for (let round = 1; this.#isWanted(); round++) {
      const loss = await this.#found(broken, until)
      if (loss === undefined) break
      broken = await this.#dropped()
      if (isLast(round)) this.#dead ??= broken.length === 0 ? loss : lossOf(broken)
    }
    for (const one of this.#waiting) if (one.broken) one.answer(one.broken)
    this.#recovery = undefined // in the same turn: whatever breaks from here on has a recovery of its own
  }

  /** Hangs up. Returns the calls that this broke, in order; those that are not to be tried again have their answer. */
  async #dropped(): Promise<readonly Waiting[]> {
    await this.#shells.drop()
    await Promise.all(this.#underWay)
    for (const one of this.#waiting) if (isSpent(one)) one.answer(one.broken as Broken)
    return [...this.#waiting].filter(one => one.broken !== undefined && !isSpent(one))
  }

  #isWanted(): boolean {
    return this.#dead === undefined && [...this.#waiting].some(one => !isSpent(one))
  }

  /** Connects and brings each call to its end. Returns why it could not. */
  async #found(broken: readonly Waiting[], until: number): Promise<Error | undefined> {
    const dial = (): Promise<unknown> => Promise.race([this.connection, this.#ended])
    const lost = await reconnect(dial, this.#over.signal, until)
    this.#dead ??= lost
    if (this.#dead) return this.#dead
    try {
      await replay(broken, this.#shells, this.#options)
      return undefined
    } catch (error) {
      if (!isLoss(error)) this.#dead ??= error as Error
      return error as Error
    }
  }
}

/** Whether a reboot killed the very command that waits for it. */
const isGoingDown = ({ call }: Waiting, { code }: { readonly code: number }): boolean =>
  (call.absence ?? 0) > 0 && code > 128

/** Why calls were not brought to their end, if that is the line's fault and not their own. */
function lossOf(calls: readonly Waiting[]): Error | undefined {
  for (const { broken } of calls) {
    if (broken?.kind === 'lost' || broken?.kind === 'never-started') return broken.cause
  }
  return undefined
}

import { LISTING, readReports } from '../guard/end.ts'
import type { TransactionReport } from '../guard/transaction.ts'
import { HostLocked } from '../model/error.ts'
import type { Become } from '../model/route.ts'
import type { Connection, Ending } from '../transport/transport.ts'
import { FACTS, parseFacts } from './facts.ts'
import type { GreeterOptions } from './greeter.ts'
import { Greeter } from './greeter.ts'
import { Line } from './line.ts'
import { recall } from './recall.ts'
import { unanswered } from './reply.ts'
import { Session } from './session.ts'

export interface SessionOptions extends GreeterOptions {
  readonly dial: () => Promise<Connection>
  /** How to become a user; undefined for the login user. */
  readonly become: (user: string) => Become | undefined
  /** Connect although a guarded change is open on the host. */
  readonly despiteGuard?: boolean
  /** Aborted: hang up, and wait for nobody. */
  readonly over: AbortSignal
}

/** Prints the ids of the handlers that an earlier run woke and did not run. */
const PENDING = 'cd "$_state/pending" 2>/dev/null && for id in *; do [ ! -e "$id" ] || echo "$id"; done'

/**
 * Connects to a host, locks it if the run may write, and hears what it says of itself: one frame after the login.
 * Throws what the transport throws, HostLocked (by another run, or while a guarded change is open), or BecomeRefused.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  let greeter = new Greeter(options)
  const line = new Line({
    dial: options.dial,
    become: options.become,
    greeting: user => greeter.greeting(user),
    greeted: (user, ending) => greeter.greeted(user, ending),
    holder: () => greeter.holder,
    recall,
  })
  const hangUp = (): void => void line.close()
  options.over.addEventListener('abort', hangUp, { once: true })
  if (options.over.aborted) hangUp()
  const ask = async (text: string): Promise<string> => {
    return output(await line.send({ user: greeter.user, script: { text, timeout: 60_000 } }), text)
  }
  try {
    const { address, user } = await line.connection
    if (user === options.user) greeter = new Greeter({ ...options, user: '' }) // who is that user already needs no sudo
    const [facts, pending, listing] = await Promise.all([ask(FACTS), ask(PENDING), ask(LISTING)])
    const guards = readReports(listing)
    if (!options.despiteGuard) refuseOpen(options.host, guards)
    greeter.beat((script, as) => {
      if (line.isIdle(as)) line.send({ user: as, script }).catch(() => undefined) // a lost line shows at the next call
    })
    const hello = {
      address,
      login: user,
      facts: parseFacts(facts),
      pending: new Set(pending.split('\n').filter(id => id !== '')),
      guards,
    }
    return new Session(options.host, hello, line, greeter)
  } catch (error) {
    await line.close()
    throw error
  }
}

function output(ending: Ending, text: string): string {
  if (ending.kind !== 'exited') throw unanswered(ending, text, 60)
  return Buffer.from(ending.stdout).toString()
}

function refuseOpen(host: string, guards: readonly TransactionReport[]): void {
  const open = guards.find(({ state }) => state === 'pending' || state === 'rolling-back')
  if (open === undefined) return
  const { task, owner, left, txid } = open
  const when = open.state === 'pending' ? `the host undoes it in ${left} s` : 'the host is undoing it now'
  throw new HostLocked(`the guarded change "${task}" of ${owner} is still open on ${host}; ${when}`, {
    hint: `Wait for its end, or end it: rampart guard confirm|undo ${host} (${txid})`,
  })
}

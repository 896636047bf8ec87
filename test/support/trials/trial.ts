import { setTimeout as sleep } from 'node:timers/promises'
import { arming } from '../../../src/guard/arm.ts'
import type { Told } from '../../../src/guard/end.ts'
import { asking, confirming, told, undoing } from '../../../src/guard/end.ts'
import { newTxid } from '../../../src/guard/transaction.ts'
import { run } from '../../../src/model/command.ts'
import type { Steps } from '../../../src/model/plan.ts'
import type { Session } from '../../../src/session/session.ts'
import type { Change } from './harms.ts'
import { CHANGES } from './harms.ts'
import { random } from './random.ts'
import type { HostState } from './state.ts'
import { FOREIGN, LEFT, LOOK, readState } from './state.ts'

/** What befalls a guarded change, and when. */
export const EVENTS = [
  'the controller dies when it has armed',
  'the controller dies while it changes',
  'the controller dies when it has changed',
  'a fresh login decides',
  'somebody asks for the undo',
  'somebody asks for the undo when its time has come',
  'the confirmation races the undo',
  'the host restarts',
  'the host restarts after the confirmation',
] as const

export type Happening = (typeof EVENTS)[number]

/** A host of trials, reached past SSH, and by it. */
export interface Subject {
  readonly name: string
  /** Runs sh as root past SSH; returns what it printed. */
  inside(script: string): Promise<string>
  /** Opens a session past SSH; `hangUp` cuts it at once. */
  open(): Promise<{ readonly session: Session; hangUp(): void }>
  /** Logs in anew by SSH and runs sh there; returns what it printed. Throws if nobody gets in. */
  enter(script: string): Promise<string>
  restart(): Promise<void>
}

export interface Verdict {
  readonly seed: number
  readonly what: string
  /** Where the transaction came to rest. */
  readonly ending: Told | undefined
  /** Milliseconds from arming until a fresh login worked; undefined: it never did. */
  readonly login: number | undefined
  /** What is wrong with the host; empty: nothing. */
  readonly faults: readonly string[]
}

/** Seconds until the host undoes by itself. */
export const WITHIN = 5

/** Milliseconds after which a host to which nobody gets in counts as lost. */
const LOST = 60_000

/** One trial: a change and what befalls it, chosen by a seed, and a look at the host afterwards. */
export async function trial(host: Subject, seed: number): Promise<Verdict> {
  const { below, pick } = random(seed)
  const happening = pick(EVENTS)
  const needsConfirmed = /races|after the confirmation/.test(happening)
  const change = pick(CHANGES.filter(({ locksOut }) => !(needsConfirmed && locksOut)))
  await host.inside(FOREIGN)
  const before = readState(await host.inside(LOOK))
  const txid = newTxid()
  const armed = await befall(host, happening, change, txid, below)
  const ending = await rest(host, txid)
  const login = await firstLogin(host, armed)
  const restarted = happening.startsWith('the host restarts')
  const faults = await judge(host, { before, change, ending, restarted, happening })
  await host.inside(`${ending === 'confirmed' ? change.clean : ':'}; rm -rf /var/lib/rampart/txn/${txid}`)
  return { seed, what: `${change.name}; ${happening}`, ending, login, faults }
}

/** Answers when the change was armed. */
async function befall(
  host: Subject,
  happening: Happening,
  change: Change,
  txid: string,
  below: (n: number) => number,
): Promise<number> {
  const { session, hangUp } = await host.open()
  const tx = {
    txid,
    task: change.name,
    run: session.run,
    owner: 'trials',
    within: WITHIN,
    undo: undefined,
    weak: false,
  }
  await session.write(arming({ ...tx, touches: change.touches }), { user: 'root' })
  const armed = performance.now()
  const apply = (): Promise<unknown> =>
    session.write(stepsOf(change), { user: 'root', unit: `rampart-ap-${txid}` }).catch(() => undefined)
  const until = (seconds: number): Promise<unknown> =>
    sleep(Math.max(0, armed + seconds * 1000 - performance.now()))
  const end = async (script: string): Promise<void> => void (await host.inside(script).catch(() => ''))
  if (happening === 'the controller dies when it has armed') {
    hangUp()
    return armed
  }
  if (happening === 'the controller dies while it changes') {
    const going = apply()
    await sleep(below(900))
    hangUp()
    await going
    return armed
  }
  if (happening === 'the host restarts') {
    const going = apply()
    await sleep(below(2500))
    await host.restart()
    hangUp()
    await going
    return armed
  }
  await apply()
  if (happening === 'a fresh login decides') {
    const got = await host.enter(confirming(txid)).catch(() => undefined)
    if (got === undefined) await end(undoing(txid, 'nobody gets in'))
  }
  if (happening === 'somebody asks for the undo') await end(undoing(txid, 'a trial'))
  if (happening === 'somebody asks for the undo when its time has come') {
    await until(WITHIN - 0.3 + below(0.6))
    await end(undoing(txid, 'a trial'))
  }
  if (happening === 'the confirmation races the undo') {
    await until(WITHIN - 0.4 + below(0.8))
    await end(confirming(txid))
  }
  if (happening === 'the host restarts after the confirmation') {
    await end(confirming(txid))
    await host.restart()
  }
  hangUp()
  return armed
}

const stepsOf = ({ parts }: Change): Steps =>
  parts.map(
    part => run`${{ ...run``, script: `${part}; status=$?; sleep 0.2; exit $status` }}`,
  ) as unknown as Steps

/** Where the transaction comes to rest, as the host itself tells it; waited for there, as each question costs a process. */
async function rest(host: Subject, txid: string): Promise<Told | undefined> {
  const ask = `say() { ( ${asking(txid)} ); }`
  const wait =
    'for i in $(seq 240); do case $(say) in pending | rolling-back) sleep 0.25 ;; *) break ;; esac; done; say'
  for (const end = performance.now() + LOST; performance.now() < end; await sleep(1000)) {
    const state = told(await host.inside(`${ask}\n${wait}`).catch(() => ''))
    if (state !== undefined && state !== 'pending' && state !== 'rolling-back') return state
  }
  return undefined
}

async function firstLogin(host: Subject, armed: number): Promise<number | undefined> {
  for (const end = performance.now() + LOST; performance.now() < end; await sleep(1000)) {
    try {
      await host.enter('true')
      return performance.now() - armed
    } catch {
      // Not yet.
    }
  }
  return undefined
}

interface Case {
  readonly before: HostState
  readonly change: Change
  readonly ending: Told | undefined
  readonly restarted: boolean
  readonly happening: Happening
}

/** What is wrong: a change that is there in part, something else that changed, something that was left behind. */
async function judge(host: Subject, given: Case): Promise<readonly string[]> {
  const { ending } = given
  const faults =
    ending === 'confirmed'
      ? await judgeConfirmed(host, given)
      : ending === 'rolled-back' || ending === 'untouched'
        ? await judgeUndone(host, given)
        : [`it came to no rest: ${ending}`]
  const left = await settled(host)
  return left === '' ? faults : [...faults, `left behind: ${left}`]
}

async function judgeConfirmed(host: Subject, { change, restarted }: Case): Promise<readonly string[]> {
  const ask = `restarted=${restarted ? 1 : ''}; if { ${change.isWhole}; }; then echo whole; fi`
  const isWhole = (await host.inside(ask)).trim() === 'whole'
  return [
    ...(isWhole ? [] : ['it was confirmed and is not there']),
    ...(change.locksOut ? ['a change that locks out was confirmed'] : []),
  ]
}

async function judgeUndone(
  host: Subject,
  { before, restarted, happening }: Case,
): Promise<readonly string[]> {
  const after = readState(await host.inside(LOOK))
  const faults: string[] = []
  if (after.disk !== before.disk) faults.push(`the disk differs: ${differing(before.disk, after.disk)}`)
  if (!restarted && after.tables !== before.tables)
    faults.push(`the tables differ: ${differing(before.tables, after.tables)}`)
  if (restarted && after.tables.includes('RAMPART-TRIAL')) faults.push('the chain came back')
  if (happening === 'the host restarts after the confirmation') faults.push('it was confirmed, and undone')
  return faults
}

/** What is left after a moment in which units are collected. */
async function settled(host: Subject): Promise<string> {
  const left = `left() { ${LEFT}\n}`
  return (
    await host.inside(`${left}\nfor i in $(seq 40); do [ -n "$(left)" ] || break; sleep 0.25; done; left`)
  ).trim()
}

function differing(before: string, after: string): string {
  const [a, b] = [before.split('\n'), after.split('\n')]
  return [
    ...a.filter(line => !b.includes(line)).map(line => `- ${line}`),
    ...b.filter(line => !a.includes(line)).map(line => `+ ${line}`),
  ].join(' | ')
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Told } from '../guard/end.ts'
import { asking, told, undoing } from '../guard/end.ts'
import { ConnectionLost, RolledBack } from '../model/error.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Guarded } from './arm.ts'
import { say } from './arm.ts'

/** Milliseconds that a host may take to undo a change, asked or by itself. */
const PATIENCE = 90_000

/** Milliseconds between two tries to hear from a host that is out of reach. */
const PAUSE = 5000

/**
 * Has the host undo a change now and waits for its end; where no word gets through any more the host does it by itself,
 * and is asked afterwards. `failed` if there was nothing to undo; `changed` if it was
 * confirmed after all: then the confirmation's answer had been lost.
 */
export async function undo(armed: Guarded, reason: Error): Promise<Outcome<'apply'>> {
  const { walk, tx } = armed
  const { scene, session } = walk
  const why = reason.message.split('\n')[0] ?? ''
  scene.writes.count++
  session.refresh()
  const state = await ask(armed, why)
  scene.writes.count++
  session.refresh()
  if (state === 'confirmed') return { status: 'changed', diff: { kind: 'fields', changes: {} } }
  if (state === 'untouched') {
    say(armed, 'rolled-back', `nothing had been changed: ${why}`)
    return { status: 'failed', during: 'apply', error: reason }
  }
  if (state === 'rolled-back') {
    say(armed, state, why)
    return { status: state, error: new RolledBack(`rolled back: ${reason.message}`, { cause: reason }) }
  }
  if (state === 'rollback-failed') {
    say(armed, state, why)
    const hint = `LOCKOUT RISK. The host tries again each minute, ten times; see /var/lib/rampart/txn/${tx.txid}/undo.log on it.`
    const error = new RolledBack(`it could not be rolled back, after: ${reason.message}`, {
      cause: reason,
      hint,
    })
    return { status: state, error }
  }
  const left = Math.max(0, Math.round((armed.deadline - scene.clock()) / 1000))
  const hint = `The host undoes it by itself in ${left} s (${tx.txid}); look with: rampart guard status ${walk.host}`
  say(armed, 'unknown', why)
  return {
    status: 'unknown',
    error: new ConnectionLost(`nobody knows whether it stands or was rolled back, after: ${reason.message}`, {
      cause: reason,
      underWay: true,
      hint,
    }),
  }
}

/** Asks by the connection that there is, then by new ones; undefined if the host never answers. */
async function ask(armed: Guarded, why: string): Promise<Told | undefined> {
  const { walk, tx, deadline } = armed
  const { scene, session, host } = walk
  const script = undoing(tx.txid, why)
  try {
    return told(await session.say(script, 'root', PATIENCE))
  } catch {
    // The way is cut: wait for the host to mend it.
  }
  while (!scene.over.aborted && scene.clock() < deadline + PATIENCE) {
    try {
      const again = scene.clock() < deadline ? script : asking(tx.txid)
      const state = told(await scene.enter(host, { script: again, login: {}, through: [] }))
      if (state !== 'pending' && state !== 'rolling-back') return state
    } catch {
      // Not yet.
    }
    await sleep(PAUSE, undefined, { signal: scene.over }).catch(() => undefined)
  }
  return undefined
}

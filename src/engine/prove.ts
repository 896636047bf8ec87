import { setTimeout as sleep } from 'node:timers/promises'
import type { Told } from '../guard/end.ts'
import { asking, told } from '../guard/end.ts'
import { ConnectionLost } from '../model/error.ts'
import type { Guarded } from './arm.ts'

/** Milliseconds between two logins: sshd punishes who fails often (sshd_config(5), PerSourcePenalties). */
const PAUSE = 3000

/** Milliseconds between the two logins that must succeed. */
const SECOND = 2000

/** Logins that may fail, one after the other, until the change counts as one that cuts the way in. */
const FAILURES = 3

/**
 * Logs in anew, as one will have to after the change, twice; the second connection confirms. Returns where the
 * transaction is then. Throws why nobody gets in any more.
 */
export async function proveAnew(armed: Guarded, confirm: string): Promise<Told> {
  const { walk, guard, tx } = armed
  const through = guard.through ?? walk.scene.behind(walk.host)
  const login = guard.login ?? {}
  const enter = (script: string): Promise<string> => walk.scene.enter(walk.host, { script, login, through })
  await insist(armed, () => enter(asking(tx.txid)))
  await sleep(SECOND, undefined, { signal: walk.scene.stop }).catch(() => refuseInterrupted(armed))
  const said = told(await insist(armed, () => enter(confirm)))
  if (said === undefined)
    throw new ConnectionLost('the host did not say whether it is confirmed', { underWay: true })
  return said
}

async function insist<T>(armed: Guarded, attempt: () => Promise<T>): Promise<T> {
  const { stop, clock } = armed.walk.scene
  for (let failures = 1; ; failures++) {
    refuseInterrupted(armed)
    try {
      return await attempt()
    } catch (error) {
      if (failures === FAILURES || clock() + PAUSE >= armed.last) throw error
    }
    await sleep(PAUSE, undefined, { signal: stop }).catch(() => undefined)
  }
}

function refuseInterrupted({ walk }: Guarded): void {
  if (walk.scene.stop.aborted) throw new ConnectionLost('the run was interrupted')
}

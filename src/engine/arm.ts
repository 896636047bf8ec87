import { arming } from '../guard/arm.ts'
import type { Transaction } from '../guard/transaction.ts'
import { newTxid } from '../guard/transaction.ts'
import { StepFailed } from '../model/error.ts'
import type { GuardNode } from '../model/guarded.ts'
import type { TaskEntry } from './entry.ts'
import { titleOf } from './entry.ts'
import type { GuardState } from './events.ts'
import { tell } from './scene.ts'
import type { Walk } from './walk.ts'

/** One guarded change under way: what all its parts need. */
export interface Guarded {
  readonly walk: Walk
  readonly entry: TaskEntry
  readonly guard: GuardNode
  readonly tx: Transaction
  /** When the host begins to undo it by itself, ms on the run's clock; after `last` nothing is begun. */
  readonly deadline: number
  readonly last: number
}

/** Seconds until the host undoes a change that nobody confirms, unless its guard says otherwise. */
const WITHIN = 180

/** Seconds before that at which we stop trying, and ask for the undo ourselves rather than race it. */
const MARGIN = 15

/** Arms the host for a guarded change. Throws a StepFailed if that cannot be done: then nothing was changed. */
export async function arm(walk: Walk, entry: TaskEntry): Promise<Guarded> {
  const { scene, session } = walk
  const guard = entry.task.guard as GuardNode
  const within = guard.within ?? WITHIN
  const tx: Transaction = {
    txid: newTxid(),
    task: titleOf(entry),
    run: session.run,
    owner: scene.owner,
    within,
    touches: guard.touches,
    undo: guard.undo,
    weak: guard.weak ?? false,
  }
  const began = scene.clock()
  scene.writes.count++
  try {
    await session.write(arming(tx), { user: 'root', limit: MARGIN * 1000 })
  } catch (error) {
    const said =
      error instanceof StepFailed ? error.reply?.stderr.replace(/\n?rampart-step \d+\s*$/, '').trim() : ''
    throw new StepFailed(
      `the guard could not be armed, so nothing was changed: ${said || (error as Error).message}`,
      {
        cause: error,
      },
    )
  } finally {
    scene.writes.count++
  }
  const armed: Guarded = {
    walk,
    entry,
    guard,
    tx,
    deadline: began + within * 1000,
    last: began + (within - MARGIN) * 1000,
  }
  say(armed, 'armed')
  return armed
}

/** Tells where a guarded change is. */
export function say({ walk, entry, tx }: Guarded, state: GuardState, reason?: string): void {
  tell(walk.scene, 'guard', {
    host: walk.host,
    task: titleOf(entry),
    txid: tx.txid,
    state,
    ...(reason === undefined ? {} : { reason }),
  })
}

import { NotConverged } from '../model/error.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Drift, Steps } from '../model/plan.ts'
import type { WriteOptions } from '../session/session.ts'
import { cureByHand, cureBySteps } from './cure.ts'
import type { TaskEntry } from './entry.ts'
import { isTask, titleOf } from './entry.ts'
import { failure } from './failure.ts'
import { guarded } from './guard.ts'
import { Handlers } from './handlers.ts'
import { sayDoing, sayTask, skipRest } from './say.ts'
import type { Stage } from './stage.ts'
import type { Walk } from './walk.ts'
import { Unclear } from './walk.ts'

/**
 * Brings one host to the tasks of one play, in order. A drift is cured, and every look taken past it is forgotten. The
 * cure travels in one frame with the next looks, the first of which is at the same task again: that one verifies it.
 */
export async function converge(walk: Walk, stage: Stage): Promise<void> {
  const handlers = new Handlers(walk, stage)
  for (const [i, entry] of stage.entries.entries()) {
    if (walk.scene.stop.aborted) walk.ended ??= 'the run was interrupted'
    if (walk.ended !== undefined) {
      skipRest(walk, stage, i, walk.ended)
      handlers.leave(walk.ended)
      return
    }
    if (!isTask(entry)) {
      await handlers.flush()
      continue
    }
    const since = walk.scene.clock()
    sayDoing(walk, stage, entry, 'look')
    const outcome = await settle(walk, stage, entry, handlers)
    if (outcome.status === 'changed' && !entry.task.guard) handlers.wake(entry.task.notify)
    sayTask(walk, stage, entry, outcome, since)
    if (ENDS.has(outcome.status)) walk.ended ??= `${titleOf(entry)} ${outcome.status}`
    if (outcome.status === 'skipped') walk.ended ??= outcome.because
  }
  await handlers.flush()
}

/** After these a host has no further turn. */
const ENDS: ReadonlySet<string> = new Set(['failed', 'unknown', 'rolled-back', 'rollback-failed'])

/** Looks at one task, cures it if it drifts, and looks again. */
async function settle(
  walk: Walk,
  stage: Stage,
  entry: TaskEntry,
  handlers: Handlers,
): Promise<Outcome<'apply'>> {
  let during: 'check' | 'apply' | 'verify' = 'check'
  let begun = false
  try {
    const { plan } = await walk.verdict(entry)
    if (plan.status === 'in-sync') return { status: 'ok' }
    during = 'apply'
    sayDoing(walk, stage, entry, 'cure')
    if (entry.task.guard) {
      return await guarded(walk, entry, plan, handlers, async ({ unit, limit }) => {
        await cure(
          walk,
          entry,
          plan,
          handlers,
          () => undefined,
          entry.task.apply ? { limit: limit() } : { unit, limit: limit() },
        )
        handlers.wake(entry.task.notify)
      })
    }
    await cure(walk, entry, plan, handlers, () => {
      begun = true
    })
    if (plan.always) return { status: 'changed', diff: plan.diff }
    during = 'verify'
    const { plan: again } = await walk.verdict(entry)
    if (again.status === 'drift') throw new NotConverged(again.diff)
    return { status: 'changed', diff: plan.diff }
  } catch (error) {
    const cause = error instanceof Unclear ? error.cause : (error as Error)
    return failure(walk, cause, { during, begun })
  }
}

async function cure(
  walk: Walk,
  entry: TaskEntry,
  drift: Drift<unknown>,
  handlers: Handlers,
  wrote: () => void,
  how: Pick<WriteOptions, 'unit' | 'limit'> = {},
): Promise<void> {
  const { task, user } = entry
  const { name, on, apply } = task
  const curer = { name, on, write: { user, note: handlers.notes(task.notify), ...how }, wrote }
  walk.window.narrow()
  if (apply) return cureByHand(walk, host => apply(host, drift), curer)
  const done = cureBySteps(walk, drift.cure as Steps, curer) // a look without steps is a mistake
  if (!drift.always) walk.lookFrom(entry)
  await done
}

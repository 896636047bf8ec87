import { NotConverged } from '../model/error.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Drift, Plan, Steps } from '../model/plan.ts'
import { NotBegun } from '../session/reply.ts'
import type { WriteOptions } from '../session/session.ts'
import { cureByHand, cureBySteps } from './cure.ts'
import type { Entry, TaskEntry } from './entry.ts'
import { isTask, titleOf } from './entry.ts'
import { failure } from './failure.ts'
import type { Mate } from './fuse.ts'
import { matesOf } from './fuse.ts'
import { guarded } from './guard.ts'
import { Handlers } from './handlers.ts'
import { sayDoing, sayTask, skipRest } from './say.ts'
import type { Stage } from './stage.ts'
import type { Walk } from './walk.ts'
import { Unclear } from './walk.ts'

/**
 * Brings one host to the tasks of one play, in order. A drift is cured, with those after it that do not depend on it, and
 * every look taken past it is forgotten. The cures travel in one frame with the next looks, the first of which are at the
 * same tasks again: those verify them.
 */
export async function converge(walk: Walk, stage: Stage): Promise<void> {
  const handlers = new Handlers(walk, stage)
  const underWay: UnderWay = new Map()
  for (const [i, entry] of stage.entries.entries()) {
    if (hasTurn(walk, entry, underWay)) await turn(walk, stage, i, handlers, underWay)
    else if (underWay.size > 0) skipRest(walk, stage, i, walk.ended ?? '', i + 1)
    else {
      skipRest(walk, stage, i, walk.ended ?? '')
      break
    }
  }
  await handlers.flush() // or tells that they have no turn
}

/** A cure that is under way is told as it ends, whatever happened to those before it. */
function hasTurn(walk: Walk, entry: Entry, underWay: UnderWay): boolean {
  if (isTask(entry) && underWay.has(entry)) return true
  if (walk.scene.stop.aborted) walk.ended ??= 'the run was interrupted'
  return walk.ended === undefined
}

async function turn(
  walk: Walk,
  stage: Stage,
  at: number,
  handlers: Handlers,
  underWay: UnderWay,
): Promise<void> {
  const entry = stage.entries[at] as Entry
  if (!isTask(entry)) {
    await handlers.flush()
    return
  }
  const since = walk.scene.clock()
  sayDoing(walk, stage, entry, 'look')
  const outcome = await settle(walk, stage, at, handlers, underWay)
  if (outcome.status === 'changed' && !entry.task.guard) handlers.wake(entry.task.notify)
  sayTask(walk, stage, entry, outcome, since)
  if (ENDS.has(outcome.status)) walk.ended ??= `${titleOf(entry)} ${outcome.status}`
  if (outcome.status === 'skipped') walk.ended ??= outcome.because
}

/** After these a host has no further turn. */
const ENDS: ReadonlySet<string> = new Set(['failed', 'unknown', 'rolled-back', 'rollback-failed'])

/** Looks at one task, cures it if it drifts, and looks again. */
async function settle(
  walk: Walk,
  stage: Stage,
  at: number,
  handlers: Handlers,
  underWay: UnderWay,
): Promise<Outcome<'apply'>> {
  const entry = stage.entries[at] as TaskEntry
  let during: 'check' | 'apply' | 'verify' = 'check'
  let begun = (): boolean => false
  try {
    const plan = underWay.get(entry)?.drift ?? (await looked(walk, stage, at, handlers, underWay))
    if (plan.status === 'in-sync') return { status: 'ok' }
    during = 'apply'
    sayDoing(walk, stage, entry, 'cure')
    if (entry.task.guard) {
      return await guarded(walk, entry, plan, handlers, async ({ unit, limit }) => {
        const how = entry.task.apply ? { limit: limit() } : { unit, limit: limit() }
        await cure(walk, entry, plan, handlers, how).done
        handlers.wake(entry.task.notify)
      })
    }
    const cured = underWay.get(entry) ?? cure(walk, entry, plan, handlers)
    underWay.delete(entry)
    begun = cured.begun
    await cured.done
    if (plan.always) return { status: 'changed', diff: plan.diff }
    during = 'verify'
    const { plan: again } = await walk.verdict(entry)
    if (again.status === 'drift') throw new NotConverged(again.diff)
    return { status: 'changed', diff: plan.diff }
  } catch (error) {
    if (error instanceof NotBegun) return { status: 'skipped', because: walk.ended ?? error.message }
    const cause = error instanceof Unclear ? error.cause : (error as Error)
    return failure(walk, cause, { during, begun: begun() })
  }
}

/** A cure that was sent. */
interface Cured {
  readonly drift: Drift<unknown>
  readonly done: Promise<void>
  /** Whether it has changed something. */
  readonly begun: () => boolean
}

type UnderWay = Map<TaskEntry, Cured>

/** What a task's check says now. If others drift with it that do not depend on it, all of them are cured in one frame. */
async function looked(
  walk: Walk,
  stage: Stage,
  at: number,
  handlers: Handlers,
  underWay: UnderWay,
): Promise<Plan<unknown>> {
  const entry = stage.entries[at] as TaskEntry
  for (;;) {
    const { plan } = await walk.verdict(entry)
    if (plan.status === 'in-sync') return plan
    const mates = await matesOf(walk, stage.entries, at)
    if (mates === undefined) continue // somebody wrote to the host while the others were looked at
    if (mates.length > 1) cureTogether(walk, mates, handlers, underWay)
    return plan
  }
}

/** Sends the cures of all in this turn, each only if the one before it succeeds, and then the looks that verify them. */
function cureTogether(walk: Walk, mates: readonly Mate[], handlers: Handlers, underWay: UnderWay): void {
  const [first, last] = [mates[0], mates.at(-1)] as [Mate, Mate]
  walk.window.narrow(mates.length, walk.quietAfter(last.entry))
  for (const [i, { entry, drift }] of mates.entries())
    underWay.set(entry, send(walk, entry, drift, handlers, { chained: i > 0 }))
  walk.lookFrom(first.entry, last.entry)
}

function cure(walk: Walk, entry: TaskEntry, drift: Drift<unknown>, handlers: Handlers, how: How = {}): Cured {
  walk.window.narrow(1, walk.quietAfter(entry))
  const cured = send(walk, entry, drift, handlers, how)
  if (!entry.task.apply && !drift.always) walk.lookFrom(entry)
  return cured
}

type How = Pick<WriteOptions, 'unit' | 'limit' | 'chained'>

function send(walk: Walk, entry: TaskEntry, drift: Drift<unknown>, handlers: Handlers, how: How): Cured {
  const { task, user } = entry
  const { name, on, apply } = task
  let begun = false
  const wrote = (): void => {
    begun = true
  }
  const curer = { name, on, write: { user, note: handlers.notes(task.notify), ...how }, wrote }
  const done = apply
    ? cureByHand(walk, host => apply(host, drift), curer)
    : cureBySteps(walk, drift.cure as Steps, curer) // a look without steps is a mistake
  done.catch(() => undefined) // it is heard when its turn to be told comes
  return { drift, done, begun: () => begun }
}

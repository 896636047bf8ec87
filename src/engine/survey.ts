import { ConnectionLost } from '../model/error.ts'
import type { Outcome } from '../model/outcome.ts'
import type { TaskEntry } from './entry.ts'
import { isTask, titleOf } from './entry.ts'
import { Handlers } from './handlers.ts'
import { sayDoing, sayLost, sayTask, skipRest } from './say.ts'
import type { Stage } from './stage.ts'
import type { Walk } from './walk.ts'
import { Unclear } from './walk.ts'

/** `--check`, one host and play: looks at everything and writes nothing. Returns the first task that would change. */
export async function survey(walk: Walk, stage: Stage): Promise<string | undefined> {
  const handlers = new Handlers(walk, stage)
  let drifted: string | undefined
  for (const [i, entry] of stage.entries.entries()) {
    if (walk.scene.stop.aborted) walk.ended ??= 'the run was interrupted'
    if (walk.ended !== undefined) {
      skipRest(walk, stage, i, walk.ended)
      handlers.leave(walk.ended)
      return drifted
    }
    if (!isTask(entry)) {
      await handlers.flush()
      continue
    }
    const since = walk.scene.clock()
    sayDoing(walk, stage, entry, 'look')
    const outcome = await foresee(walk, entry, drifted)
    sayTask(walk, stage, entry, outcome, since)
    if (outcome.status === 'failed') walk.ended = `${titleOf(entry)} failed`
    if (outcome.status !== 'would-change') continue
    drifted ??= titleOf(entry)
    handlers.wake(entry.task.notify)
  }
  await handlers.flush()
  return drifted
}

async function foresee(walk: Walk, entry: TaskEntry, drifted: string | undefined): Promise<Outcome<'check'>> {
  try {
    const { plan } = await walk.verdict(entry)
    return plan.status === 'drift' ? { status: 'would-change', diff: plan.diff } : { status: 'ok' }
  } catch (error) {
    if (!(error instanceof Unclear)) throw error
    const { lost } = walk.session
    if (lost) sayLost(walk, lost)
    if (lost && error.cause instanceof ConnectionLost)
      return { status: 'skipped', because: 'the host was lost' }
    const others = [...error.asked]
      .filter(host => host !== walk.host)
      .map(host => walk.scene.drifted.get(host))
    const after = drifted ?? walk.scene.drifted.get(walk.host) ?? others.find(title => title !== undefined)
    if (after === undefined) return { status: 'failed', during: 'check', error: error.cause }
    return { status: 'unknown', after, error: error.cause }
  }
}

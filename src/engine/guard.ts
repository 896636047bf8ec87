import { NotConverged } from '../model/error.ts'
import type { Changed, Outcome } from '../model/outcome.ts'
import type { TaskEntry } from './entry.ts'
import type { Handlers } from './handlers.ts'
import type { Walk } from './walk.ts'
import { Unclear } from './walk.ts'

/**
 * A guarded task is one with its handlers: they run now, the host is looked at once more, and a fresh login proves that
 * the way in still works. Existing connections prove nothing: they survive a reload of sshd and a firewall's change.
 */
export async function prove(
  walk: Walk,
  entry: TaskEntry,
  handlers: Handlers,
  changed: Changed,
): Promise<Outcome<'apply'>> {
  try {
    if (!(await handlers.finish(entry.task.notify))) throw new Error('a handler of the guarded change failed')
    const { plan } = await walk.verdict(entry)
    if (plan.status === 'drift' && !plan.always) throw new NotConverged(plan.diff)
    await walk.scene.prove(walk.host)
    return changed
  } catch (error) {
    return {
      status: 'failed',
      during: 'verify',
      error: error instanceof Unclear ? error.cause : (error as Error),
      diff: changed.diff,
    }
  }
}

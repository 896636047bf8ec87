import { ConnectionLost, NotConverged } from '../model/error.ts'
import type { Outcome } from '../model/outcome.ts'
import { sayLost } from './say.ts'
import type { Walk } from './walk.ts'

/**
 * How a task or handler ended that threw. One whose host was lost had no turn if it had not begun to change anything; if
 * it had, nobody knows its end.
 */
export function failure(
  walk: Walk,
  error: Error,
  { during, begun }: { readonly during: 'check' | 'apply' | 'verify'; readonly begun: boolean },
): Outcome<'apply'> {
  const { lost } = walk.session
  if (lost) sayLost(walk, lost)
  if (error instanceof ConnectionLost) {
    if (error.underWay || (lost && begun)) return { status: 'unknown', error }
    if (lost) return { status: 'skipped', because: 'the host was lost' }
  }
  return { status: 'failed', during, error, ...(error instanceof NotConverged ? { diff: error.left } : {}) }
}

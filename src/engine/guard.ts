import { confirming } from '../guard/end.ts'
import { NotConverged, RolledBack, StepFailed } from '../model/error.ts'
import { asMistake } from '../model/mistake.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Drift } from '../model/plan.ts'
import type { Guarded } from './arm.ts'
import { arm, say } from './arm.ts'
import type { TaskEntry } from './entry.ts'
import type { Passage } from './gate.ts'
import type { Handlers } from './handlers.ts'
import { proveAnew } from './prove.ts'
import { undo } from './undo.ts'
import type { Walk } from './walk.ts'
import { Unclear } from './walk.ts'

/** Cures the task and looks again, as for any other; what it throws undoes the change. */
export type Cure = (how: { readonly unit: string; readonly limit: () => number }) => Promise<void>

/**
 * One transaction (safety: commit-confirm): the host is armed to undo it, then the cure, its own handlers and a second look,
 * and a fresh login that confirms it. Existing connections prove nothing: they survive a reload of sshd and a firewall's
 * change. Whatever fails is undone, by us or by the host itself, and exactly one ending is told.
 */
export async function guarded(
  walk: Walk,
  entry: TaskEntry,
  drift: Drift<unknown>,
  handlers: Handlers,
  cure: Cure,
): Promise<Outcome<'apply'>> {
  const { gate } = walk.scene
  const outcome = await gate.pass(`${entry.role ?? ''}\0${entry.task.name}`, walk.host, async () => {
    const value = await transact(walk, entry, drift, handlers, cure)
    return { value, passage: PASSAGE[value.status] ?? 'none' }
  })
  if (outcome !== undefined) return outcome
  return { status: 'skipped', because: `a guarded change was rolled back on ${gate.undoneOn}` }
}

const PASSAGE: Readonly<Partial<Record<Outcome['status'], Passage>>> = {
  changed: 'proven',
  'rolled-back': 'undone',
  'rollback-failed': 'undone',
  unknown: 'undone',
}

async function transact(
  walk: Walk,
  entry: TaskEntry,
  drift: Drift<unknown>,
  handlers: Handlers,
  cure: Cure,
): Promise<Outcome<'apply'>> {
  const { scene } = walk
  if (scene.stop.aborted) return { status: 'skipped', because: 'the run was interrupted' }
  let armed: Guarded
  try {
    armed = await arm(walk, entry)
  } catch (error) {
    return { status: 'failed', during: 'apply', error: asMistake(error, StepFailed) }
  }
  try {
    await cure({ unit: `rampart-ap-${armed.tx.txid}`, limit: () => armed.last - scene.clock() })
    if (!(await handlers.finish(entry.task.notify))) throw new StepFailed('a handler of the change failed')
    const { plan } = await walk.verdict(entry)
    if (plan.status === 'drift' && !plan.always) throw new NotConverged(plan.diff)
    const state = await proveAnew(armed, confirming(armed.tx.txid))
    if (state !== 'confirmed') throw new RolledBack(`it was ${state} when it was to be confirmed`)
  } catch (error) {
    const reason = error instanceof Unclear ? error.cause : asMistake(error, StepFailed)
    const outcome = await undo(armed, reason)
    if (outcome.status !== 'changed') {
      if (outcome.status !== 'unknown') await handlers.forget(entry.task.notify)
      return outcome
    }
  }
  say(armed, 'confirmed')
  const open = await stillOpen(armed)
  if (open.length === 0) return { status: 'changed', diff: drift.diff }
  const error = new StepFailed(
    `it was confirmed, and yet what it should refuse still works: ${open.join(', ')}`,
  )
  return { status: 'failed', during: 'verify', error, diff: drift.diff }
}

/** Tried once, and after the confirmation: failed logins before it could have us shut out, and undo a good change. */
async function stillOpen({ walk, guard }: Guarded): Promise<readonly string[]> {
  const tried = await Promise.all(
    (guard.refused ?? []).map(async what => ((await walk.scene.refuses(walk.host, what)) ? [] : [what])),
  )
  return tried.flat()
}

import type { Command, Diff, Drift, Plan, Step } from '../../index.ts'
import { drift, inSync } from '../../index.ts'
import type { Changes } from './attributes.ts'

/**
 * One plan of the parts of a thing: their steps one after the other; in sync if all of them are. The first text that
 * changes is shown, all else is told beside it.
 */
export function combinedPlan(...plans: readonly Plan[]): Plan {
  const drifts = plans.filter(plan => plan.status === 'drift')
  const [first, ...rest] = drifts.flatMap(({ cure }): readonly Step[] => cure)
  return first === undefined ? inSync() : drift(combinedDiff(drifts), [first, ...rest])
}

/** The plan with more steps after its own, if it has any. */
export function followedBy(plan: Plan, ...steps: readonly Command[]): Plan {
  return plan.status === 'drift' ? { ...plan, cure: [...plan.cure, ...steps] } : plan
}

/** The plan with steps before its own, if it has any. */
export function precededBy(plan: Plan, ...steps: readonly Command[]): Plan {
  const [first, ...rest] = plan.status === 'drift' ? [...steps, ...plan.cure] : []
  return plan.status === 'drift' && first ? { ...plan, cure: [first, ...rest] } : plan
}

function combinedDiff(drifts: readonly Drift[]): Diff {
  const shown = drifts.map(({ diff }) => diff).find(diff => diff.kind === 'text')
  const changes: Changes = {}
  for (const { diff } of drifts) {
    if (diff.kind === 'text' && diff !== shown) changes[diff.path] = textChange(diff)
    Object.assign(changes, diff.changes)
  }
  if (!shown) return { kind: 'fields', changes }
  return Object.keys(changes).length === 0 ? shown : { ...shown, changes }
}

const textChange = ({ before, after }: Extract<Diff, { kind: 'text' }>): readonly [string, string] => [
  before === null ? 'absent' : 'present',
  after === null ? 'absent' : before === null ? 'present' : 'changed',
]

import type { Plan } from '../../src/model/plan.ts'
import { isUpload } from '../../src/model/plan.ts'
import { reveal, Secret } from '../../src/model/secret.ts'

/** A plan's steps on one line each: `put PATH MODE: content`, or the script. */
export function stepsOf(plan: Plan): readonly string[] {
  if (plan.status === 'in-sync') return []
  return plan.cure.map(step => {
    if (!isUpload(step)) return step.script
    const { path, mode, content } = step
    const text = typeof content === 'string' || Secret.is(content) ? reveal(content) : '…'
    return `put ${path} ${mode}: ${text}`
  })
}

import type { Command, Plan } from '../../index.ts'
import { drift, inSync } from '../../index.ts'

/** One thing that is not as it should be, and what mends it. */
export interface Difference {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly steps: readonly Command[]
}

/** The plan that mends all of them, in their order; in sync if there are none. */
export function planOf(differences: readonly Difference[]): Plan {
  const [first, ...rest] = differences.flatMap(({ steps }) => steps)
  if (first === undefined) return inSync()
  const changes = Object.fromEntries(differences.map(({ name, from, to }) => [name, [from, to] as const]))
  return drift({ kind: 'fields', changes }, [first, ...rest])
}

import type { Entry } from './entry.ts'

/** One host's list of one play. */
export interface Stage {
  readonly play: string
  readonly entries: readonly Entry[]
}

import { randomBytes } from 'node:crypto'

/** A run's id: when it began, in UTC, and six random hex digits: `20261123T064500Z-1a2b3c`. Sorts by time. */
export function runId(now: Date = new Date()): string {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `${time}-${randomBytes(3).toString('hex')}`
}

import type { Command } from '../model/command.ts'

/** Seconds that a command may take where it does not say so itself (contract: deadlines). */
const SECONDS = { read: 60, write: 600, unit: 3600 } as const

/** Milliseconds until a command is given up. */
export function deadline(
  kind: 'read' | 'write',
  { timeout, unit }: Pick<Command, 'timeout' | 'unit'>,
): number {
  return 1000 * (timeout ?? (unit ? SECONDS.unit : SECONDS[kind]))
}

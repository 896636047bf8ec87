import type { Command } from '../../index.ts'
import { read, z } from '../../index.ts'

/** The parameter for a command that only looks: ``read`test -e …` ``. */
export function question(): z.ZodType<Command<'read'>, Command<'read'>> {
  return z.custom<Command<'read'>>(value => isCommand(value) && onlyLooks(value), {
    error: 'expected a question, such as read`test -e …`',
  })
}

/** Whether a value is a command, of whichever kind. */
export const isCommand = (value: unknown): value is Command =>
  typeof value === 'object' && value !== null && typeof (value as Command).script === 'string'

/** The tag for questions takes none but questions. */
function onlyLooks(command: Command): boolean {
  try {
    return read`${bare(command) as Command<'read'>}`.script === command.script
  } catch {
    return false
  }
}

/** A command without its options: those go to the whole that it becomes a part of. */
function bare<C extends Command>(command: C): C {
  const { stdin: _1, timeout: _2, ok: _3, secret: _4, unit: _5, reboot: _6, ...rest } = command
  return rest as C
}

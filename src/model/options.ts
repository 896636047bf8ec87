import { checked } from './checked.ts'
import { PlaybookError } from './error.ts'
import { kindOf } from './kind-of.ts'
import { z } from './schema.ts'

const tags = z.array(z.string(), { error: "expected a list of names, such as ['web']" }).optional()
const become = z
  .union([z.boolean(), z.string().min(1)], { error: 'expected true, false or a user' })
  .optional()
/** What its own place holds against more than its type. */
const any = z.unknown().optional()

const OPTIONS = {
  play: z.object({ hosts: z.string(), become, tags, serial: any }),
  task: z.object({ notify: any, guard: any, tags, become }),
  role: z.object({ tags, become }),
} as const

/**
 * Holds the options of a play, a task or a role against what there is, as no compiler runs before a run. Throws a
 * VariableError for a name that is not known, with the nearest that is, and for a value of another type.
 */
export function refuseOptions(of: keyof typeof OPTIONS, whole: string, options: unknown): void {
  const hint = of === 'play' ? "Write play('…', { hosts: '…' }, […])." : 'Write them as { NAME: VALUE }.'
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new PlaybookError(`${whole} is given ${kindOf(options)} where its options should be`, { hint })
  checked(OPTIONS[of], options, { whole, cure: () => hint })
}

/** Throws a PlaybookError if something that people are to know by its name has none. */
export function refuseNameless(what: string, name: unknown): void {
  if (typeof name === 'string' && name.trim() !== '') return
  throw new PlaybookError(`a ${what} begins with its name, and this one with ${kindOf(name)}`, {
    hint: `Write ${what}('…', …).`,
  })
}

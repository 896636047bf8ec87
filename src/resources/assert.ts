import type { Command } from '../index.ts'
import { CheckFailed, defineResource, inSync, z } from '../index.ts'
import { command } from './command.ts'

/** The same questions as those of a command. */
const question = command.type.spec.shape.unless.unwrap()

const spec = z.object({
  that: z
    .union([z.boolean(), question], { error: 'expected true, false or a question, such as read`test -e …`' })
    .describe(
      'what must be so: a value, or a question to the host, which must exit with 0 (or its own `ok`)',
    ),
  message: z.string().min(1).describe('what is wrong if it is not so'),
  hint: z.string().min(1).optional().describe('what to do about it then'),
})

export type AssertSpec = z.output<typeof spec>

/** What the host said to the question; undefined if nothing is to be said against it. */
export interface AssertState {
  readonly objection: string | undefined
}

/**
 * Something that must be so before what follows it. It changes nothing: it is in sync, or the host's run ends here with
 * the message.
 *
 * @example
 * ```ts
 * assert({ that: read`test "$(nproc)" -ge 1`, message: 'this host has too few processors' })
 * ```
 */
export const assert = defineResource<typeof spec, AssertState>({
  kind: 'assert',
  spec,
  id: ({ message }) => `assert not: ${message}`,
  async read(probe, { that }) {
    if (typeof that === 'boolean') return { objection: that ? undefined : '' }
    const { code, stdout, stderr } = await probe.ask(that)
    if ((that.ok ?? [0]).includes(code)) return { objection: undefined }
    return { objection: that.secret ? '' : said(that, code, stderr.trim() || stdout.trim()) }
  },
  plan({ message, hint }, { objection }) {
    if (objection === undefined) return inSync()
    throw new CheckFailed(`${message}${objection}`, hint === undefined ? {} : { hint })
  },
})

/** The last lines: what a program complains of comes at its end. */
function said({ script }: Command<'read'>, code: number, text: string): string {
  const lines = text.split('\n').slice(-5).join('\n')
  return lines === '' ? ` (${script.trim().split('\n')[0]} exited with ${code})` : `: ${lines}`
}

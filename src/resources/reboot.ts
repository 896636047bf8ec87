import { defineResource, drift, inSync, run, z } from '../index.ts'
import { question } from './parameters/question.ts'
import { refuse } from './parts/refusals.ts'
import { rebootRequired } from './queries/reboot-required.ts'

const spec = z
  .object({
    if: z
      .union([z.literal('required'), question()], { error: "expected 'required', or a question: read`…`" })
      .optional()
      .describe(
        "when: `'required'`: the host says so itself, as after a new kernel; a question to the host: if it exits with 0",
      ),
    always: z.boolean().default(false).describe('in every run, whatever the host says'),
    timeout: z
      .number()
      .positive()
      .default(600)
      .describe('seconds that the host may take until it answers again'),
    message: z
      .string()
      .regex(/^[^\0\n\r]+$/, { error: 'expected one line' })
      .default('rampart: a playbook reboots this host')
      .describe('what its journal and those who are logged in are told'),
  })
  .superRefine((given, context) => {
    if (given.if === undefined && !given.always) {
      refuse(context, 'if', "expected when: if: 'required', if: read`…`, or always: true for every run")
    }
    if (given.if !== undefined && given.always) refuse(context, 'always', 'give either if or always')
  })

export type RebootSpec = z.output<typeof spec>

/** Why the host is to be started anew; undefined: it is not. */
export interface RebootState {
  readonly reason: string | undefined
}

/**
 * Starts the host anew if there is a reason, and waits until it has come back, behind a jump host too: another boot id,
 * not only an open port, says that it has. Afterwards the reason must be gone. What is asked later in the list is asked
 * of the new start; facts stay those of the beginning of the run.
 *
 * @example
 * ```ts
 * reboot({ if: 'required' })
 * ```
 */
export const reboot = defineResource<typeof spec, RebootState>({
  kind: 'reboot',
  spec,
  id: spec =>
    typeof spec.if === 'object' ? `reboot if ${spec.if.script.trim()}` : `reboot ${spec.if ?? 'always'}`,
  async read(probe, spec) {
    if (spec.if === undefined) return { reason: 'in every run' }
    if (spec.if === 'required') return { reason: await rebootRequired(probe) }
    const { code } = await probe.ask(spec.if)
    return { reason: code === 0 ? 'asked for' : undefined }
  },
  plan({ always, timeout, message }, { reason }) {
    if (reason === undefined) return inSync()
    const step = run({
      reboot: true,
      timeout,
    })`if [ -d /run/systemd/system ]; then systemctl reboot --message=${message}
elif command -v shutdown >/dev/null; then shutdown -r now ${message}
else reboot; fi`
    return drift({ kind: 'fields', changes: { reboot: [reason, 'done'] } }, [step], { always })
  },
})

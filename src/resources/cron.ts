import { defineResource, z } from '../index.ts'
import type { OwnedFile } from './owned-file.ts'
import { planOwnedFile, readOwnedFile } from './owned-file.ts'
import { accountName } from './parameters/account.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { schedule } from './parameters/schedule.ts'
import type { FileState } from './parts/file-state.ts'
import { fileTouch } from './parts/file-writing.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'

const spec = z
  .object({
    name: z
      .string()
      // cron(8) passes over files with any other letter in their name.
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,200}$/, {
        error: 'expected a name of letters, digits, "_" and "-": cron passes over files of other names',
      })
      .describe('the name of its file in /etc/cron.d'),
    state: presentOrAbsent().describe('whether it is there'),
    schedule: schedule()
      .optional()
      .describe("when: `'30 4 * * mon-fri'`, `'*/5 * * * *'`, `'@daily'`, `'@reboot'`"),
    command: z
      .string()
      .regex(/^\s*[^\s\0][^\n\r\0]*$/, { error: 'expected a command on one line' })
      .optional()
      .describe('what sh is to run; a `%` in it means itself'),
    user: accountName().default('root').describe('as whom'),
    env: z
      .record(z.string(), z.string().regex(/^[^\n\r\0]*$/, { error: 'expected a value on one line' }))
      .refine(env => Object.keys(env).every(name => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)), {
        error: 'expected names of letters, digits and "_"',
      })
      .refine(env => Object.values(env).every(value => !(value.includes('"') && value.includes("'"))), {
        error: 'cron cannot hold a value with quotes of both kinds',
      })
      .default({})
      .describe('environment variables for it: `{ PATH: …, MAILTO: … }`; nothing in them is expanded'),
  })
  .superRefine((given, context) => {
    const isPresent = given.state === 'present'
    if (isPresent && given.schedule === undefined) refuse(context, 'schedule', 'expected when it is run')
    if (isPresent && given.command === undefined) refuse(context, 'command', 'expected what is run')
    refuseUnless(isPresent, context, given, ['schedule', 'command'], 'a job that is to go has none')
  })

export type CronSpec = z.output<typeof spec>

/**
 * A job of cron(8), as a file of its own in /etc/cron.d.
 *
 * @example
 * ```ts
 * cron({ name: 'disk-report', schedule: '30 4 * * mon-fri', command: 'df -h >/var/tmp/disks-$(date +%F)' })
 * ```
 */
export const cron = defineResource<typeof spec, FileState>({
  kind: 'cron',
  spec,
  id: ({ name }) => `cron ${name}`,
  touches: spec => [fileTouch(owned(spec).path)],
  read: (probe, spec) => readOwnedFile(probe, owned(spec)),
  plan: (spec, state) => planOwnedFile(owned(spec), state),
})

const owned = (spec: CronSpec): OwnedFile => ({
  path: `/etc/cron.d/${spec.name}`,
  content: spec.state === 'absent' ? null : content(spec),
  folder: { hint: "cron is not installed: put packages({ names: ['cron'] }) before it." },
})

/** crontab(5): a `%` without a backslash would end the command; values are taken out of their quotes, and nothing else is done to them. */
function content({ schedule = '', command = '', user, env }: CronSpec): string {
  const settings = Object.entries(env).map(([name, value]) => {
    const quote = value.includes('"') ? "'" : '"'
    return `${name}=${quote}${value}${quote}`
  })
  const job = `${schedule} ${user} ${command.trim().replaceAll('%', String.raw`\%`)}`
  return [...settings, job].map(line => `${line}\n`).join('')
}

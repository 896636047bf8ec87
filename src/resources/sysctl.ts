import type { Plan } from '../index.ts'
import { CheckFailed, defineResource, inSync, run, z } from '../index.ts'
import type { OwnedFile } from './owned-file.ts'
import { planOwnedFile, readOwnedFile } from './owned-file.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { combinedPlan } from './parts/combined-plan.ts'
import { planOf } from './parts/differences.ts'
import type { FileState } from './parts/file-state.ts'
import { fileTouch } from './parts/file-writing.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import { kernelSetting } from './queries/kernel-setting.ts'

const spec = z
  .object({
    key: z
      .string()
      .regex(/^[A-Za-z0-9_-][A-Za-z0-9_:@-]*([./][A-Za-z0-9_:@-]+)+$/, {
        error: "expected the name of a kernel setting, such as 'net.ipv4.ip_forward'",
      })
      // sysctl.d(5): with a slash first, slashes part it; with a dot first, dots do, and a slash stands for a dot.
      .overwrite(key => (/^[^./]*\//.test(key) ? key.replaceAll(/[./]/g, other) : key))
      .describe(
        'its name: `net.ipv4.ip_forward`; a dot inside an interface is a slash: `net.ipv4.conf.eth0/1.rp_filter`',
      ),
    value: z
      .union(
        [z.int(), z.string().regex(/^\s*[^\s;#][^\n\r\0]*$/, { error: 'expected a value on one line' })],
        {
          error: 'expected a whole number or text',
        },
      )
      .transform(value => String(value).trim().replaceAll(/\s+/g, ' '))
      .optional()
      .describe('its value; several words with spaces between them'),
    state: presentOrAbsent().describe(
      'whether its file is there; without it the kernel keeps the value until the next boot',
    ),
    priority: z
      .int()
      .min(0)
      .max(99)
      .default(99)
      .describe(
        'the number before the name of its file: of two files that set it that of the later name counts',
      ),
    ignoreMissing: z
      .boolean()
      .default(false)
      .describe(
        'a kernel that does not know it is fine, as long as it gets the value should it come to know it',
      ),
  })
  .superRefine((given, context) => {
    const isPresent = given.state === 'present'
    if (isPresent && given.value === undefined) refuse(context, 'value', 'expected its value')
    refuseUnless(isPresent, context, given, ['value'], 'a setting that is to go has none')
  })

const other = (separator: string): string => (separator === '.' ? '/' : '.')

export type SysctlSpec = z.output<typeof spec>

/** The setting's own file, and the value that is in force. */
export interface SysctlState {
  readonly file: FileState
  /** Null if the kernel has no such setting. */
  readonly live: string | null
}

/**
 * A setting of the kernel: in force now, and by a file of its own in /etc/sysctl.d at every boot. The kernel gets it
 * first, so that a value that it does not accept is never kept for the next boot.
 *
 * @example
 * ```ts
 * sysctl({ key: 'net.ipv4.conf.all.log_martians', value: 1 })
 * ```
 */
export const sysctl = defineResource<typeof spec, SysctlState>({
  kind: 'sysctl',
  spec,
  id: ({ key }) => `sysctl ${key}`,
  touches: spec => [fileTouch(owned(spec).path), `sysctl:${spec.key}`],
  async read(probe, spec) {
    const [file, live] = await Promise.all([
      readOwnedFile(probe, owned(spec)),
      probe.ask(kernelSetting, procPath(spec.key)),
    ])
    return { file, live }
  },
  plan: (spec, { file, live }) => combinedPlan(inForce(spec, live), planOwnedFile(owned(spec), file)),
})

function inForce({ key, value, ignoreMissing }: SysctlSpec, live: string | null): Plan {
  if (value === undefined || live === value) return inSync()
  if (live === null) {
    if (ignoreMissing) return inSync()
    throw new CheckFailed(`the kernel of this host has no setting ${key} that this user may read`, {
      hint: 'A module may bring it: kernelModule({…}) before it loads that. ignoreMissing: true leaves it for then.',
    })
  }
  const path = procPath(key)
  return planOf([{ name: key, from: live, to: value, steps: [run`printf '%s\\n' ${value} >${path}`] }])
}

const procPath = (key: string): string => `/proc/sys/${key.replaceAll(/[./]/g, other)}`

/** Named for the setting, so that no two can want different things of one file. */
const owned = ({ key, value, priority, ignoreMissing }: SysctlSpec): OwnedFile => ({
  path: `/etc/sysctl.d/${String(priority).padStart(2, '0')}-${key.replaceAll('/', ':')}.conf`,
  content: value === undefined ? null : `${ignoreMissing ? '-' : ''}${key} = ${value}\n`,
  folder: 'made',
})

import { defineResource, run, text, z } from '../index.ts'
import type { OwnedFile } from './owned-file.ts'
import { planOwnedFile, readOwnedFile } from './owned-file.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { unitFileName } from './parameters/unit-file-name.ts'
import { shortUnitName } from './parameters/unit-name.ts'
import { followedBy } from './parts/combined-plan.ts'
import { planOf } from './parts/differences.ts'
import type { FileState } from './parts/file-state.ts'
import { fileTouch } from './parts/file-writing.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import type { KnownUnit } from './queries/stale-units.ts'
import { knownUnit } from './queries/stale-units.ts'

const spec = z
  .object({
    unit: unitFileName().describe(
      'whose settings it adds to: `ssh`, `ssh.socket`, `getty@.service`; without its type it is a service',
    ),
    name: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}$/, {
        error: "expected a file's name without .conf, such as '10-limits'",
      })
      .refine(name => !name.endsWith('.conf'), { error: 'expected a name without .conf' })
      .describe('its own name, without `.conf`: of two settings that of the later name counts'),
    state: presentOrAbsent().describe('whether it is there'),
    content: text().optional().describe('the whole file, with its section: `[Service]`'),
  })
  .superRefine((given, context) => {
    const isPresent = given.state === 'present'
    if (isPresent && given.content === undefined) refuse(context, 'content', 'expected the whole file')
    refuseUnless(isPresent, context, given, ['content'], 'an absent drop-in has none')
  })

export type DropInSpec = z.output<typeof spec>

/** The file, and what systemd has read of its unit's. */
export interface DropInState {
  readonly file: FileState
  readonly known: KnownUnit
}

/**
 * A file that adds to the settings of a unit, in /etc/systemd/system/UNIT.d, so that its package's own file stays as
 * it is. Systemd reads it anew whenever it has to; `notify: restart(unit)` brings it into force.
 *
 * @example
 * ```ts
 * task('open files of sshd', dropIn({ unit: 'ssh', name: '10-files', content: '[Service]\nLimitNOFILE=65536\n' }), {
 *   notify: restart('ssh'),
 * })
 * ```
 */
export const dropIn = defineResource<typeof spec, DropInState>({
  kind: 'dropIn',
  spec,
  id: ({ unit, name }) => `dropIn ${shortUnitName(unit)}/${name}`,
  touches: spec => [fileTouch(owned(spec).path), `unit:${spec.unit}`],
  async read(probe, spec) {
    const [file, known] = await Promise.all([readOwnedFile(probe, owned(spec)), knownUnit(probe, spec.unit)])
    return { file, known }
  },
  plan(spec, { file, known }) {
    const plan = followedBy(planOwnedFile(owned(spec), file), run`systemctl daemon-reload`)
    if (plan.status === 'drift' || !known.isStale) return plan
    const steps = [run`systemctl daemon-reload`]
    return planOf([{ name: 'unit files', from: 'changed on disk', to: 'loaded', steps }])
  },
})

const owned = ({ unit, name, content }: DropInSpec): OwnedFile => ({
  path: `/etc/systemd/system/${unit}.d/${name}.conf`,
  content: content ?? null,
  folder: 'made',
})

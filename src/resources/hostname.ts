import { defineResource, read, run, z } from '../index.ts'
import type { OwnedFile } from './owned-file.ts'
import { planOwnedFile, readOwnedFile } from './owned-file.ts'
import { combinedPlan } from './parts/combined-plan.ts'
import { planOf } from './parts/differences.ts'
import type { FileState } from './parts/file-state.ts'
import { fileTouch } from './parts/file-writing.ts'

const spec = z.object({
  name: z
    .string()
    .max(64)
    // hostname(5), hostname(7).
    .regex(/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/, {
      error: "expected a host's name: letters, digits and '-', at most 64 of them",
    })
    .describe('the name'),
})

export type HostnameSpec = z.output<typeof spec>

/** The name for the next boot, and the one that is in force. */
export interface HostnameState {
  readonly file: FileState
  readonly live: string
}

/**
 * The name of the host: in force now, and in /etc/hostname for the next boot. A `hostsEntry` beside it lets the host
 * find itself by it; programs that run already may know the old one until they are restarted.
 *
 * @example
 * ```ts
 * hostname({ name: 'web01' })
 * ```
 */
export const hostname = defineResource<typeof spec, HostnameState>({
  kind: 'hostname',
  spec,
  id: () => 'hostname',
  touches: () => [fileTouch(PATH)],
  lasting: () => 'the name that the kernel has',
  async read(probe, spec) {
    const [file, { stdout }] = await Promise.all([
      readOwnedFile(probe, owned(spec)),
      probe.ask(read`uname -n`),
    ])
    return { file, live: stdout.trim() }
  },
  plan(spec, { file, live }) {
    const { name } = spec
    const steps = [
      run`if command -v hostname >/dev/null; then hostname ${name}; else printf '%s\\n' ${name} >/proc/sys/kernel/hostname; fi`,
    ]
    const difference = { name: 'hostname', from: live, to: name, steps }
    return combinedPlan(planOwnedFile(owned(spec), file), planOf(live === name ? [] : [difference]))
  },
})

const PATH = '/etc/hostname'
const owned = ({ name }: HostnameSpec): OwnedFile => ({ path: PATH, content: `${name}\n` })

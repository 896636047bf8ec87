import type { Plan } from '../index.ts'
import { CheckFailed, defineResource, run, z } from '../index.ts'
import type { OwnedFile } from './owned-file.ts'
import { planOwnedFile, readOwnedFile } from './owned-file.ts'
import { combinedPlan } from './parts/combined-plan.ts'
import { planOf } from './parts/differences.ts'
import type { FileState } from './parts/file-state.ts'
import { fileTouch } from './parts/file-writing.ts'
import { refuseUnless } from './parts/refusals.ts'
import type { KernelModuleLook } from './queries/kernel-modules.ts'
import { kernelModuleLook } from './queries/kernel-modules.ts'

const spec = z
  .object({
    name: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,54}$/, {
        error: "expected the name of a module, such as 'br_netfilter'",
      })
      // The kernel takes both for one.
      .overwrite(name => name.replaceAll('-', '_'))
      .describe('its name'),
    state: z
      .enum(['loaded', 'blacklisted', 'absent'])
      .default('loaded')
      .describe(
        '`loaded`: now and at every boot; `blacklisted`: not now, and kept from being loaded by anything; `absent`: nothing is said of it, and it is left as it is',
      ),
    options: z
      .record(
        z.string().regex(/^[A-Za-z0-9_]+$/, { error: 'expected the name of an option' }),
        z.union([z.int(), z.string().regex(/^[^\s"'#\0\\]+$/, { error: 'expected one word' })]),
      )
      .optional()
      .describe('its parameters, which it gets when it is loaded: `{ nf_conntrack_max: 262144 }`'),
  })
  .superRefine((given, context) => {
    const isLoaded = given.state === 'loaded'
    refuseUnless(isLoaded, context, given, ['options'], 'a module that is not loaded takes none')
  })

export type KernelModuleSpec = z.output<typeof spec>

export interface KernelModuleState {
  /** What names it for the next boot. */
  readonly boot: FileState
  /** What modprobe(8) is told of it. */
  readonly modprobe: FileState
  readonly live: KernelModuleLook
}

/**
 * A module of the kernel: loaded now and by a file in /etc/modules-load.d at every boot, or kept out by one in
 * /etc/modprobe.d. A module that is loaded already gets new options when it is loaded the next time.
 *
 * @example
 * ```ts
 * kernelModule({ name: 'usb-storage', state: 'blacklisted' })
 * ```
 */
export const kernelModule = defineResource<typeof spec, KernelModuleState>({
  kind: 'kernelModule',
  spec,
  id: ({ name }) => `kernelModule ${name}`,
  touches: spec => [fileTouch(boot(spec).path), fileTouch(modprobe(spec).path)],
  lasting: () => 'a module that was unloaded, or takes one away that was loaded',
  async read(probe, spec) {
    const [itsBoot, itsModprobe, live] = await Promise.all([
      readOwnedFile(probe, boot(spec)),
      readOwnedFile(probe, modprobe(spec)),
      probe.ask(kernelModuleLook, spec.name),
    ])
    return { boot: itsBoot, modprobe: itsModprobe, live }
  },
  plan: (spec, state) =>
    // It is loaded with the options that then stand there.
    combinedPlan(
      planOwnedFile(modprobe(spec), state.modprobe),
      planOwnedFile(boot(spec), state.boot),
      livePlan(spec, state.live),
    ),
})

function livePlan({ name, state }: KernelModuleSpec, live: KernelModuleLook): Plan {
  if (state === 'blacklisted' && live === 'built in') {
    throw new CheckFailed(`the module ${name} is a part of this host's kernel and cannot be kept out`, {
      hint: 'Leave it out for this host.',
    })
  }
  const path = run`PATH=$PATH:/usr/sbin:/sbin`
  const wanted = state === 'loaded' ? live !== 'not loaded' : state === 'absent' || live !== 'loaded'
  if (wanted) return planOf([])
  const steps = [
    state === 'loaded' ? run`${path}; modprobe -- ${name}` : run`${path}; modprobe -r -- ${name}`,
  ]
  return planOf([{ name: 'module', from: live, to: state === 'loaded' ? 'loaded' : 'not loaded', steps }])
}

const boot = ({ name, state }: KernelModuleSpec): OwnedFile => ({
  path: `/etc/modules-load.d/rampart-${name}.conf`,
  content: state === 'loaded' ? `${name}\n` : null,
  folder: 'made',
})

/** modprobe.d(5): `blacklist` alone lets others still load it by name. */
function modprobe({ name, state, options = {} }: KernelModuleSpec): OwnedFile {
  const words = Object.entries(options).map(([option, value]) => `${option}=${value}`)
  const given = words.length === 0 ? null : `options ${name} ${words.join(' ')}\n`
  return {
    path: `/etc/modprobe.d/rampart-${name}.conf`,
    content: state === 'blacklisted' ? `blacklist ${name}\ninstall ${name} /bin/false\n` : given,
    folder: 'made',
  }
}

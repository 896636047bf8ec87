import type { Command, Plan } from '../index.ts'
import { CheckFailed, defineResource, inSync, run, z } from '../index.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { hostPath } from './parameters/path.ts'
import { combinedPlan, followedBy } from './parts/combined-plan.ts'
import type { Difference } from './parts/differences.ts'
import { planOf } from './parts/differences.ts'
import type { EditedFileState } from './parts/edited-file.ts'
import { editPlan, readEditedFile } from './parts/edited-file.ts'
import { fileTouch } from './parts/file-writing.ts'
import { withEntry } from './parts/fstab.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import type { FileStat, Stat } from './queries/stat.ts'
import { statOf } from './queries/stat.ts'
import { isSwapFile, swapsOf } from './queries/swaps.ts'

const MIB = 1024 ** 2
const UNITS: Readonly<Record<string, number>> = { M: MIB, G: 1024 * MIB, T: MIB * MIB }

const spec = z
  .object({
    path: hostPath().describe('the file'),
    state: presentOrAbsent().describe('whether it is there, and swapped to'),
    size: z
      .string()
      .regex(/^[1-9]\d{0,6}[MGT]$/, { error: "expected a size, such as '512M' or '8G'" })
      .transform(size => Number(size.slice(0, -1)) * (UNITS[size.slice(-1)] ?? MIB))
      .optional()
      .describe("how big it is: `'512M'`, `'8G'`; of another size it is made anew"),
    priority: z
      .int()
      .min(0)
      .max(32_767)
      .optional()
      .describe(
        'of several areas that of the highest number is used first (swapon(2)); not given: as the kernel chooses',
      ),
  })
  .superRefine((given, context) => {
    const isPresent = given.state === 'present'
    if (isPresent && given.size === undefined) refuse(context, 'size', 'expected how big it is')
    refuseUnless(isPresent, context, given, ['size', 'priority'], 'a file that is to go has none')
  })

export type SwapSpec = z.output<typeof spec>

export interface SwapState {
  readonly fstab: EditedFileState
  readonly stat: Stat
  /** Whether it is a swap file at all. */
  readonly isSwap: boolean
  /** Its priority if the kernel swaps to it; null if not. */
  readonly active: number | null
}

/**
 * A file to swap to: its size, its line in /etc/fstab, and that it is in use now. A file that holds anything else is
 * refused. The file system has to allow it: overlay and tmpfs do not, btrfs does without copy on write, which is seen to.
 *
 * @example
 * ```ts
 * swap({ path: '/var/swapfile', size: '64M' })
 * ```
 */
export const swap = defineResource<typeof spec, SwapState>({
  kind: 'swap',
  spec,
  id: ({ path }) => `swap ${path}`,
  touches: ({ path }) => [fileTouch(FSTAB), fileTouch(path)],
  lasting: () => 'what is swapped',
  async read(probe, { path }) {
    const [fstab, stat, isSwap, swaps] = await Promise.all([
      readEditedFile(probe, FSTAB),
      probe.ask(statOf, path),
      probe.ask(isSwapFile, path),
      swapsOf(probe),
    ])
    return { fstab, stat, isSwap, active: swaps.get(path) ?? null }
  },
  plan(spec, state) {
    mayBeSwap(spec.path, state)
    const line = followedBy(linePlan(spec, state), reload)
    return spec.state === 'absent'
      ? combinedPlan(gonePlan(spec, state), line)
      : combinedPlan(usedPlan(spec, state), line)
  },
})

const FSTAB = '/etc/fstab'

/** Systemd makes units of the lines (systemd-fstab-generator(8)). */
const reload = run`[ ! -d /run/systemd/system ] || systemctl daemon-reload`

/** Throws a CheckFailed for what is somebody else's. */
function mayBeSwap(path: string, { stat, isSwap, active }: SwapState): void {
  if (stat === null || active !== null) return
  if (stat === 'hidden') {
    throw new CheckFailed(`${path} is in a folder that this user may not look into`, {
      hint: 'Set become: true on the task, the play or the host.',
    })
  }
  if (stat.type === 'file' && (isSwap || stat.size === 0)) return
  throw new CheckFailed(`${path} is ${stat.type === 'file' ? 'a file that is no swap' : `a ${stat.type}`}`, {
    hint: 'Remove it by hand if it is not meant.',
  })
}

function linePlan({ path, state, priority }: SwapSpec, { fstab }: SwapState): Plan {
  if (state === 'absent' && fstab.look.stat === null) return inSync()
  const options = priority === undefined ? 'sw' : `sw,pri=${priority}`
  const entry = { source: path, path: 'none', type: 'swap', options, dump: 0, pass: 0 }
  const edit = (text: string): string => withEntry(text, path, state === 'absent' ? null : entry, 'source')
  return editPlan({ path: FSTAB, create: true, hidden: false, edit }, fstab)
}

function gonePlan({ path }: SwapSpec, { stat, active }: SwapState): Plan {
  return planOf([
    ...(active === null ? [] : [{ name: 'swap', from: 'in use', to: 'not in use', steps: [swapOff(path)] }]),
    ...(stat === null
      ? []
      : [{ name: 'file', from: 'present', to: 'absent', steps: [run`rm -f -- ${path}`] }]),
  ])
}

function usedPlan(spec: SwapSpec, { stat, isSwap, active }: SwapState): Plan {
  const there = stat === 'hidden' ? null : stat
  const isMade = there?.size === spec.size && (isSwap || active !== null)
  const off = active === null ? [] : [swapOff(spec.path)]
  if (!isMade) return planOf([made(spec, there, off), used(spec, active, [])])
  const isUsed = active !== null && (spec.priority === undefined || active === spec.priority)
  return planOf([...closed(spec, there), ...(isUsed ? [] : [used(spec, active, off)])])
}

function made({ path, size = 0 }: SwapSpec, there: FileStat | null, off: readonly Command[]): Difference {
  const from = there === null ? 'absent' : `${there.size / MIB} MiB`
  return { name: 'file', from, to: `${size / MIB} MiB`, steps: [...off, making(path, size)] }
}

/** Who may read a swap file reads the memory of all. */
function closed({ path }: SwapSpec, there: FileStat | null): readonly Difference[] {
  if (there === null || there.mode === '0600') return []
  return [{ name: 'mode', from: there.mode, to: '0600', steps: [run`chmod 0600 -- ${path}`] }]
}

function used({ path, priority }: SwapSpec, active: number | null, off: readonly Command[]): Difference {
  const from = active === null ? 'not in use' : `priority ${active}`
  const [to, wanted] = priority === undefined ? ['in use', []] : [`priority ${priority}`, ['-p', priority]]
  return { name: 'swap', from, to, steps: [...off, run`swapon ${wanted} -- ${path}`] }
}

const swapOff = (path: string) => run({ timeout: 3600 })`swapoff -- ${path}`

/** Without holes, which swapon(8) refuses: zeros where the file system cannot allocate. Nothing half made stays. */
function making(path: string, size: number) {
  return run({ timeout: 3600 })`( umask 077
rm -f -- ${path} && : >${path} || exit
chattr +C -- ${path} 2>/dev/null
{ fallocate -l ${size} -- ${path} 2>/dev/null || dd if=/dev/zero of=${path} bs=1048576 count=${size / MIB} status=none; } &&
  mkswap -- ${path} >/dev/null || { rm -f -- ${path}; false; } )`
}

import type { Command, Plan } from '../index.ts'
import { CheckFailed, defineResource, inSync, run, z } from '../index.ts'
import { hostPath } from './parameters/path.ts'
import { combinedPlan, followedBy } from './parts/combined-plan.ts'
import { planOf } from './parts/differences.ts'
import type { EditedFileState } from './parts/edited-file.ts'
import { editPlan, readEditedFile } from './parts/edited-file.ts'
import { fileTouch } from './parts/file-writing.ts'
import type { FstabEntry } from './parts/fstab.ts'
import { entryOf, isSame, withEntry } from './parts/fstab.ts'
import { flagsOf, liveFlags } from './parts/mount-flags.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import type { Mount } from './queries/mount-table.ts'
import { mountAt } from './queries/mount-table.ts'
import type { Stat } from './queries/stat.ts'
import { statOf } from './queries/stat.ts'

const spec = z
  .object({
    path: hostPath().describe('the mount point; made if it is missing'),
    state: z
      .enum(['mounted', 'present', 'absent'])
      .default('mounted')
      .describe('`mounted`: now and at every boot; `present`: only /etc/fstab says so; `absent`: neither'),
    source: z
      .string()
      .regex(/^[^\0\n\r]+$/, { error: "expected what is mounted, such as 'UUID=…' or 'nas:/export'" })
      .optional()
      .describe('what is mounted: `/dev/vdb1`, `UUID=…`, `nas:/export`, `tmpfs`'),
    type: z
      .string()
      .regex(/^[a-z0-9_.,-]+$/, { error: "expected a type of file system, such as 'ext4'" })
      .optional()
      .describe('the type of its file system; of a bind mount `none`'),
    options: z
      .array(z.string().regex(/^[^,\0\n\r]+$/, { error: "expected one option, such as 'noexec'" }))
      .min(1)
      .default(['defaults'])
      .describe('its options'),
    dump: z.int().min(0).max(1).default(0).describe('fs_freq of fstab(5)'),
    pass: z.int().min(0).max(9).default(0).describe('in which turn fsck(8) checks it at boot; 0: never'),
  })
  .superRefine((given, context) => {
    const isWanted = given.state !== 'absent'
    if (isWanted && given.source === undefined) refuse(context, 'source', 'expected what is mounted')
    if (isWanted && given.type === undefined) refuse(context, 'type', 'expected the type of its file system')
    refuseUnless(isWanted, context, given, ['source', 'type'], 'what is not mounted has none')
  })

export type MountSpec = z.output<typeof spec>

/** What /etc/fstab says, and what is so. */
export interface MountState {
  readonly fstab: EditedFileState
  readonly point: Stat
  readonly live: Mount | null
}

/**
 * A file system and where it is mounted: its line in /etc/fstab, and that it is mounted so now. Of what is mounted its
 * type and its flags (`ro`, `nosuid`, `nodev`, `noexec`) are looked at; another source or option counts as a change of
 * the line.
 *
 * @example
 * ```ts
 * mount({ path: '/srv/scratch', source: 'tmpfs', type: 'tmpfs', options: ['noexec', 'size=64m'] })
 * ```
 */
export const mount = defineResource<typeof spec, MountState>({
  kind: 'mount',
  spec,
  id: ({ path }) => `mount ${path}`,
  touches: () => [fileTouch(FSTAB)],
  lasting: () => 'what is mounted',
  async read(probe, { path }) {
    const [fstab, point, live] = await Promise.all([
      readEditedFile(probe, FSTAB),
      probe.ask(statOf, path),
      probe.ask(mountAt, path),
    ])
    return { fstab, point, live }
  },
  plan(spec, state) {
    const line = followedBy(linePlan(spec, state), reload)
    // What cannot be unmounted keeps its line.
    return spec.state === 'absent'
      ? combinedPlan(livePlan(spec, state), line)
      : combinedPlan(pointPlan(spec, state), line, livePlan(spec, state))
  },
})

const FSTAB = '/etc/fstab'

/** Systemd makes units of the lines (systemd-fstab-generator(8)). */
const reload = run`[ ! -d /run/systemd/system ] || systemctl daemon-reload`

function entry(spec: MountSpec): FstabEntry | null {
  const { state, source = '', path, type = '', options, dump, pass } = spec
  return state === 'absent' ? null : { source, path, type, options: options.join(','), dump, pass }
}

function linePlan(spec: MountSpec, { fstab }: MountState): Plan {
  if (spec.state === 'absent' && fstab.look.stat === null) return inSync()
  const edit = (text: string): string => withEntry(text, spec.path, entry(spec))
  return editPlan({ path: FSTAB, create: true, hidden: false, edit }, fstab)
}

function pointPlan({ path, state }: MountSpec, { point }: MountState): Plan {
  if (state !== 'mounted' || (point !== null && point !== 'hidden')) {
    const isLink = point !== null && point !== 'hidden' && point.type === 'symbolic link'
    if (!isLink) return inSync()
    throw new CheckFailed(`${path} is a symbolic link, and no mount point`, {
      hint: 'Name the folder that it leads to.',
    })
  }
  const steps = [run`( umask 022; mkdir -p -- ${path} )`]
  return planOf([{ name: 'mount point', from: 'absent', to: 'a directory', steps }])
}

function livePlan(spec: MountSpec, { fstab, live }: MountState): Plan {
  const { path, state, type = '' } = spec
  if (state === 'present') return inSync()
  if (state === 'absent') return live ? mending(live.type, 'nothing', run`umount -- ${path}`) : inSync()
  if (live === null) return mending('nothing', isBind(spec) ? 'bind' : type, run`mount -- ${path}`)
  const before = lineThere(fstab, path)
  const isOther = before !== undefined && (before.source !== spec.source || before.type !== type)
  if (isOther || !(isBind(spec) || type === 'auto' || type === live.type)) {
    return mending(live.type, `${type} of ${spec.source}`, run`umount -- ${path} && mount -- ${path}`)
  }
  const wanted = entry(spec)
  return flagsPlan(spec, live, before !== undefined && wanted !== null && !isSame(before, wanted))
}

/** `isEdited`: its options are others than before, which no flag need tell. */
function flagsPlan(spec: MountSpec, live: Mount, isEdited: boolean): Plan {
  const flags = flagsOf(spec.options)
  const found = liveFlags(live.flags)
  if (!isEdited && flags.every(flag => found.includes(flag))) return inSync()
  const again = ['remount', ...(isBind(spec) ? ['bind'] : []), ...flags].join(',')
  return mending(found.join(','), flags.join(','), run`mount -o ${again} -- ${spec.path}`)
}

const mending = (from: string, to: string, step: Command): Plan =>
  planOf([{ name: 'mounted', from, to, steps: [step] }])

const isBind = ({ options }: MountSpec): boolean =>
  options.some(option => option === 'bind' || option === 'rbind')

function lineThere({ content }: EditedFileState, path: string): FstabEntry | undefined {
  return content instanceof Uint8Array ? entryOf(Buffer.from(content).toString(), path) : undefined
}

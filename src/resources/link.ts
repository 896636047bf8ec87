import type { Command, Plan, Probe, Steps } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, run, z } from '../index.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { hostPath } from './parameters/path.ts'
import { attributeChanges, attributeSteps, attributes } from './parts/attributes.ts'
import type { FileLook } from './parts/file-look.ts'
import { lookAtFile, mayBeReplaced, mayHold } from './parts/file-look.ts'
import { fileTouch } from './parts/file-writing.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import { isEmptyDirectory } from './queries/empty-directory.ts'
import { inodeOf } from './queries/inode.ts'
import { linkTarget } from './queries/link-target.ts'
import type { Stat } from './queries/stat.ts'
import { statOf } from './queries/stat.ts'

/** PATH_MAX of Linux (limits.h), without the terminating NUL: a longer target cannot be held (symlink(2)). */
const LONGEST_TARGET = 4095

const spec = z
  .object({
    path: hostPath().describe('where the link is on the host'),
    target: z
      .string()
      .refine(target => target !== '' && !/[\0\p{Surrogate}]/u.test(target), {
        error: "expected a path, such as '/opt/tool/bin/tool' or '../tool'",
      })
      .refine(target => Buffer.byteLength(target) <= LONGEST_TARGET, {
        error: `a path has at most ${LONGEST_TARGET} bytes`,
      })
      .optional()
      .describe(
        "what it leads to, held word for word; a relative one begins at the link's own folder; it need not be there",
      ),
    state: presentOrAbsent().describe('whether it is there'),
    hard: z
      .boolean()
      .default(false)
      .describe('a second name of the same file, which has to be there, on the same file system'),
    owner: attributes.owner.describe('the user of the link itself; not given: left as it is'),
    group: attributes.group.describe('the group of the link itself; not given: left as it is'),
    force: z
      .boolean()
      .default(false)
      .describe('replace also what is no such link; a directory only if it is empty'),
  })
  .superRefine((given, context) => {
    const { state, target, hard } = given
    const isPresent = state === 'present'
    if (isPresent && target === undefined) refuse(context, 'target', 'expected what it leads to')
    refuseUnless(isPresent, context, given, ['target', 'owner', 'group'], 'an absent link has none')
    if (!isPresent && hard) {
      refuse(context, 'hard', "a hard link is a file: file({ path, state: 'absent' }) removes it")
    }
    refuseUnless(!hard, context, given, ['owner', 'group'], 'a hard link has those of its file')
    if (hard && target !== undefined && !hostPath().safeParse(target).success) {
      refuse(context, 'target', 'expected an absolute path without "." and ".."')
    }
  })

export type LinkSpec = z.output<typeof spec>

/** What is found where a link is to be. */
export interface LinkState {
  readonly look: FileLook
  /** What it leads to; null if no symbolic link is there. */
  readonly target: string | null
  /** Whether an empty directory is there. */
  readonly isEmpty: boolean
  /** For a hard link: what its target is, and whether both are one file. */
  readonly other: { readonly stat: Stat; readonly isSame: boolean } | undefined
}

/**
 * A symbolic or hard link: that it is there and leads where it should, or that it is not. What it leads to is left
 * alone.
 *
 * @example
 * ```ts
 * link({ path: '/usr/local/bin/editor', target: '/usr/bin/vi' })
 * ```
 */
export const link = defineResource<typeof spec, LinkState>({
  kind: 'link',
  spec,
  id: ({ path }) => `link ${path}`,
  touches: ({ path }) => [fileTouch(path)],
  async read(probe, { path, target, hard }) {
    const [look, found, isEmpty, other] = await Promise.all([
      lookAtFile(probe, path),
      probe.ask(linkTarget, path),
      probe.ask(isEmptyDirectory, path),
      hard && target !== undefined ? otherName(probe, path, target) : undefined,
    ])
    return { look, target: found, isEmpty, other }
  },
  plan(spec, state) {
    if (spec.state === 'absent') return removal(spec, state)
    return spec.hard ? hardLink(spec, state) : symbolicLink(spec, state)
  },
})

async function otherName(probe: Probe, path: string, target: string): Promise<LinkState['other']> {
  const [stat, one, other] = await Promise.all([
    probe.ask(statOf, target),
    probe.ask(inodeOf, path),
    probe.ask(inodeOf, target),
  ])
  return { stat, isSame: one !== null && one === other }
}

function removal({ path, force }: LinkSpec, { look, target }: LinkState): Plan {
  const { stat } = look
  if (stat === null) return inSync()
  const cure = { file: `file({ path: '${path}', state: 'absent' }) removes it.` }
  if (stat.type === 'directory') {
    throw new CheckFailed(`${path} is a directory, not a symbolic link`, {
      hint: `directory({ path: '${path}', state: 'absent' }) removes it.`,
    })
  }
  if (stat.type !== 'symbolic link') {
    if (!force) throw new CheckFailed(`${path} is a ${stat.type}, not a symbolic link`, { hint: cure.file })
    mayBeReplaced(path, look)
  }
  const found = target === null ? stat.type : told(target)
  return drift({ kind: 'fields', changes: { state: [found, 'absent'] } }, [run`rm -f -- ${path}`])
}

function symbolicLink(spec: LinkSpec, state: LinkState): Plan {
  const { path, target = '' } = spec
  const { look } = state
  const { stat } = look
  if (stat?.type === 'symbolic link' && state.target === target) return ownerPlan(spec, look)
  mayHold(path, look)
  if (stat?.type !== 'symbolic link') mayGo(spec, state, 'a symbolic link')
  const found = state.target === null ? (stat?.type ?? 'absent') : told(state.target)
  const make = stat === null ? run`ln -s -T -- ${target} ${path}` : run`ln -s -f -T -- ${target} ${path}`
  // A new link is its maker's; what replaces one keeps whose it was.
  const { owner = stat?.type === 'symbolic link' ? stat.uid : undefined } = spec
  const { group = stat?.type === 'symbolic link' ? stat.gid : undefined } = spec
  return drift({ kind: 'fields', changes: { target: [found, told(target)] } }, [
    ...cleared(spec, look),
    make,
    ...attributeSteps(path, { owner, group }),
  ] as readonly Command[] as Steps)
}

function ownerPlan({ path, owner, group }: LinkSpec, { stat }: FileLook): Plan {
  if (stat === null) return inSync()
  const [first, ...rest] = attributeSteps(path, { owner, group }, { ...stat, mode: '0777' })
  if (first === undefined) return inSync()
  return drift({ kind: 'fields', changes: attributeChanges({ owner, group }, stat) }, [first, ...rest])
}

function hardLink(spec: LinkSpec, state: LinkState): Plan {
  const { path, target = '' } = spec
  const { look, other } = state
  if (other?.stat === null || other?.stat === undefined) {
    throw new CheckFailed(`${target} does not exist: a hard link needs its file`, {
      hint: `Make ${target} in a task before this one.`,
    })
  }
  if (other.stat === 'hidden' || other.stat.type !== 'file') {
    const found =
      other.stat === 'hidden' ? 'is in a folder that this user may not look into' : `is a ${other.stat.type}`
    throw new CheckFailed(`${target} ${found}: it cannot get a hard link`, {
      hint: 'Name a regular file, or make a symbolic link.',
    })
  }
  if (other.isSame) return inSync()
  mayHold(path, look)
  mayGo(spec, state, `a hard link to ${target}`)
  const make = look.stat === null ? run`ln -T -- ${target} ${path}` : run`ln -f -T -- ${target} ${path}`
  const changes = { file: [look.stat?.type ?? 'absent', `the one at ${target}`] } as const
  return drift({ kind: 'fields', changes }, [...cleared(spec, look), make] as readonly Command[] as Steps)
}

/** Throws a CheckFailed unless what is there may make way: nothing, or with `force` anything but a directory that is in use. */
function mayGo({ path, force }: LinkSpec, { look, isEmpty }: LinkState, wanted: string): void {
  const { stat } = look
  if (stat === null) return
  if (!force) {
    const replaced = stat.type === 'directory' ? 'an empty directory' : `the ${stat.type}`
    throw new CheckFailed(`${path} is a ${stat.type}, not ${wanted}`, {
      hint: `Name another path; force: true replaces ${replaced} by the link.`,
    })
  }
  mayBeReplaced(path, look)
  if (stat.type === 'directory' && !isEmpty) {
    throw new CheckFailed(`${path} is a directory with something in it`, {
      hint: `Empty it first; directory({ path: '${path}', state: 'absent', force: true }) removes it with all that is in it.`,
    })
  }
}

const cleared = ({ path }: LinkSpec, { stat }: FileLook): readonly Command[] =>
  stat?.type === 'directory' ? [run`rmdir -- ${path}`] : []

const told = (target: string): string => `link to ${target}`

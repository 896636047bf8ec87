import { posix } from 'node:path'
import type { Probe } from '../../index.ts'
import { CheckFailed } from '../../index.ts'
import type { Mounted } from '../queries/mounts.ts'
import { mountedOn } from '../queries/mounts.ts'
import type { FileStat } from '../queries/stat.ts'
import { statOf } from '../queries/stat.ts'

/** What is found where a file is to be. */
export interface FileLook {
  /** Null if nothing is there. */
  readonly stat: FileStat | null
  /** Its folder, reached through symbolic links; null if there is none. */
  readonly folder: FileStat | null
  readonly mounted: Mounted
}

/** Looks at a path and its folder. Throws a CheckFailed where the asking user may not look. */
export async function lookAtFile(probe: Probe, path: string): Promise<FileLook> {
  const [stat, folder, mounted] = await Promise.all([
    probe.ask(statOf, path),
    probe.ask(statOf, folderOf(path)),
    probe.ask(mountedOn, path),
  ])
  if (stat === 'hidden' || folder === 'hidden') {
    throw new CheckFailed(`${path} is in a folder that this user may not look into`, {
      hint: 'Set become: true on the task, the play or the host.',
    })
  }
  return { stat, folder, mounted }
}

/** The folder of a path, to be reached through symbolic links. */
export function folderOf(path: string): string {
  const folder = posix.dirname(path)
  return folder === '/' ? '/' : `${folder}/`
}

/** Throws a CheckFailed unless a regular file may be put at the path: nothing is there, or a regular file, or with `force` something else. */
export function mayHoldFile(path: string, look: FileLook, force = false): void {
  mayHold(path, look)
  const { stat } = look
  if (stat === null || stat.type === 'file') return
  const replaces = stat.type === 'directory' ? 'an empty directory' : `the ${stat.type}`
  if (!force) {
    throw new CheckFailed(`${path} is a ${stat.type}, not a regular file`, {
      hint: `Name another path; force: true replaces ${replaces} by the file.`,
    })
  }
}

/** Throws a CheckFailed if a path's folder is missing, or nobody can say what a name in it will mean in a moment. */
export function mayHold(path: string, { stat, folder }: FileLook): void {
  const at = posix.dirname(path)
  if (folder === null) {
    throw new CheckFailed(`${path} cannot be there: its folder ${at} does not exist`, {
      hint: `Put directory({ path: '${at}' }) before it.`,
    })
  }
  if (folder.type !== 'directory') {
    throw new CheckFailed(`${path} cannot be there: ${at} is a ${folder.type}, not a directory`)
  }
  if (stat?.type === 'symbolic link' && isWorldWritable(folder)) {
    throw new CheckFailed(`${path} is a symbolic link in a folder that everyone can write to`, {
      hint: 'Anyone could have put it there. Remove it by hand if it is not meant, and use a folder of its own.',
    })
  }
}

/** Throws a CheckFailed if a file is a mount point: it cannot be replaced (rename(2), EBUSY), as Docker's bind mounts of single files cannot. */
export function mayBeReplaced(path: string, { mounted }: FileLook): void {
  if (!mounted.on) return
  throw new CheckFailed(`${path} is mounted by itself and cannot be replaced`, {
    hint: 'Change the file that is mounted there, on the machine that it comes from.',
  })
}

const isWorldWritable = ({ mode }: FileStat): boolean => (Number.parseInt(mode, 8) & 0o002) !== 0

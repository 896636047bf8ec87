import { posix } from 'node:path'
import type { FileMode, Plan, Probe, Text } from '../index.ts'
import { CheckFailed, run, Secret } from '../index.ts'
import { file } from './file.ts'
import { precededBy } from './parts/combined-plan.ts'
import type { FileState } from './parts/file-state.ts'
import { willBeThere } from './parts/folder-to-come.ts'
import type { Validation } from './parts/validation.ts'

/** A file of the system that belongs to one resource as a whole: root's, and written as every file is. */
export interface OwnedFile {
  readonly path: string
  /** Null: it is not to be there. */
  readonly content: Text | Uint8Array | null
  /** Not given: `0644`, or `0600` for a Secret. */
  readonly mode?: FileMode
  readonly validate?: Validation
  /** Its folder is made if it is missing. Otherwise that is an error, and this its hint. */
  readonly folder?: 'made' | { readonly hint: string }
}

/** Asks for it, in one turn if it is as it should be. */
export function readOwnedFile(probe: Probe, owned: OwnedFile): Promise<FileState> {
  return file.type.read(probe, fileSpec(owned))
}

/** Throws a CheckFailed if something else is there, or its folder is missing. */
export function planOwnedFile(owned: OwnedFile, state: FileState): Plan {
  const { path, content, folder } = owned
  const { stat } = state.look
  if (stat !== null && stat.type !== 'file') {
    throw new CheckFailed(`${path} is a ${stat.type}, not a regular file`, {
      hint: 'Remove it by hand if it is not meant.',
    })
  }
  if (content === null || state.look.folder !== null || folder === undefined)
    return file.type.plan(fileSpec(owned), state)
  const at = posix.dirname(path)
  if (folder !== 'made') throw new CheckFailed(`${path} cannot be there: ${at} does not exist`, folder)
  const plan = file.type.plan(fileSpec(owned), { ...state, look: willBeThere(state.look) })
  return precededBy(plan, run`( umask 022; mkdir -p -- ${at} )`)
}

const fileSpec = ({ path, content, mode, validate }: OwnedFile) =>
  content === null
    ? file.type.spec.parse({ path, state: 'absent' })
    : file.type.spec.parse({
        ...{ path, content, owner: 'root', group: 'root' },
        mode: mode ?? (Secret.is(content) ? '0600' : '0644'),
        ...(validate === undefined ? {} : { validate }),
      })

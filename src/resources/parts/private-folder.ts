import type { Command } from '../../index.ts'
import { CheckFailed, run } from '../../index.ts'
import type { Account } from '../queries/passwd.ts'
import type { Attributes, Changes } from './attributes.ts'
import { attributeChanges, attributeSteps } from './attributes.ts'
import type { FileLook } from './file-look.ts'
import { mayHold } from './file-look.ts'

/** What differs of a part of a resource, and what mends it. */
export interface Cure {
  readonly changes: Changes
  readonly steps: readonly Command[]
}
export const NOTHING: Cure = { changes: {}, steps: [] }

/** A folder in a user's home that is its own and closed to all others. Throws a CheckFailed if it is something else, or cannot be there. */
export function privateFolder(path: string, look: FileLook, { uid, gid }: Account): Cure {
  mayHold(path, look)
  const wanted: Attributes = { owner: uid, group: gid, mode: '0700' }
  const { stat } = look
  if (stat === null) {
    const steps = [run`( umask 077; mkdir -- ${path} )`, ...attributeSteps(path, wanted)]
    return { changes: { folder: ['absent', '0700'] }, steps }
  }
  if (stat.type !== 'directory') {
    throw new CheckFailed(`${path} is a ${stat.type}, not a directory`, {
      hint: 'Its user could lead root elsewhere by it: make it a directory.',
    })
  }
  const changes = Object.entries(attributeChanges(wanted, stat)).map(([name, change]) => [
    `folder ${name}`,
    change,
  ])
  return { changes: Object.fromEntries(changes), steps: attributeSteps(path, wanted, stat) }
}

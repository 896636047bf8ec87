import { isUtf8 } from 'node:buffer'
import type { Answer, Plan, Probe, Text } from '../../index.ts'
import { CheckFailed, drift, inSync, Secret, willAnswer } from '../../index.ts'
import type { Content } from '../queries/content.ts'
import { contentOf, contents, LONGEST_CONTENT } from '../queries/content.ts'
import { mountedOn } from '../queries/mounts.ts'
import { statOf } from '../queries/stat.ts'
import type { Attributes } from './attributes.ts'
import { attributeChanges } from './attributes.ts'
import type { FileLook } from './file-look.ts'
import { folderOf, lookAtFile, mayHoldFile } from './file-look.ts'
import { attributesPlan, unlessChanged, writingSteps } from './file-writing.ts'
import { textDiff } from './text-diff.ts'
import { editedBytes, readableContent } from './text-edit.ts'
import type { Validation } from './validation.ts'

/** A text file of which a part is to be changed: what is found of it. */
export interface EditedFileState {
  readonly look: FileLook
  readonly content: Content
}

/** Looks at a file and fetches what is in it, as only that says what is to be done. */
export async function readEditedFile(probe: Probe, path: string): Promise<EditedFileState> {
  const [look, content] = await Promise.all([lookAtFile(probe, path), contentOf(probe, path)])
  return { look, content }
}

/** How a file is to be edited. */
export interface FileEdit extends Attributes {
  readonly path: string
  readonly validate?: Validation | undefined
  /** Make it if it is missing. */
  readonly create: boolean
  /** What is put in is a secret: no diff shows any of the file, and a new one is for its owner alone. */
  readonly hidden: boolean
  /** The text as it is to be. `here` puts UTF-8 text of ours into the file's own form. */
  readonly edit: (text: string, here: (ours: string) => string) => string
}

/**
 * The plan that changes a part of a file and leaves all else byte for byte as it is. Nothing is written if the file is
 * changed by somebody else between the look and the step. Throws a CheckFailed where no such file is or can be.
 */
export function editPlan(file: FileEdit, { look, content }: EditedFileState): Plan {
  const { path, hidden } = file
  mayHoldFile(path, look)
  if (look.stat === null && !file.create) {
    throw new CheckFailed(`${path} does not exist`, { hint: 'create: true makes it.' })
  }
  const before = look.stat === null ? null : readableContent(path, content)
  const after = editedBytes(before ?? Buffer.alloc(0), file.edit)
  if (before?.equals(after)) return attributesPlan(path, file, look) ?? inSync()
  const text = isUtf8(after) ? after.toString() : undefined
  const written: Text | Uint8Array = text === undefined ? after : hidden ? new Secret(text) : text
  return drift(
    textDiff({
      path,
      before: before === null ? null : before.toString(),
      after: after.toString(),
      hidden,
      changes: look.stat === null ? {} : attributeChanges(file, look.stat),
    }),
    [
      unlessChanged(path, before),
      ...writingSteps({ ...file, content: written, newMode: hidden ? '0600' : '0644' }, look),
    ],
    { leaves: leaves(file, look, after) },
  )
}

/** What will be found of a file that was there and changes in nothing but its content. */
function leaves(file: FileEdit, look: FileLook, after: Uint8Array): readonly Answer[] | undefined {
  const { stat, mounted } = look
  if (stat === null || after.length > LONGEST_CONTENT) return undefined
  if (Object.keys(attributeChanges(file, stat)).length > 0) return undefined
  return [
    willAnswer(statOf, file.path, { ...stat, size: after.length }),
    willAnswer(statOf, folderOf(file.path), look.folder),
    willAnswer(mountedOn, file.path, mounted),
    willAnswer(contents, file.path, after),
  ]
}

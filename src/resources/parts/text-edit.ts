import { isUtf8 } from 'node:buffer'
import { CheckFailed } from '../../index.ts'
import type { Content } from '../queries/content.ts'

/**
 * Edits bytes as text and leaves all others byte for byte as they are, whatever encoding they are in: what is not UTF-8
 * is taken as one character a byte. `here` puts UTF-8 text of ours into that form.
 */
export function editedBytes(
  before: Uint8Array,
  edit: (text: string, here: (ours: string) => string) => string,
): Buffer {
  const encoding = isUtf8(before) ? 'utf8' : 'latin1'
  const text = Buffer.from(before).toString(encoding)
  return Buffer.from(
    edit(text, ours => Buffer.from(ours).toString(encoding)),
    encoding,
  )
}

/** The bytes of a file that is there. Throws a CheckFailed if they could not be had. */
export function readableContent(path: string, content: Content): Buffer {
  if (content instanceof Uint8Array) return Buffer.from(content)
  if (content === null) {
    throw new CheckFailed(`${path} may not be read by this user`, {
      hint: 'Set become: true on the task, the play or the host.',
    })
  }
  throw new CheckFailed(`${path} is longer than 1 MiB, too long to be edited`, {
    hint: 'Write it whole with file({…}).',
  })
}

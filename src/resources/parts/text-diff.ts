import { isUtf8 } from 'node:buffer'
import type { Diff, Text } from '../../index.ts'
import { Secret } from '../../index.ts'
import type { Changes } from './attributes.ts'

/** Bytes. A longer text is not shown in a diff. */
export const LONGEST_SHOWN = 128 * 1024

/** Content as text for people; undefined if it is too long for them, or binary. */
export function shownText(content: string | Uint8Array | null | undefined): string | undefined {
  if (content === null || content === undefined || content.length > LONGEST_SHOWN) return undefined
  if (typeof content === 'string') return content
  return isUtf8(content) && !content.includes(0) ? Buffer.from(content).toString() : undefined
}

export interface TextChange {
  readonly path: string
  readonly before: string | null
  readonly after: Text | null
  /** Tell only that it differs. What is secret itself is hidden anyway. */
  readonly hidden?: boolean
  /** What else changes of the file. */
  readonly changes?: Changes
}

/** How a text changes; of a secret one only that it does. */
export function textDiff({ path, before, after, hidden = Secret.is(after), changes = {} }: TextChange): Diff {
  const shown = (text: Text | null): Text | null =>
    text === null || Secret.is(text) || !hidden ? text : new Secret(text)
  return {
    kind: 'text',
    path,
    before: shown(before),
    after: shown(after),
    ...(Object.keys(changes).length === 0 ? {} : { changes }),
  }
}

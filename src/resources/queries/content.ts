import type { Probe, Query, Reply } from '../../index.ts'
import { read } from '../../index.ts'
import type { Cursor } from './cursor.ts'
import { cursor } from './cursor.ts'
import { askPaths, lettersFor, unreadable } from './picked-paths.ts'
import { chunks, wordsQuery } from './words.ts'

/** Bytes. What is longer is not fetched. */
export const LONGEST_CONTENT = 1024 * 1024

/** The bytes of a regular file; null where there is none that may be read. */
export type Content = Uint8Array | null | 'too long'

/**
 * The content of a file, with one `stat` and one `head` for all that are asked in one turn. (Files of /proc and /sys
 * lie about their size, and others may be written to in this moment: those are asked for alone.)
 */
export async function contentOf(probe: Probe, path: string): Promise<Content> {
  const content = await probe.ask(contents, path)
  if (content !== 'unclear') return content
  const reply = await probe.ask(read`head -c ${LONGEST_CONTENT + 1} -- ${path}`)
  if (reply.code !== 0) throw unreadable(reply)
  return reply.bytes.length > LONGEST_CONTENT ? 'too long' : reply.bytes
}

const END = 'end of contents'

/** Exported for its tests. @internal */
export const contents: Query<string, Content | 'unclear'> = wordsQuery<Content | 'unclear'>({
  name: 'content',
  command: paths =>
    askPaths(paths, {
      letter: read`if [ -f "$p" ] && [ ! -h "$p" ] && [ -r "$p" ]; then k=1
case $p in /proc/*|/sys/*) k=u ;; esac
else k=0; fi`,
      program: read`stat -c %s -- "$@" && head -q -c ${LONGEST_CONTENT + 1} -- "$@"; printf ${'\n%s\n'} ${END}`,
    }),
  parse(reply, paths) {
    const from = cursor(reply.bytes)
    const values: (Content | 'unclear')[] = []
    for (const chunk of chunks(paths)) {
      const answered = contentsOfChunk(chunk, from, reply)
      // From the first file on that is not as long as it said, nothing is where it should be.
      if (!answered) break
      values.push(...answered)
    }
    return paths.map((_, i) => (i < values.length ? (values[i] as Content) : 'unclear'))
  },
})

function contentsOfChunk(
  paths: readonly string[],
  from: Cursor,
  reply: Reply,
): readonly (Content | 'unclear')[] | undefined {
  const letters = lettersFor(paths, from, reply)
  const sizes = [...letters].map(letter => (letter === '1' ? Number(from.line()) : undefined))
  if (sizes.some(Number.isNaN)) throw unreadable(reply)
  const values = sizes.map((size, i) => {
    if (size === undefined) return letters[i] === 'u' ? 'unclear' : null
    const bytes = from.take(Math.min(size, LONGEST_CONTENT + 1))
    return size > LONGEST_CONTENT ? 'too long' : bytes
  })
  const complete = !letters.includes('1') || (from.line() === '' && from.line() === END)
  return complete && values.every(value => value !== undefined) ? values : undefined
}

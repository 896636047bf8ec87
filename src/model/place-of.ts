import { fileURLToPath } from 'node:url'
import type { Place } from './place.ts'
import { fromHere } from './place.ts'

/** Our own folder, `src/` or `dist/`: what stands there is no user's mistake. */
const OURS = fileURLToPath(new URL('..', import.meta.url))

/**
 * Where in the user's own files an error was made: the first frame of its stack that is neither ours nor a package's nor
 * Node's. Undefined if there is none, or if it has no stack.
 */
export function placeOf(error: unknown): Place | undefined {
  const stack = (error as { readonly stack?: unknown } | null | undefined)?.stack
  if (typeof stack !== 'string') return undefined
  const lines = stack.split('\n')
  const found = excerpt(lines) ?? lines.map(frame).find(place => place && !isForeign(place.file))
  return found && { ...found, file: fromHere(found.file) }
}

/** Line and column, from 1, of an index into a text. */
export function position(text: string, index: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, index).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}

/** What Node writes above a mistake found before anything ran: `file:///x.ts:3`, that line, and a `^` under the place. */
function excerpt([head = '', , caret = '']: readonly string[]): Place | undefined {
  const [, url, line] = /^(file:\/\/.+):(\d+)$/.exec(head) ?? []
  if (url === undefined) return undefined
  return { file: fileURLToPath(url), line: Number(line), column: Math.max(1, caret.indexOf('^') + 1) }
}

/** `    at name (file:///x.ts:3:7)`, `    at async /x.ts:3:7` */
function frame(text: string): Place | undefined {
  const [, where, line, column] =
    /^ +at (?:async )?(?:.*\()?(file:\/\/.+|\/.+):(\d+):(\d+)\)?$/.exec(text) ?? []
  if (where === undefined) return undefined
  const file = where.startsWith('file:') ? fileURLToPath(where.replace(/[?#].*$/, '')) : where
  return { file, line: Number(line), column: Number(column) }
}

function isForeign(file: string): boolean {
  return file.startsWith(OURS) || file.includes('/node_modules/')
}

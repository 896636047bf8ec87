import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Place } from '../model/place.ts'
import { fromHere } from '../model/place.ts'
import { position } from '../model/place-of.ts'

/** A file of the user's, as text. */
export interface SourceFile {
  readonly file: string
  readonly text: string
}

/**
 * A module and those it imports by path, directly or not, first itself: where to look for a mistake that was reported
 * without its place. Goes by the text, as a file that does not parse has nothing else.
 */
export function imported(file: string, seen: SourceFile[] = []): readonly SourceFile[] {
  if (seen.some(one => one.file === file) || !existsSync(file)) return seen
  const text = readFileSync(file, 'utf8')
  seen.push({ file, text })
  for (const [, path = ''] of text.matchAll(/\b(?:from|import)\s*\(?\s*['"](\.[^'"\n]+\.m?[jt]s)['"]/g))
    imported(resolve(dirname(file), path), seen)
  return seen
}

/** Where the first of these files that has this between quotes has it; undefined if none has. */
export function placeOfQuoted(files: readonly SourceFile[], text: string): Place | undefined {
  for (const source of files) {
    const at = [`'${text}'`, `"${text}"`].map(word => source.text.indexOf(word)).find(index => index >= 0)
    if (at !== undefined) return { file: fromHere(source.file), ...position(source.text, at) }
  }
  return undefined
}

/** Where a file awaits at its top level, as far as its text shows: on a line that is not indented. */
export function placeOfAwait(file: string): Place {
  const text = readFileSync(file, 'utf8')
  const at = text.search(/(?<=^(?:\S.*)?)\bawait\b/m)
  return { file: fromHere(file), ...(at < 0 ? {} : position(text, at)) }
}

import { structuredPatch } from 'diff'
import type { Diff } from '../model/diff.ts'
import type { Text } from '../model/secret.ts'
import { Secret } from '../model/secret.ts'
import { count } from './count.ts'
import type { Ink, Shown } from './ink.ts'
import { oneLine } from './visible.ts'

/** How much of a diff is shown. */
export interface DiffLimits {
  /** Lines of the diff. */
  readonly lines: number
  /** Characters of one line. */
  readonly columns: number
}

const CONTEXT = 3
/** More edits than this are counted and not searched for: the search takes time that grows with their square. */
const MOST_EDITS = 2000

/**
 * A diff for a person: unified, or `name: from → to`. Of a secret, only that it differs; of a binary file, its sizes.
 * What is longer than the limits is cut, with a count of the rest.
 */
export function showDiff(diff: Diff, ink: Ink, limits: DiffLimits): Shown[] {
  const lines = diff.kind === 'fields' ? showFields(diff.changes, ink) : showTexts(diff, ink, limits)
  if (lines.length <= limits.lines) return lines
  const rest = lines.length - limits.lines
  return [...lines.slice(0, limits.lines), ink.dim(`… ${count(rest, 'more line')}; -v shows all`)]
}

function showFields(changes: Readonly<Record<string, readonly [string, string]>>, ink: Ink): Shown[] {
  return Object.entries(changes).map(
    ([name, [from, to]]) =>
      ink`${oneLine(name)}: ${ink.red(oneLine(from) || '(none)')} → ${ink.green(oneLine(to) || '(none)')}`,
  )
}

type TextDiff = Extract<Diff, { kind: 'text' }>

function showTexts({ path, before, after, changes = {} }: TextDiff, ink: Ink, limits: DiffLimits): Shown[] {
  const fields = showFields(changes, ink)
  if (fields.length > 0 && before === after) return fields
  const header = [
    ink.bold(`--- ${oneLine(path)}${before === null ? ' (absent)' : ''}`),
    ink.bold(`+++ ${oneLine(path)}${after === null ? ' (absent)' : ''}`),
    ...fields,
  ]
  const summary = unshowable(before, after)
  if (summary !== undefined) return [...header, ink.dim(summary)]
  const [old, wanted] = [before as string | null, after as string | null]
  const patch = structuredPatch('', '', old ?? '', wanted ?? '', '', '', {
    context: CONTEXT,
    maxEditLength: old && wanted ? MOST_EDITS : Number.POSITIVE_INFINITY,
  })
  if (patch === undefined)
    return [...header, ink.dim(`almost all differs: ${sizes(lineCount(old), lineCount(wanted), 'line')}`)]
  if (patch.hunks.length === 0) return [...header, ink.dim('(no difference can be shown)')]
  return [
    ...header,
    ...patch.hunks.flatMap(hunk => [
      ink.cyan(`@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`),
      ...hunk.lines.map(line => showLine(line, ink, limits.columns)),
    ]),
  ]
}

/** What is said in place of the lines; undefined where they can be shown. */
function unshowable(before: Text | null, after: Text | null): string | undefined {
  if (Secret.is(before) || Secret.is(after)) {
    if (before === null) return '(secret content, created)'
    if (after === null) return '(secret content, removed)'
    return '(secret content differs)'
  }
  if ((before ?? '') === (after ?? '')) {
    if (before === after) return '(differs in nothing but what is masked as a secret)'
    return after === null ? '(an empty file, removed)' : '(an empty file)'
  }
  if (isBinary(before) || isBinary(after)) return `binary: ${sizes(bytes(before), bytes(after), 'byte')}`
  return undefined
}

/** A NUL, or the mark that decoding leaves where bytes were not UTF-8. */
const isBinary = (text: string | null): boolean => text !== null && /[\0\ufffd]/.test(text)

const bytes = (text: string | null): number | null => (text === null ? null : Buffer.byteLength(text))

const lineCount = (text: string | null): number | null =>
  text === null ? null : text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

function sizes(from: number | null, to: number | null, unit: string): string {
  return `${from === null ? 'absent' : count(from, unit)} → ${to === null ? 'absent' : count(to, unit)}`
}

/** An empty range names the line before it, as diff(1) does. */
function range(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`
}

function showLine(line: string, ink: Ink, columns: number): Shown {
  const text = cut(line.slice(1), columns)
  switch (line[0]) {
    case '+':
      return ink.green(`+${text}`)
    case '-':
      return ink.red(`-${text}`)
    case '\\':
      return ink.dim(`\\${text}`)
    default:
      return ink`${line[0] ?? ''}${text}`
  }
}

function cut(text: string, columns: number): string {
  return text.length <= columns
    ? text
    : `${text.slice(0, columns).replace(/[\ud800-\udbff]$/, '')}… ${count(text.length - columns, 'more character')}`
}

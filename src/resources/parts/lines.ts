import type { Pattern } from '../parameters/pattern.ts'
import { compiled } from '../parameters/pattern.ts'

/** How one line of a text is to be. */
export interface LineEdit {
  readonly state: 'present' | 'absent'
  readonly line?: string | undefined
  /** Which line it takes the place of, or which lines go. */
  readonly regexp?: Pattern | undefined
  readonly insertAfter?: Pattern | undefined
  readonly insertBefore?: Pattern | undefined
  readonly firstMatch: boolean
  readonly backrefs: boolean
}

/** The text with that line as it is to be. The same text if nothing is to be done. */
export function edited(text: string, edit: LineEdit): string {
  const lines = split(text)
  return joined(edit.state === 'absent' ? without(lines, edit) : withLine(lines, edit))
}

/** One line and what ends it, which for the last one of a text may be nothing. */
export interface Line {
  readonly text: string
  readonly end: '\n' | '\r\n' | ''
}

export function split(text: string): readonly Line[] {
  const parts = text.split('\n')
  return parts.flatMap((part, i): Line[] => {
    if (i === parts.length - 1) return part === '' ? [] : [{ text: part, end: '' }]
    return part.endsWith('\r') ? [{ text: part.slice(0, -1), end: '\r\n' }] : [{ text: part, end: '\n' }]
  })
}

export const joined = (lines: readonly Line[]): string => lines.map(({ text, end }) => text + end).join('')

function without(lines: readonly Line[], { line, regexp }: LineEdit): readonly Line[] {
  const goes = regexp === undefined ? (text: string) => text === line : matcher(regexp)
  return lines.filter(({ text }) => !goes(text))
}

function withLine(lines: readonly Line[], edit: LineEdit): readonly Line[] {
  const { line = '', regexp } = edit
  if (regexp === undefined) return isThere(lines, line) ? lines : inserted(lines, line, edit)
  const pattern = compiled(regexp)
  const at = position(lines, text => pattern.test(text), edit)
  if (edit.backrefs)
    return lines.map((one, i) => (i === at ? { ...one, text: filledIn(line, one.text, pattern) } : one))
  // A line that its own pattern does not match is only found by its text, once it has taken the other's place.
  if (!pattern.test(line) && isThere(lines, line)) return lines
  return at < 0 ? inserted(lines, line, edit) : replaced(lines, at, line)
}

/** Where something new goes in a text. */
export type Place = Pick<LineEdit, 'insertAfter' | 'insertBefore' | 'firstMatch'>

const inserted = (lines: readonly Line[], line: string, place: Place): readonly Line[] =>
  withLines(lines, [line], place)

/** Puts lines in. They take their ending from their neighbours; the last line before them gets one if it had none. */
export function withLines(lines: readonly Line[], added: readonly string[], place: Place): readonly Line[] {
  const { insertAfter, insertBefore } = place
  const end = ending(lines)
  const found =
    insertBefore === undefined
      ? anchored(lines, insertAfter, 'EOF', place)
      : anchored(lines, insertBefore, 'BOF', place)
  const at = found === undefined ? lines.length : insertBefore === undefined ? found + 1 : found
  const before = lines.slice(0, at).map(one => (one.end === '' ? { ...one, end } : one))
  return [...before, ...added.map(text => ({ text, end })), ...lines.slice(at)]
}

/** Where the anchor is; undefined: nowhere, so that the line goes to the end. `edge` is the word for the text's own edge. */
function anchored(
  lines: readonly Line[],
  anchor: Pattern | undefined,
  edge: 'BOF' | 'EOF',
  place: Place,
): number | undefined {
  if (anchor === undefined) return undefined
  if (anchor === edge) return edge === 'BOF' ? 0 : undefined
  const isAnchor = isIt(anchor)
  const at = position(lines, isAnchor, place)
  return at < 0 ? undefined : at
}

function replaced(lines: readonly Line[], at: number, text: string): readonly Line[] {
  if (lines[at]?.text === text) return lines
  return lines.map((one, i) => (i === at ? { text, end: one.end || ending(lines) } : one))
}

/** `$1`, `$<name>` and the like stand for what the pattern found, as in String.replace. */
function filledIn(line: string, found: string, pattern: RegExp): string {
  const match = pattern.exec(found)
  if (!match) return found
  const after = found.length - match.index - match[0].length
  const whole = found.replace(pattern, line)
  return whole.slice(match.index, whole.length - after)
}

const position = (lines: readonly Line[], is: (text: string) => boolean, { firstMatch }: Place): number =>
  firstMatch ? lines.findIndex(({ text }) => is(text)) : lines.findLastIndex(({ text }) => is(text))

const isThere = (lines: readonly Line[], line: string): boolean => lines.some(({ text }) => text === line)

export const ending = (lines: readonly Line[]): '\n' | '\r\n' => (lines[0]?.end === '\r\n' ? '\r\n' : '\n')

/** Whether a line is the anchor: word for word, or by its expression. */
export function isIt(anchor: Pattern): (text: string) => boolean {
  return typeof anchor === 'string' ? text => text === anchor : matcher(anchor)
}

function matcher(pattern: Pattern): (text: string) => boolean {
  const expression = compiled(pattern)
  return text => expression.test(text)
}

import { CheckFailed } from '../../index.ts'
import type { Pattern } from '../parameters/pattern.ts'
import { compiled } from '../parameters/pattern.ts'
import { isIt, joined, split } from './lines.ts'

/** What is replaced in a text, and where. */
export interface Replacement {
  /** For errors. */
  readonly path: string
  readonly regexp: Pattern
  /** As String.replace takes it. */
  readonly replacement: string
  /** The bounds between which it is looked for; they themselves are left alone. */
  readonly after?: Pattern | undefined
  readonly before?: Pattern | undefined
}

export interface Replaced {
  readonly text: string
  /** How often the pattern was found, also where its replacement is the same text. */
  readonly places: number
}

/** The text with all that is found replaced. Throws a CheckFailed if a bound is not there: then nobody knows where to look. */
export function replaced(text: string, { path, regexp, replacement, after, before }: Replacement): Replaced {
  const lines = split(text)
  const first = after === undefined ? 0 : bound('after', after, 0) + 1
  const last = before === undefined ? lines.length : bound('before', before, first)
  const within = joined(lines.slice(first, last))
  const places = within.match(everywhere(regexp))?.length ?? 0
  const changed = within.replace(everywhere(regexp), replacement)
  return { text: joined(lines.slice(0, first)) + changed + joined(lines.slice(last)), places }

  function bound(name: string, anchor: Pattern, from: number): number {
    const is = isIt(anchor)
    const at = lines.findIndex((line, i) => i >= from && is(line.text))
    if (at >= 0) return at
    throw new CheckFailed(`${path} has no line that "${name}" names: ${anchor}`, {
      hint: 'It is a whole line, word for word, or a regular expression.',
    })
  }
}

function everywhere(pattern: Pattern): RegExp {
  const { source, flags } = compiled(pattern)
  return new RegExp(source, `${flags.replace('m', '')}gm`)
}

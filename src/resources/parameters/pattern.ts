import { z } from '../../index.ts'

/** A pattern for one line: a regular expression of JavaScript, as such or as its text. */
export type Pattern = string | RegExp

/** The parameter for a regular expression. */
export function regexp(): z.ZodType<Pattern, Pattern> {
  return z.custom<Pattern>(value => isRegExp(value) || (typeof value === 'string' && compiles(value)), {
    error: 'expected a regular expression, such as /^Port / (or its text)',
  })
}

/** The parameter for a line that is there: its text, word for word, or a regular expression. */
export function anchor(): z.ZodType<Pattern, Pattern> {
  return z.custom<Pattern>(value => isRegExp(value) || (typeof value === 'string' && isOneLine(value)), {
    error: 'expected one line, word for word, or a regular expression',
  })
}

/** The expression itself. `g` and `y` would make a second look begin where the first one ended. */
export function compiled(pattern: Pattern): RegExp {
  if (typeof pattern === 'string') return new RegExp(pattern)
  return new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ''))
}

export const isOneLine = (text: string): boolean => !/[\n\r\0]/.test(text)

/** Known by its brand: a playbook's may come from another realm. */
const isRegExp = (value: unknown): value is RegExp =>
  Object.prototype.toString.call(value) === '[object RegExp]'

function compiles(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp
  } catch {
    return false
  }
}

import { z } from '../../index.ts'

/** The parameter for patterns of names beneath a folder. */
export function globs(): z.ZodType<string[], string[]> {
  return z.array(
    z.string().refine(glob => glob !== '' && !/^\/|\/$|\/\/|\0/.test(glob) && compiles(glob), {
      error: "expected a name or a path beneath the folder, such as '*.log', 'cache' or 'docs/**/*.md'",
    }),
  )
}

/**
 * Whether a path beneath a folder is meant by a pattern: `*` and `?` stand for letters but the slash, `**` for those too,
 * `[a-z]` for one of a list. A pattern without a slash means a name at any depth. What is beneath a folder that is meant
 * is meant too.
 */
export function matcherOf(patterns: readonly string[]): (path: string) => boolean {
  const expressions = patterns.map(expressionOf)
  return path => expressions.some(expression => expression.test(path))
}

function expressionOf(glob: string): RegExp {
  const body = glob.replaceAll(/\*\*\/|\*\*|\*|\?|\[!?\]?[^\]]*\]|[\\^$.|+(){}[\]]/g, part => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    if (part.length > 2 && part.startsWith('[')) return listOf(part)
    return `\\${part}`
  })
  return new RegExp(`^${glob.includes('/') ? '' : '(?:.*/)?'}${body}(?:/.*)?$`, 'su')
}

/** `[!a-z]` is glob(7)'s for all but these. */
function listOf(list: string): string {
  const isNegated = list.startsWith('[!')
  const letters = list.slice(isNegated ? 2 : 1, -1).replaceAll(/[\\[\]^&]/g, String.raw`\$&`)
  return `${isNegated ? '(?!/)[^' : '['}${letters}]`
}

function compiles(glob: string): boolean {
  try {
    return expressionOf(glob) instanceof RegExp
  } catch {
    return false
  }
}

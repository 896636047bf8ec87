import { Script } from 'node:vm'
import type { Place } from '../model/place.ts'
import { fromHere } from '../model/place.ts'
import { strip } from './loader-hooks.ts'
import type { SourceFile } from './loader-imports.ts'

/**
 * Where a mistake stands that V8 found in one of these modules: it tells a script's place, but not a module's. So what
 * makes each a module is blanked, and it is parsed, not run, as a script. Undefined if none fails that way.
 */
export function placeOfSyntaxError(files: readonly SourceFile[], message: string): Place | undefined {
  for (const { file, text } of files) {
    const stack = parse(asScript(/\.m?ts$/.test(file) ? strip(file) : text))
    if (stack === undefined || !stack.includes(message)) continue
    const [head = '', , caret = ''] = stack.split('\n')
    const line = Number(head.split(':')[1])
    return { file: fromHere(file), line, column: caret.indexOf('^') + 1 - (line === 1 ? OPEN.length : 0) }
  }
  return undefined
}

/** The stack of the SyntaxError, which begins with `script:LINE`, that line and a `^`. */
function parse(script: string): string | undefined {
  try {
    new Script(script, { filename: 'script' })
    return undefined
  } catch (error) {
    return (error as Error).stack
  }
}

const OPEN = "async()=>{'use strict';"

/** The same text in the same lines and columns, with imports and exports blanked, in an async function as of a module. */
function asScript(text: string): string {
  const blank = (found: string): string => found.replaceAll(/[^\n]/g, ' ')
  const body = text
    .replaceAll(/^import\b(?!\s*[(.])[^'"]*(['"]).*?\1(?:\s*with\s*\{[^}]*\})?/gm, blank)
    .replaceAll(/^export\s*(?:\*|\{[^}]*\})[^'"\n]*(?:(['"]).*?\1)?/gm, blank)
    .replaceAll(/^export default /gm, '(void 0) ?? ')
    .replaceAll(/^export /gm, blank)
    .replaceAll('import.meta', 'import_meta')
  return `${OPEN}${body}\n}`
}

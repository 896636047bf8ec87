import { quote } from '../model/quote.ts'
import { BLOCK, OWN_CLOSED } from './loader.ts'

/** One script of a frame, as the far sh is told it. */
export interface Part {
  /** What its end mark will say; counts from 1 in a shell's life. */
  readonly id: number
  /** POSIX sh; throws a PlaybookError for a NUL. */
  readonly text: string
  /** Bytes that follow the frame for its standard input. 0: it reads the end of file. */
  readonly size: number
  /** Whether it runs in the long-lived shell itself; then it has no input. */
  readonly inShell: boolean
}

/** What follows the input of each script that has some: it tells the far sh that this was all of it. */
export const TRAILER: Buffer = Buffer.from('\n')

/**
 * One frame: the scripts as one text with its length before it, for the loop of `driver`. The inputs, each with a
 * {@link TRAILER}, go right behind it in the order of the parts.
 *
 * A script is quoted and given to `eval` in a subshell of its own, so that neither a syntax error nor anything else in
 * it reaches the loop. The text ends in the nonce: what was cut off is not begun.
 */
export function encode(nonce: string, parts: readonly Part[]): Buffer {
  const text = Buffer.from(`${parts.map(encodePart).join('')}: ${nonce}`)
  return Buffer.concat([Buffer.from(`${text.length}\n`), text])
}

/**
 * The end of a script with input is marked before the rest of its input is drained, so that a reply does not wait for
 * bytes that nobody reads. It stands in parentheses as zsh and ksh run the last command of a pipeline themselves.
 */
function encodePart({ id, text, size, inShell }: Part): string {
  // A script that starts with a hyphen would be an option of bash's `eval`.
  const script = `eval ${quote(text.startsWith('-') ? ` ${text}` : text)}`
  if (inShell) return `${script} </dev/null; __r ${id}\n`
  if (size === 0) return `( ${OWN_CLOSED}; ${script} ) </dev/null; __r ${id}\n`
  const [blocks, rest] = [Math.floor(size / BLOCK), size % BLOCK]
  return `__t ${blocks} ${rest} | ( ${OWN_CLOSED}; ( ${script} ); __r ${id}; exec cat >/dev/null )\n`
}

import { PlaybookError } from './error.ts'

/** Words that mean themselves anywhere: neither reserved nor, in front of a command, an assignment (POSIX XCU 2.4, 2.9.1). */
const SAFE =
  /^(?!(?:case|do|done|elif|else|esac|fi|for|if|in|then|until|while)$)(?![A-Za-z_]\w*=)[\w@%+=:,./-]+$/

/**
 * Quotes one word for POSIX sh: what the shell then sees is exactly this word, whatever is in it.
 * (zx's own `quote` emits bash's `$'…'`, which dash prints literally.)
 * Throws a {@link PlaybookError} for a NUL, which no argument of a program can hold (execve(2)).
 */
export function quote(word: string): string {
  if (SAFE.test(word)) return word
  if (word.includes('\0')) {
    throw new PlaybookError('a word of a command holds a NUL byte', {
      hint: "Pass binary data as stdin or as a file's content.",
    })
  }
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

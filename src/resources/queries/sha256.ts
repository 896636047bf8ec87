import type { Query } from '../../index.ts'
import { read } from '../../index.ts'
import type { Cursor } from './cursor.ts'
import { answeredPaths, askPaths } from './picked-paths.ts'
import { wordsQuery } from './words.ts'

/** The SHA-256 of a regular file in hex; null where there is none that may be read. One `sha256sum` for any number of paths. */
export const sha256Of: Query<string, string | null> = wordsQuery<string | null>({
  name: 'sha256sum',
  command: paths =>
    askPaths(paths, {
      letter: read`if [ -f "$p" ] && [ ! -h "$p" ] && [ -r "$p" ]; then k=1; else k=0; fi`,
      program: read`sha256sum -- "$@"`,
    }),
  parse: (reply, paths) => answeredPaths<string | null>(reply, paths, sum, () => null),
})

/**
 * One record of sha256sum(1). GNU's begins with a backslash where it escaped the name, which is then on one line;
 * busybox prints the name as it is, newlines too.
 */
function sum(from: Cursor, path: string): string | undefined {
  const line = from.line() ?? ''
  const [, escaped, hash] = /^(\\?)([0-9a-f]{64}) [ *]/.exec(line) ?? []
  if (!escaped) for (let rest = path.split('\n').length - 1; rest > 0; rest--) from.line()
  return hash
}

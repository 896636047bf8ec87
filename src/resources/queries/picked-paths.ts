import type { Command, Reply } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'
import type { Cursor } from './cursor.ts'
import { cursor } from './cursor.ts'
import { chunks } from './words.ts'

/** One program for many paths, of which it gets only those that it can work on. */
export interface Picking {
  /** Sh that says in `$k` what the path in `$p` is: `1` hands it to the program, any other letter does not. Builtins only: it runs for each path. */
  readonly letter: Command<'read'>
  /** Sh that runs the program on the picked paths, which are `"$@"`. */
  readonly program: Command<'read'>
}

const PICKED = '1'

/**
 * Asks about paths: one letter for each, a newline, and then what the program says; once for each list of
 * {@link chunks}. The paths stay positional parameters throughout, so that nothing of a name is ever evaluated, and
 * the program is started once, whatever it is not to be handed: sha256sum(1) would wait for ever on a FIFO.
 */
export function askPaths(paths: readonly string[], { letter, program }: Picking): Command<'read'> {
  const asked = chunks(paths).map(
    chunk => read`( set -- ${chunk}
i=0 letters= picked=
for p do
i=$((i+1))
${letter}
letters=$letters$k
case $k in ${PICKED}) picked="$picked \\"\\\${$i}\\"" ;; esac
done
echo "$letters"
[ -z "$picked" ] || { eval "set -- $picked"; ${program}; } )
`,
  )
  return read({ timeout: 600 })`${asked}`
}

/** Reads the answer: `record` takes from the cursor what the program said of one picked path. */
export function answeredPaths<V>(
  reply: Reply,
  paths: readonly string[],
  record: (from: Cursor, path: string) => V | undefined,
  otherwise: (letter: string) => V,
): readonly V[] {
  const from = cursor(reply.bytes)
  return chunks(paths).flatMap(chunk => {
    const letters = lettersFor(chunk, from, reply)
    return chunk.map((path, i) => {
      const letter = letters[i] as string
      if (letter !== PICKED) return otherwise(letter)
      const value = record(from, path)
      if (value === undefined) throw unreadable(reply)
      return value
    })
  })
}

/** The letters of one list of paths. */
export function lettersFor(paths: readonly string[], from: Cursor, reply: Reply): string {
  const letters = from.line()
  if (letters?.length !== paths.length) throw unreadable(reply)
  return letters
}

/** A program is not there, or a file went away between two looks at it. */
export function unreadable({ stderr }: Reply): CheckFailed {
  const [said] = stderr.trim().split('\n')
  return new CheckFailed(
    `the host could not be asked for its files: ${said || 'its answer makes no sense'}`,
    {
      hint: 'Run again, in case a file changed meanwhile; if it stays so, try that command on the host.',
    },
  )
}

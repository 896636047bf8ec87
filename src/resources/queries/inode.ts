import type { Query } from '../../index.ts'
import { read } from '../../index.ts'
import { answeredPaths, askPaths } from './picked-paths.ts'
import { wordsQuery } from './words.ts'

/** Device and inode (inode(7)): two names with the same are one file. Null where nothing is, or this user may not look. One `stat` for any number of paths. */
export const inodeOf: Query<string, string | null> = wordsQuery<string | null>({
  name: 'inode',
  command: paths =>
    askPaths(paths, {
      letter: read`if [ -e "$p" ] || [ -h "$p" ]; then k=1; else k=0; fi`,
      program: read`stat -c %d:%i -- "$@"`,
    }),
  parse: (reply, paths) =>
    answeredPaths<string | null>(
      reply,
      paths,
      from => from.line(),
      () => null,
    ),
})

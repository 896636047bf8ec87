import type { Query } from '../../index.ts'
import { read } from '../../index.ts'
import { answeredPaths, askPaths } from './picked-paths.ts'
import { wordsQuery } from './words.ts'

/** What a symbolic link holds (readlink(2)), word for word; null where there is none. One `find` for any number of paths, where it is GNU's. */
export const linkTarget: Query<string, string | null> = wordsQuery<string | null>({
  name: 'readlink',
  command: paths =>
    askPaths(paths, {
      letter: read`if [ -h "$p" ]; then k=1; else k=0; fi`,
      program: read`if find / -maxdepth 0 -printf '' 2>/dev/null; then find "$@" -maxdepth 0 -printf ${'%l\\0'}
else for p do readlink -n "$p" && printf ${'\\0'}; done; fi`,
    }),
  parse: (reply, paths) =>
    answeredPaths<string | null>(
      reply,
      paths,
      from => from.word(),
      () => null,
    ),
})

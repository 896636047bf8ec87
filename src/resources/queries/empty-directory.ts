import type { Query } from '../../index.ts'
import { read } from '../../index.ts'
import { answeredPaths, askPaths } from './picked-paths.ts'
import { wordsQuery } from './words.ts'

/** Whether a directory is there, may be looked into, and has nothing in it. No process for any number of paths. */
export const isEmptyDirectory: Query<string, boolean> = wordsQuery<boolean>({
  name: 'empty directory',
  command: paths =>
    askPaths(paths, {
      letter: read`k=0
if [ -d "$p" ] && [ ! -h "$p" ] && [ -r "$p" ] && [ -x "$p" ]; then
k=e
for f in "$p"/* "$p"/.[!.]* "$p"/..?*; do if [ -e "$f" ] || [ -h "$f" ]; then k=f; break; fi; done
fi`,
      program: read`:`,
    }),
  parse: (reply, paths) =>
    answeredPaths<boolean>(
      reply,
      paths,
      () => false,
      letter => letter === 'e',
    ),
})

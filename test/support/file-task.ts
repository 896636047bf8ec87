import type { Query, Task, TaskOptions } from '../../src/index.ts'
import { drift, inSync, read, task } from '../../src/index.ts'

/** The contents of any number of small files without newlines, by one process. */
const contents: Query<string, string | null> = {
  name: 'contents',
  command: paths =>
    read`for f in ${paths}; do if [ -e "$f" ]; then read -r line <"$f"; echo "=$line"; else echo; fi; done`,
  parse: (reply, paths) => {
    const lines = reply.stdout.split('\n')
    return paths.map((_, i) => (lines[i]?.startsWith('=') ? lines[i].slice(1) : null))
  },
}

/** A task of data steps: a file with one line. */
export function fileTask(name: string, path: string, line: string, options?: TaskOptions): Task {
  return task(
    name,
    {
      check: async probe => {
        const before = await probe.ask(contents, path)
        if (before === line) return inSync()
        return drift({ kind: 'text', path, before, after: line }, [
          { path, content: `${line}\n`, mode: '0644' },
        ])
      },
    },
    options,
  )
}

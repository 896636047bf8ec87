import type { Query } from '../../index.ts'
import { read } from '../../index.ts'
import { chunks, wordsQuery } from './words.ts'

/**
 * The value of a setting of the kernel by its path in /proc/sys, with one space between its words; null if this kernel
 * has none, or this user may not read it. One `grep` for any number of them: sh's own `read` takes one byte at a time,
 * and such a file gives no more than its first.
 */
export const kernelSetting: Query<string, string | null> = wordsQuery<string | null>({
  name: '/proc/sys',
  command: paths => read`${chunks(paths).map(chunk => read`grep -s -m 1 -H '' -- ${chunk}\n`)}`,
  parse({ stdout }, paths) {
    const lines = stdout.split('\n')
    return paths.map(path => {
      const line = lines.find(line => line.startsWith(`${path}:`))
      return (
        line
          ?.slice(path.length + 1)
          .trim()
          .replaceAll(/\s+/g, ' ') ?? null
      )
    })
  },
})

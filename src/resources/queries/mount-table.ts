import type { Query } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'

/** What is mounted on a path, as proc_pid_mountinfo(5) tells it. */
export interface Mount {
  /** `ext4`, `tmpfs` … */
  readonly type: string
  /** `ro`, `noexec` … of this mount and of its file system. */
  readonly flags: readonly string[]
}

/** What one sees at a path: of several mounts the last; null if none is on it. One look for any number of paths. */
export const mountAt: Query<string, Mount | null> = {
  name: 'mountinfo',
  command: () => read`cat /proc/self/mountinfo`,
  parse({ stdout, stderr, code }, paths) {
    if (code !== 0) throw new CheckFailed(`the mounts of this host could not be asked for: ${stderr.trim()}`)
    const mounts = new Map(stdout.split('\n').map(mountFrom))
    return paths.map(path => mounts.get(path) ?? null)
  },
}

function mountFrom(line: string): readonly [string, Mount] {
  const [its = '', of = ''] = line.split(' - ')
  const [, , , , point = '', own = ''] = its.split(' ')
  const [type = '', , shared = ''] = of.split(' ')
  // Of the file system's own only this one bears on what may be done there.
  const isReadOnly = shared.split(',').includes('ro')
  return [unescaped(point), { type, flags: [...own.split(','), ...(isReadOnly ? ['ro'] : [])] }]
}

/** The kernel and fstab(5) write space, tab, newline and backslash as `\ooo`, byte by byte. */
export const unescaped = (field: string): string =>
  Buffer.from(
    Buffer.from(field)
      .toString('latin1')
      .replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    'latin1',
  ).toString()

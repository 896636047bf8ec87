import type { Query } from '../../index.ts'
import { read } from '../../index.ts'

/** Whether something is mounted exactly on a path, and whether something is mounted deeper below it. */
export interface Mounted {
  readonly on: boolean
  readonly below: boolean
}

/** Reads the mount table once for any number of paths (proc_pid_mountinfo(5)); a host without /proc has none. */
export const mountedOn: Query<string, Mounted> = {
  name: 'mounts',
  command: () => read`cat /proc/self/mountinfo`,
  parse(reply, paths) {
    const points = reply.stdout
      .split('\n')
      .map(line => line.split(' ')[4])
      .filter(point => point !== undefined)
      .map(unescaped)
    const exact = new Set(points)
    return paths.map(path => ({
      on: exact.has(path),
      below: points.some(point => point.startsWith(path === '/' ? '/' : `${path}/`)),
    }))
  },
}

/** The kernel writes space, tab, newline and backslash as `\ooo`, byte by byte. */
const unescaped = (field: string): string =>
  field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

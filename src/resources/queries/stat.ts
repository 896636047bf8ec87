import type { FileMode, Query } from '../../index.ts'
import { read } from '../../index.ts'
import { answeredPaths, askPaths } from './picked-paths.ts'
import { wordsQuery } from './words.ts'

export type FileType =
  | 'file'
  | 'directory'
  | 'symbolic link'
  | 'FIFO'
  | 'socket'
  | 'block device'
  | 'character device'
  | 'unknown file'

/** What lstat(2) says of a path: a symbolic link is told of itself, unless the path ends in a slash. */
export interface FileStat {
  readonly type: FileType
  /** Permission bits, set-id and sticky bits. */
  readonly mode: FileMode
  readonly uid: number
  readonly gid: number
  /** The owner's name; what the host's `stat` prints if it has none. */
  readonly owner: string
  readonly group: string
  /** Bytes. */
  readonly size: number
}

/** Null: nothing is there. `hidden`: the asking user may not look into its folder. */
export type Stat = FileStat | null | 'hidden'

/** One `stat` for any number of paths. */
export const statOf: Query<string, Stat> = wordsQuery<Stat>({
  name: 'stat',
  command: paths =>
    askPaths(paths, {
      letter: read`if [ -e "$p" ] || [ -h "$p" ]; then k=1; else
d=\${p%/} d=\${d%/*}/
if [ -d "$d" ] && [ ! -x "$d" ]; then k=h; else k=0; fi; fi`,
      program: read`stat -c ${'%f %u %g %s %U:%G'} -- "$@"`,
    }),
  parse: (reply, paths) =>
    answeredPaths<Stat>(
      reply,
      paths,
      from => parseStat(from.line()),
      letter => (letter === 'h' ? 'hidden' : null),
    ),
})

const LINE = /^([0-9a-f]+) (\d+) (\d+) (\d+) ([^:]*):(.*)$/

function parseStat(line = ''): FileStat | undefined {
  const [, raw, uid, gid, size, owner, group] = LINE.exec(line) ?? []
  if (raw === undefined || owner === undefined || group === undefined) return undefined
  const bits = Number.parseInt(raw, 16)
  return {
    type: TYPES[bits & 0o170000] ?? 'unknown file',
    mode: fileMode(bits & 0o7777),
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
    owner,
    group,
  }
}

/** inode(7): S_IFMT. In hexadecimal, as a formatter has taken octal keys for base 7. */
const TYPES: Readonly<Record<number, FileType>> = {
  32768: 'file',
  16384: 'directory',
  40960: 'symbolic link',
  4096: 'FIFO',
  49152: 'socket',
  24576: 'block device',
  8192: 'character device',
}

/** Permission bits as chmod(1) takes them. */
function fileMode(bits: number): FileMode {
  return `0${bits.toString(8).padStart(3, '0')}` as FileMode
}

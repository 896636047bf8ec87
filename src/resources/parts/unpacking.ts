import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { Command, Step, Steps } from '../../index.ts'
import { run } from '../../index.ts'

export type ArchiveFormat = 'tar' | 'zip'

/** An archive, and where what is in it goes. */
export interface Unpacking {
  /** On the host; of the controller if `source` is. */
  readonly path: string | undefined
  readonly source: string | undefined
  readonly dest: string
  readonly format: ArchiveFormat
  readonly strip: number
}

/** Where it is noted what was unpacked: one file for each archive, in the folder itself, so that it goes with it. */
export function noteOf({ path, source, dest }: Unpacking): string {
  // The controller's archives are known by their names: their folders differ from machine to machine.
  const name = path ?? posix.basename(source ?? '')
  const mark = createHash('sha256').update(name).digest('hex').slice(0, 6)
  return posix.join(dest, `.rampart-archive-${mark}`)
}

/** What the note holds when all of an archive was unpacked. */
export const noteFor = (sha256: string, { strip }: Unpacking): string => `${sha256} ${strip}\n`

/** Unpacks an archive into its folder. The note is taken away first and written last, so that a cut is found by the next look. */
export function unpackingSteps(unpacking: Unpacking, sha256: string): Steps {
  const { path, source, dest } = unpacking
  const note = noteOf(unpacking)
  const copy = `${note}.part`
  const upload: readonly Step[] =
    source === undefined ? [] : [{ path: copy, content: { source }, mode: '0600' }]
  return [
    run`rm -f -- ${note}`,
    ...upload,
    unpack(unpacking, path ?? copy, posix.join(dest, '.rampart-unpack')),
    ...(source === undefined ? [] : [run`rm -f -- ${copy}`]),
    { path: note, content: noteFor(sha256, unpacking), mode: '0644' },
  ]
}

/** unzip(1) takes a name for a pattern, so that it gets none. Owned by who unpacks it. What unpacks neither leaves the folder nor asks anything. */
function unpack({ dest, format, strip }: Unpacking, archive: string, room: string): Command {
  const timeout = 3600
  if (format === 'tar') {
    const stripped = strip === 0 ? [] : [`--strip-components=${strip}`]
    // busybox's tar is to be told how it is compressed, which its first bytes say.
    return run({ timeout })`set -- $(od -A n -t x1 -N 6 <${archive})
case "$*" in '1f 8b '*) set -- -z ;; '42 5a 68 '*) set -- -j ;; 'fd 37 7a '*) set -- -J ;; '28 b5 2f fd '*) set -- --zstd ;; *) set -- ;; esac
cd -- ${dest} && tar -x -o "$@" -f ${archive} ${stripped}`
  }
  if (strip === 0) return run({ timeout })`cd -- ${dest} && unzip -q -o /dev/stdin <${archive}`
  // unzip(1) cannot strip: what is left over is moved by way of a folder of its own.
  return run({
    timeout,
  })`rm -rf -- ${room} && ( umask 077; mkdir -- ${room} ) && cd -- ${room} && unzip -q -o /dev/stdin <${archive} &&
find . -mindepth ${strip} -maxdepth ${strip} -type d -exec sh -c ${'cd "$1" && tar -c -f - . | tar -x -o -f - -C "$0"'} ${dest} {} \\;
set -- $?; cd / && rm -rf -- ${room}; ( exit "$1" )`
}

import type { Dirent } from 'node:fs'
import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { CheckFailed } from '../../index.ts'
import { hostPath } from '../parameters/path.ts'
import type { Digest } from './source.ts'
import { sourceDigest } from './source.ts'

/** One thing in a folder of the controller, by its path beneath that. A folder comes before what is in it. */
export type SourceEntry = { readonly path: string } & (
  | { readonly type: 'directory' }
  | { readonly type: 'symbolic link'; readonly target: string }
  | { readonly type: 'file'; readonly source: string; readonly isExecutable: boolean }
)

/**
 * All that is in a folder of the controller, without what is excluded. Synchronous, so that the host is asked in the same
 * turn as for all else. Throws a CheckFailed for what cannot be read or copied.
 */
export function sourceTree(folder: string, isExcluded: (path: string) => boolean): readonly SourceEntry[] {
  const found: SourceEntry[] = []
  const look = (above: string): void => {
    for (const { name } of namesIn(join(folder, above), folder)) {
      const path = above === '' ? name : `${above}/${name}`
      if (isExcluded(path)) continue
      const entry = entryAt(folder, path)
      found.push(entry)
      if (entry.type === 'directory') look(path)
    }
  }
  look('')
  return found
}

/** Files that are read at the same time. */
const AT_ONCE = 32

/** The digests of all files of a tree, by their paths beneath it. */
export async function sourceDigests(entries: readonly SourceEntry[]): Promise<ReadonlyMap<string, Digest>> {
  const digests = new Map<string, Digest>()
  const left = entries.values()
  const worker = async (): Promise<void> => {
    for (const entry of left) {
      if (entry.type === 'file') digests.set(entry.path, await sourceDigest(entry.source))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return digests
}

function namesIn(folder: string, whole: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (cause) {
    throw new CheckFailed(`${folder} cannot be read on this machine: ${(cause as Error).message}`, {
      hint: `Give the path of a folder of this machine as source; it is ${whole}.`,
      cause,
    })
  }
}

function entryAt(folder: string, path: string): SourceEntry {
  const source = join(folder, path)
  if (!hostPath().safeParse(`/${path}`).success || path.includes('\ufffd')) {
    throw new CheckFailed(`the name of ${source} is no name for a file of the host`, {
      hint: 'Rename it in UTF-8, or exclude it.',
    })
  }
  const stat = lstatSync(source)
  if (stat.isDirectory()) return { path, type: 'directory' }
  if (stat.isSymbolicLink()) return { path, type: 'symbolic link', target: readlinkSync(source) }
  if (stat.isFile()) return { path, type: 'file', source, isExecutable: (stat.mode & 0o100) !== 0 }
  throw new CheckFailed(`${source} is neither a file nor a folder nor a link`, { hint: 'Exclude it.' })
}

import type { Plan } from '../index.ts'
import { CheckFailed, defineResource, mode, z } from '../index.ts'
import { globs, matcherOf } from './parameters/glob.ts'
import { controllerPath, hostPath } from './parameters/path.ts'
import { attributes } from './parts/attributes.ts'
import type { FileLook } from './parts/file-look.ts'
import { lookAtFile, mayHold } from './parts/file-look.ts'
import { fileTouch } from './parts/file-writing.ts'
import type { Listing } from './parts/listing.ts'
import { listingOf } from './parts/listing.ts'
import type { Digest } from './parts/source.ts'
import type { SourceEntry } from './parts/source-tree.ts'
import { sourceDigests, sourceTree } from './parts/source-tree.ts'
import { copying } from './parts/tree-copy.ts'
import { linkTarget } from './queries/link-target.ts'
import type { Mounted } from './queries/mounts.ts'
import { mountedOn } from './queries/mounts.ts'
import { sha256Of } from './queries/sha256.ts'
import type { FileStat } from './queries/stat.ts'
import { statOf } from './queries/stat.ts'

const spec = z.object({
  path: hostPath().describe(
    'the folder on the host; it is made if it is missing, the folder above it is not',
  ),
  source: controllerPath().describe('the folder of the controller that it is a copy of, links as links'),
  exclude: globs()
    .default([])
    .describe(
      "what is neither copied nor deleted: names at any depth ('*.log') or paths beneath the folder ('docs/**')",
    ),
  delete: z
    .boolean()
    .default(false)
    .describe('remove what is in the folder on the host and not in the source, unless it is excluded'),
  owner: attributes.owner.describe('the user of all that is copied; not given: left as it is'),
  group: attributes.group.describe('the group of all that is copied; not given: left as it is'),
  fileMode: mode()
    .optional()
    .describe(
      "of all files; not given: `'0755'` for those that their owner may execute, `'0644'` for the others",
    ),
  directoryMode: mode().default('0755').describe('of all directories'),
  force: z
    .boolean()
    .default(false)
    .describe('replace also what is of another type than in the source; a directory only if it is empty'),
})

export type TreeSpec = z.output<typeof spec>

/** One thing that is to be there, and what is there. */
export interface TreeEntry {
  readonly wanted: SourceEntry
  /** What a file is to hold. */
  readonly digest: Digest | undefined
  readonly stat: FileStat | null
  /** What a file holds. */
  readonly sha256: string | null
  /** What a link leads to. */
  readonly target: string | null
  readonly mounted: Mounted
}

/** What of a tree is found. */
export interface TreeState {
  readonly look: FileLook
  readonly entries: readonly TreeEntry[]
  /** All that is there, where what is too much is to go. */
  readonly listing: Listing | undefined
}

/**
 * A folder of the controller with all that is in it, on the host. Each file is streamed and takes its place atomically;
 * those that are as they should be are not sent. Links on the host are never followed.
 *
 * @example
 * ```ts
 * tree({ path: '/srv/site', source: join(import.meta.dirname, 'files', 'site'), exclude: ['*.bak'], delete: true })
 * ```
 */
export const tree = defineResource<typeof spec, TreeState>({
  kind: 'tree',
  spec,
  id: ({ path }) => `tree ${path}`,
  touches: ({ path }) => [fileTouch(path)],
  lasting: () => 'all the files of a tree',
  async read(probe, spec) {
    const { path, source, exclude } = spec
    const entries = sourceTree(source, matcherOf(exclude))
    const [look, digests, listing, ...found] = await Promise.all([
      lookAtFile(probe, path),
      sourceDigests(entries),
      spec.delete ? listingOf(probe, path) : undefined,
      ...entries.map(async wanted => {
        const at = `${path}/${wanted.path}`
        const [stat, mounted, sha256, target] = await Promise.all([
          probe.ask(statOf, at),
          probe.ask(mountedOn, at),
          wanted.type === 'file' ? probe.ask(sha256Of, at) : null,
          wanted.type === 'symbolic link' ? probe.ask(linkTarget, at) : null,
        ])
        if (stat !== 'hidden') return { wanted, stat, mounted, sha256, target }
        throw new CheckFailed(`${at} is in a folder that this user may not look into`, {
          hint: 'Set become: true on the task, the play or the host.',
        })
      }),
    ])
    return {
      look,
      entries: found.map(entry => ({ ...entry, digest: digests.get(entry.wanted.path) })),
      listing,
    }
  },
  plan(spec, state): Plan {
    const { path } = spec
    mayHold(path, state.look)
    const { stat } = state.look
    if (stat !== null && stat.type !== 'directory') {
      throw new CheckFailed(`${path} is a ${stat.type}, not a directory`, {
        hint: `directory({ path: '${path}', force: true }) before it replaces the ${stat.type} by a directory.`,
      })
    }
    return copying(spec, state)
  },
})

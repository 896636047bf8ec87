import { posix } from 'node:path'
import type { Plan, Probe } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, z } from '../index.ts'
import { controllerPath, hostPath } from './parameters/path.ts'
import { fileTouch } from './parts/file-writing.ts'
import { refuse } from './parts/refusals.ts'
import { sourceDigest } from './parts/source.ts'
import type { ArchiveFormat, Unpacking } from './parts/unpacking.ts'
import { noteFor, noteOf, unpackingSteps } from './parts/unpacking.ts'
import type { Content } from './queries/content.ts'
import { contentOf } from './queries/content.ts'
import { sha256Of } from './queries/sha256.ts'
import type { Stat } from './queries/stat.ts'
import { statOf } from './queries/stat.ts'

const spec = z
  .object({
    path: hostPath().optional().describe('the archive, on the host'),
    source: controllerPath().optional().describe('the archive, a file of the controller; instead of `path`'),
    dest: hostPath().describe('the folder on the host that it is unpacked into, which has to be there'),
    format: z
      .enum(['tar', 'zip'])
      .optional()
      .describe(
        'what it is; not given: as its name ends; how a tar is compressed is found out by tar itself',
      ),
    strip: z
      .int()
      .min(0)
      .max(99)
      .default(0)
      .describe(
        'how many folders are taken off the beginning of each name, of which tar counts `./` too; what is not that deep is left out',
      ),
    creates: hostPath()
      .optional()
      .describe(
        'a path: if something is there, it is unpacked; not given: it is unpacked again whenever the archive is another',
      ),
  })
  .superRefine((given, context) => {
    const { path, source, format } = given
    if (path !== undefined && source !== undefined) refuse(context, 'source', 'give either path or source')
    if (path === undefined && source === undefined) refuse(context, 'path', 'expected the archive, or source')
    const name = path ?? source
    if (name !== undefined && format === undefined && formatOf(name) === undefined) {
      refuse(context, 'format', "expected 'tar' or 'zip', as the name of the archive does not say it")
    }
  })

export type ArchiveSpec = z.output<typeof spec>

/** What of an archive and its folder is found. */
export interface ArchiveState {
  readonly dest: Stat
  /** Of the archive; null if there is none that may be read. Undefined if `creates` says enough. */
  readonly sha256: string | null | undefined
  /** The note of what was unpacked. */
  readonly note: Content
  /** What `creates` names. */
  readonly created: Stat | undefined
}

/**
 * An archive that is unpacked into a folder of the host: once, or whenever its content is another. What was unpacked
 * before is not taken away.
 *
 * @example
 * ```ts
 * directory({ path: '/opt/tool' }),
 * archive({ path: '/var/cache/tool-1.4.0.tar.gz', dest: '/opt/tool', strip: 1 })
 * ```
 */
export const archive = defineResource<typeof spec, ArchiveState>({
  kind: 'archive',
  spec,
  id: ({ path, source, dest }) => `archive ${path ?? source} in ${dest}`,
  touches: ({ dest }) => [fileTouch(dest)],
  lasting: () => 'what was there before it was unpacked',
  async read(probe, spec) {
    const [dest, sha256, note, created] = await Promise.all([
      probe.ask(statOf, `${spec.dest}/`),
      sumOf(probe, spec),
      contentOf(probe, noteOf(unpackingOf(spec))),
      spec.creates === undefined ? undefined : probe.ask(statOf, spec.creates),
    ])
    return { dest, sha256, note, created }
  },
  plan(spec, { dest, sha256, note, created }): Plan {
    for (const [path, stat] of [
      [spec.dest, dest],
      [spec.creates, created],
    ] as const) {
      if (stat !== 'hidden') continue
      throw new CheckFailed(`${path} is in a folder that this user may not look into`, {
        hint: 'Set become: true on the task, the play or the host.',
      })
    }
    if (created) return inSync()
    if (dest === null || dest === 'hidden' || dest.type !== 'directory') {
      throw new CheckFailed(
        dest === null || dest === 'hidden'
          ? `${spec.dest} does not exist`
          : `${spec.dest} is a ${dest.type}, not a directory`,
        { hint: `Put directory({ path: '${spec.dest}' }) before it.` },
      )
    }
    if (typeof sha256 !== 'string') {
      throw new CheckFailed(`the archive ${spec.path} is no file of the host that this user may read`, {
        hint: 'Put the download or the file before it, or give it as source if it is on this machine.',
      })
    }
    const unpacking = unpackingOf(spec)
    const before = note instanceof Uint8Array ? Buffer.from(note).toString() : undefined
    if (spec.creates === undefined && before === noteFor(sha256, unpacking)) return inSync()
    return drift(
      { kind: 'fields', changes: { unpacked: [told(before), told(noteFor(sha256, unpacking))] } },
      unpackingSteps(unpacking, sha256),
    )
  },
})

async function sumOf(probe: Probe, { path, source }: ArchiveSpec): Promise<string | null> {
  if (source !== undefined) return (await sourceDigest(source)).sha256
  return path === undefined ? null : probe.ask(sha256Of, path)
}

function unpackingOf({ path, source, dest, format, strip }: ArchiveSpec): Unpacking {
  return { path, source, dest, strip, format: format ?? formatOf(path ?? source ?? '') ?? 'tar' }
}

function formatOf(name: string): ArchiveFormat | undefined {
  const file = posix.basename(name).toLowerCase()
  if (file.endsWith('.zip')) return 'zip'
  return /\.(tar(\.[a-z0-9]+)?|t[a-z]?[gbx]z2?|tzst)$/.test(file) ? 'tar' : undefined
}

/** The note's sum in short; with how much was stripped, if that was anything. */
const told = (note: string | undefined): string => {
  const [, sum, strip] = /^([0-9a-f]{12})[0-9a-f]{52} (\d+)\n$/.exec(note ?? '') ?? []
  return sum === undefined ? 'nothing' : `sha256 ${sum}${strip === '0' ? '' : `, stripped by ${strip}`}`
}

import { posix } from 'node:path'
import type { Command, Plan, Probe } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, run, z } from '../index.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { hostPath } from './parameters/path.ts'
import type { Changes } from './parts/attributes.ts'
import { attributeChanges, attributeSteps, attributes, exactMode } from './parts/attributes.ts'
import type { FileLook } from './parts/file-look.ts'
import { lookAtFile, mayHold } from './parts/file-look.ts'
import { fileTouch } from './parts/file-writing.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import type { Beneath } from './parts/tree.ts'
import { countBeneath, cureBeneath, treeAttributes } from './parts/tree.ts'
import { isEmptyDirectory } from './queries/empty-directory.ts'

const spec = z
  .object({
    path: hostPath().describe('where it is on the host'),
    state: presentOrAbsent().describe('whether it is there'),
    ...attributes,
    mode: attributes.mode.describe(
      "octal, with its leading zero; not given: `'0755'` for a new directory, else as it is",
    ),
    parents: z
      .boolean()
      .default(true)
      .describe('make the folders above it too, where they are missing, with mode 0755'),
    recurse: treeAttributes
      .optional()
      .describe(
        'owner, group and modes of all that is beneath it, on the same file system; links are not followed',
      ),
    force: z
      .boolean()
      .default(false)
      .describe(
        'present: replace what is there if it is something else; absent: remove it with all that is in it',
      ),
  })
  .superRefine((given, context) => {
    const isPresent = given.state === 'present'
    refuseUnless(
      isPresent,
      context,
      given,
      ['mode', 'owner', 'group', 'recurse'],
      'an absent directory has none',
    )
    if (!isPresent && isOfTheSystem(given.path)) {
      refuse(context, 'path', 'no system works without it; it is not removed')
    }
  })

export type DirectorySpec = z.output<typeof spec>

/** What of a directory is found. */
export interface DirectoryState {
  readonly look: FileLook
  /** What differs beneath it, if that matters. */
  readonly beneath: Beneath | undefined
  /** Whether nothing is in it, if it is to go. */
  readonly isEmpty: boolean | undefined
}

/**
 * A directory: that it is there, with its mode and owner and those of all that is beneath it, or that it is not.
 *
 * @example
 * ```ts
 * directory({ path: '/srv/app/releases', mode: '0750', group: 'adm' })
 * ```
 */
export const directory = defineResource<typeof spec, DirectoryState>({
  kind: 'directory',
  spec,
  id: ({ path }) => `directory ${path}`,
  touches: ({ path }) => [fileTouch(path)],
  lasting: ({ force, recurse }) => (force || recurse ? 'what is in the folder, as it was' : undefined),
  async read(probe: Probe, { path, state, recurse }) {
    const [look, beneath, isEmpty] = await Promise.all([
      lookAtFile(probe, path),
      recurse && countBeneath(probe, path, recurse),
      state === 'absent' ? probe.ask(isEmptyDirectory, path) : undefined,
    ])
    return { look, beneath, isEmpty }
  },
  plan: (spec, state) => (spec.state === 'absent' ? removal(spec, state) : presence(spec, state)),
})

function presence(spec: DirectorySpec, { look, beneath }: DirectoryState): Plan {
  const { path, force, recurse } = spec
  if (!spec.parents || look.folder !== null) mayHold(path, look)
  if (look.stat?.type !== 'directory') {
    if (look.stat !== null && !force) {
      throw new CheckFailed(`${path} is a ${look.stat.type}, not a directory`, {
        hint: `Name another path; force: true replaces the ${look.stat.type} by a directory.`,
      })
    }
    return creation(spec, look)
  }
  const changes: Changes = attributeChanges(spec, look.stat)
  const steps: Command[] = [...attributeSteps(path, spec, look.stat)]
  if (recurse && beneath && beneath.count > 0) {
    changes['beneath'] = [told(beneath), wanted(recurse)]
    steps.push(...cureBeneath(path, recurse))
  }
  const [first, ...rest] = steps
  return first ? drift({ kind: 'fields', changes }, [first, ...rest]) : inSync()
}

/** Made for its maker alone and opened afterwards, so that nobody is in it too early. */
function creation(spec: DirectorySpec, { stat, folder }: FileLook): Plan {
  const { path, owner, group, mode = '0755' } = spec
  const isItsMakers = owner === undefined && group === undefined
  const last = isItsMakers ? [] : attributeSteps(path, { owner, group, mode })
  const make = isItsMakers
    ? run`mkdir -m ${exactMode(mode)} -- ${path}`
    : run`( umask 077; mkdir -- ${path} )`
  const above = run`( umask 022; mkdir -p -- ${posix.dirname(path)} )`
  const diff = { kind: 'fields', changes: { state: [stat?.type ?? 'absent', 'directory'] } } as const
  if (stat !== null) return drift(diff, [run`rm -f -- ${path}`, make, ...last])
  return drift(diff, folder === null ? [above, make, ...last] : [make, ...last])
}

function removal({ path, force }: DirectorySpec, { look, isEmpty }: DirectoryState): Plan {
  const { stat, mounted } = look
  if (stat === null) return inSync()
  if (stat.type !== 'directory') {
    throw new CheckFailed(`${path} is a ${stat.type}, not a directory`, {
      hint: `file({ path: '${path}', state: 'absent' }) removes it.`,
    })
  }
  if (mounted.on || mounted.below) {
    throw new CheckFailed(`something is mounted ${mounted.on ? 'on' : 'below'} ${path}`, {
      hint: 'Unmount it first.',
    })
  }
  if (!isEmpty && !force) {
    throw new CheckFailed(`${path} is not empty`, { hint: 'force: true removes it with all that is in it.' })
  }
  const found = isEmpty ? 'an empty directory' : 'directory with content'
  return drift({ kind: 'fields', changes: { state: [found, 'absent'] } }, [
    isEmpty ? run`rmdir -- ${path}` : run`rm -rf -- ${path}`,
  ])
}

const told = ({ count, first }: Beneath): string =>
  `${count === 1 ? '1 differs' : `${count} differ`}, such as ${first}`

const wanted = ({ owner, group, fileMode, directoryMode }: NonNullable<DirectorySpec['recurse']>): string =>
  [
    owner !== undefined && `owner ${owner}`,
    group !== undefined && `group ${group}`,
    fileMode && `files ${fileMode}`,
    directoryMode && `directories ${directoryMode}`,
  ]
    .filter(Boolean)
    .join(', ')

/** The folders of hier(7), which a system cannot lose. */
const SYSTEM = [
  /^\/(bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)$/,
  /^\/usr\/(bin|games|include|lib\w*|libexec|local|sbin|share|src)$/,
  /^\/var\/(backups|cache|lib|local|lock|log|mail|opt|run|spool|tmp)$/,
]
const isOfTheSystem = (path: string): boolean => SYSTEM.some(pattern => pattern.test(path))

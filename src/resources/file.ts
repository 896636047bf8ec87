import type { Diff, Plan, Upload } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, run, Secret, z } from '../index.ts'
import { fileContent } from './parameters/content.ts'
import { controllerPath, hostPath } from './parameters/path.ts'
import { attributeChanges, attributeSteps, attributes } from './parts/attributes.ts'
import { mayBeReplaced, mayHoldFile } from './parts/file-look.ts'
import type { FileState } from './parts/file-state.ts'
import { readFileState } from './parts/file-state.ts'
import { attributesPlan, fileTouch, writingSteps } from './parts/file-writing.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import type { Digest } from './parts/source.ts'
import { textDiff } from './parts/text-diff.ts'
import { validation } from './parts/validation.ts'

const spec = z
  .object({
    path: hostPath().describe('where it is on the host'),
    state: z
      .enum(['present', 'absent', 'touch'])
      .default('present')
      .describe('`touch`: it is there, empty if it has to be made; `absent`: it is not there'),
    content: fileContent()
      .optional()
      .describe('what it holds: text, a Secret or bytes; not given: whatever it holds'),
    source: controllerPath()
      .optional()
      .describe('a file of the controller, which it is a copy of; instead of `content`'),
    ...attributes,
    mode: attributes.mode.describe(
      "octal, with its leading zero; not given: `'0644'` for a new file, `'0600'` always for a Secret's, else as it is",
    ),
    validate: validation()
      .optional()
      .describe(
        'what must accept the new file before it takes its place: `visudo -cf %s`, or a function from its path to a command',
      ),
    force: z
      .boolean()
      .default(false)
      .describe('replace also what is no regular file; a directory only if it is empty'),
    diff: z.boolean().default(true).describe('false: tell only that the content differs, not how'),
  })
  .superRefine((given, context) => {
    const { state, content, source } = given
    if (content !== undefined && source !== undefined)
      refuse(context, 'source', 'give either content or source')
    refuseUnless(
      state === 'present',
      context,
      given,
      ['content', 'source'],
      `a file that is "${state}" takes none`,
    )
    refuseUnless(state !== 'absent', context, given, ['mode', 'owner', 'group'], 'an absent file has none')
    const hasContent = content !== undefined || source !== undefined
    refuseUnless(hasContent, context, given, ['validate'], 'only given content can be validated')
  })

export type FileSpec = z.output<typeof spec>

/**
 * A regular file: that it is there with this content, mode and owner, that it is there at all, or that it is not. It is
 * written whole and atomically; links are never followed.
 *
 * @example
 * ```ts
 * file({ path: '/etc/motd', content: 'Changes are made by playbooks.\n', mode: '0644' })
 * ```
 */
export const file = defineResource<typeof spec, FileState>({
  kind: 'file',
  spec,
  id: ({ path }) => `file ${path}`,
  touches: ({ path }) => [fileTouch(path)],
  read: (probe, spec) => readFileState(probe, { ...spec, removed: spec.state === 'absent' }),
  plan(spec, state) {
    if (spec.state === 'absent') return removal(spec, state)
    mayHoldFile(spec.path, state.look, spec.force)
    return state.wanted === undefined ? existence(spec, state) : wholeContent(spec, state, state.wanted)
  },
})

function removal({ path, force }: FileSpec, { look, before }: FileState): Plan {
  const { stat } = look
  if (stat === null) return inSync()
  if (stat.type === 'directory') {
    throw new CheckFailed(`${path} is a directory, not a file`, {
      hint: `directory({ path: '${path}', state: 'absent' }) removes it.`,
    })
  }
  if (stat.type.endsWith('device') && !force) {
    throw new CheckFailed(`${path} is a ${stat.type}, not a regular file`, {
      hint: 'force: true removes it.',
    })
  }
  mayBeReplaced(path, look)
  // What only its owner may read is not for a report either: nobody said what is in it.
  const isPublic = (Number.parseInt(stat.mode, 8) & 0o004) !== 0
  const diff: Diff =
    before && isPublic
      ? textDiff({ path, before, after: null })
      : { kind: 'fields', changes: { state: [stat.type, 'absent'] } }
  return drift(diff, [run`rm -f -- ${path}`])
}

/** The file is to be there, whatever it holds. */
function existence(spec: FileSpec, { look }: FileState): Plan {
  const { path, state, owner, group, mode = '0644' } = spec
  const { stat } = look
  if (stat?.type === 'file') return attributesPlan(path, spec, look) ?? inSync()
  if (state === 'present') {
    throw new CheckFailed(`${path} does not exist, and nothing says what it should hold`, {
      hint: "Give content or source; state: 'touch' makes an empty file.",
    })
  }
  const diff: Diff = { kind: 'fields', changes: { state: [stat?.type ?? 'absent', 'an empty file'] } }
  if (stat !== null) return drift(diff, writingSteps({ ...spec, content: '', newMode: mode }, look))
  // Not by an upload, which would take the place of what somebody else has just put there.
  return drift(diff, [
    run`( umask 077; set -C; : >${path} )`,
    ...attributeSteps(path, { owner, group, mode }),
  ])
}

function wholeContent(spec: FileSpec, state: FileState, wanted: Digest): Plan {
  const { path, source, content = '' } = spec
  const { look, sha256 } = state
  const mode = spec.mode ?? (Secret.is(content) ? '0600' : undefined)
  if (sha256 === wanted.sha256) return attributesPlan(path, { ...spec, mode }, look) ?? inSync()
  if (look.stat?.type === 'file' && sha256 === null) {
    throw new CheckFailed(`${path} may not be read by this user`, {
      hint: 'Set become: true on the task, the play or the host.',
    })
  }
  const upload: Upload['content'] = source === undefined ? content : { source }
  return drift(
    contentDiff({ ...spec, mode }, state, wanted),
    writingSteps({ ...spec, mode, content: upload, newMode: '0644' }, look),
  )
}

function contentDiff(spec: FileSpec, { look, sha256, before, after }: FileState, wanted: Digest): Diff {
  const { path, content } = spec
  const { stat } = look
  const isFile = stat?.type === 'file'
  const changes = isFile ? attributeChanges(spec, stat) : stat ? { type: [stat.type, 'file'] as const } : {}
  if (Secret.is(content)) return textDiff({ path, before: isFile ? '' : null, after: content, changes })
  if (before !== undefined && after !== undefined) return textDiff({ path, before, after, changes })
  const told = (digest: Digest | null): string => {
    if (digest === null) return 'absent'
    return spec.diff ? `${digest.size} bytes, sha256 ${digest.sha256.slice(0, 12)}` : `${digest.size} bytes`
  }
  const there = isFile && sha256 !== null ? { sha256, size: stat.size } : null
  return { kind: 'fields', changes: { content: [told(there), told(wanted)], ...changes } }
}

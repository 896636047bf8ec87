import { CheckFailed, defineResource, Secret, text, z } from '../index.ts'
import { hostPath } from './parameters/path.ts'
import { anchor, regexp } from './parameters/pattern.ts'
import { attributes } from './parts/attributes.ts'
import type { EditedFileState, FileEdit } from './parts/edited-file.ts'
import { editPlan, readEditedFile } from './parts/edited-file.ts'
import { fileTouch } from './parts/file-writing.ts'
import { replaced } from './parts/replacement.ts'
import { validation } from './parts/validation.ts'

const spec = z.object({
  path: hostPath().describe('the file'),
  regexp: regexp().describe(
    'what is replaced, wherever it is found; `^` and `$` are the beginning and end of a line',
  ),
  with: text()
    .refine(given => Secret.is(given) || !given.includes('\0'), { error: 'expected text without a NUL byte' })
    .describe(
      'what takes its place: `$1`, `$<name>` and `$&` stand for what was found, `$$` for `$`; empty: it goes',
    ),
  count: z.int().min(1).optional().describe('how many places there may be at most; not given: any number'),
  after: anchor().optional().describe('look only below the first line that is this one, or matches it'),
  before: anchor()
    .optional()
    .describe('look only above the first line (below that of `after`) that is this one, or matches it'),
  ...attributes,
  validate: validation()
    .optional()
    .describe(
      'what must accept the new file before it takes its place: `visudo -cf %s`, or a function from its path to a command',
    ),
})

export type ReplaceSpec = z.output<typeof spec>

/**
 * Text in a file that is found by a pattern and replaced, in all places; the rest stays as it is. A replacement in which
 * the pattern would be found again, so that no run would ever be the last, is refused before anything is changed.
 *
 * @example
 * ```ts
 * replace({ path: '/etc/nsswitch.conf', regexp: /^(hosts:\s*).*$/, with: '$1files dns' })
 * ```
 */
export const replace = defineResource<typeof spec, EditedFileState>({
  kind: 'replace',
  spec,
  id: ({ path, regexp }) => `replace ${path}: ${regexp}`,
  touches: ({ path }) => [fileTouch(path)],
  read: (probe, { path }) => readEditedFile(probe, path),
  plan(spec, state) {
    if (state.look.stat === null) {
      throw new CheckFailed(`${spec.path} does not exist`, {
        hint: 'Make it in a task before this one.',
      })
    }
    const hidden = Secret.is(spec.with)
    const replacement = Secret.is(spec.with) ? spec.with.reveal() : spec.with
    const edit: FileEdit['edit'] = (text, here) => settled(spec, text, here(replacement))
    return editPlan({ ...spec, create: false, hidden, edit }, state)
  },
})

function settled(spec: ReplaceSpec, text: string, replacement: string): string {
  const wanted = { ...spec, replacement }
  const once = replaced(text, wanted)
  if (spec.count !== undefined && once.places > spec.count) {
    throw new CheckFailed(
      `${spec.regexp} is found in ${once.places} places of ${spec.path}, more than ${spec.count}`,
      { hint: 'Make the regexp stricter, set bounds by after and before, or raise count.' },
    )
  }
  if (replaced(once.text, wanted).text !== once.text) {
    throw new CheckFailed(
      `a second run would change ${spec.path} again: ${spec.regexp} also matches what it is replaced with`,
      { hint: 'Write a regexp that matches only what is to be replaced.' },
    )
  }
  return once.text
}

import type { Text } from '../index.ts'
import { CheckFailed, defineResource, inSync, Secret, text, z } from '../index.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { hostPath } from './parameters/path.ts'
import { anchor, isOneLine, regexp } from './parameters/pattern.ts'
import { attributes } from './parts/attributes.ts'
import type { EditedFileState, FileEdit } from './parts/edited-file.ts'
import { editPlan, readEditedFile } from './parts/edited-file.ts'
import { fileTouch } from './parts/file-writing.ts'
import type { LineEdit } from './parts/lines.ts'
import { edited } from './parts/lines.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import { validation } from './parts/validation.ts'

const spec = z
  .object({
    path: hostPath().describe('the file'),
    line: text()
      .refine(line => Secret.is(line) || isOneLine(line), { error: 'expected one line, without its end' })
      .optional()
      .describe('the line, word for word, without its end'),
    state: presentOrAbsent().describe('whether it is in the file'),
    regexp: regexp()
      .optional()
      .describe(
        'present: which line it takes the place of, the last one that matches; absent: which lines go, instead of `line`',
      ),
    insertAfter: anchor()
      .optional()
      .describe(
        "where a new line goes: after the last line that is this one, or matches it; `'EOF'`, or none like it: to the end",
      ),
    insertBefore: anchor()
      .optional()
      .describe(
        "where a new line goes: before the last line that is this one, or matches it; `'BOF'`: to the beginning",
      ),
    firstMatch: z.boolean().default(false).describe('take the first line that matches, not the last'),
    backrefs: z
      .boolean()
      .default(false)
      .describe(
        '`$1` and `$<name>` in `line` stand for what `regexp` found; where that finds nothing, nothing is done',
      ),
    create: z
      .boolean()
      .default(false)
      .describe('make the file if it is missing, with mode 0644, or 0600 for a Secret'),
    ...attributes,
    validate: validation()
      .optional()
      .describe(
        'what must accept the new file before it takes its place: `visudo -cf %s`, or a function from its path to a command',
      ),
  })
  .superRefine((given, context) => {
    const { state, line, regexp, backrefs, insertAfter, insertBefore } = given
    const isPresent = state === 'present'
    if (isPresent && line === undefined) refuse(context, 'line', 'expected the line')
    if (!isPresent && (line === undefined) === (regexp === undefined)) {
      refuse(context, 'state', 'a line that is to go is told by either line or regexp')
    }
    if (Secret.is(line) && regexp === undefined)
      refuse(context, 'line', 'a secret line needs a regexp to be known by')
    if (insertAfter !== undefined && insertBefore !== undefined) {
      refuse(context, 'insertBefore', 'give either insertAfter or insertBefore')
    }
    if (backrefs && regexp === undefined) refuse(context, 'backrefs', 'there is no regexp to refer back to')
    const places = ['insertAfter', 'insertBefore']
    refuseUnless(!backrefs, context, given, places, 'with backrefs no line is inserted')
    refuseUnless(isPresent, context, given, places, 'a line that is to go has no place')
    if (given.create && (!isPresent || backrefs))
      refuse(context, 'create', 'no file is made where no line is inserted')
  })

export type LineSpec = z.output<typeof spec>

/**
 * One line of a text file: that it is there, once and in its place, or that it is not. The rest of the file stays as
 * it is.
 *
 * @example
 * ```ts
 * line({ path: '/etc/login.defs', regexp: /^#?\s*UMASK\s/, line: 'UMASK 027' })
 * ```
 */
export const line = defineResource<typeof spec, EditedFileState>({
  kind: 'line',
  spec,
  id: ({ path, line, regexp }) => `line ${path}: ${regexp ?? line}`,
  touches: ({ path }) => [fileTouch(path)],
  read: (probe, { path }) => readEditedFile(probe, path),
  plan(spec, state) {
    if (state.look.stat === null && spec.state === 'absent') return inSync()
    const edit: FileEdit['edit'] = (text, here) => editedLine(spec, text, here)
    return editPlan({ ...spec, hidden: Secret.is(spec.line), edit }, state)
  },
})

function editedLine(spec: LineSpec, text: string, here: (ours: string) => string): string {
  const edit = { ...spec, line: spec.line === undefined ? undefined : here(plain(spec.path, spec.line)) }
  const after = edited(text, edit)
  settles(spec, after, edit)
  return after
}

function plain(path: string, line: Text): string {
  const text = Secret.is(line) ? line.reveal() : line
  if (!isOneLine(text)) throw new CheckFailed(`the secret line of ${path} is not one line`)
  return text
}

/** A line made of what it replaces may be made again of itself, for ever. */
function settles({ path, regexp }: LineSpec, after: string, edit: LineEdit): void {
  if (edited(after, edit) === after) return
  throw new CheckFailed(
    `a second run would change ${path} again: ${regexp} also matches the line that it makes`,
    {
      hint: 'Write a regexp that matches only what is to be replaced, or a line that stays the same when it is made again.',
    },
  )
}

import type { Text } from '../index.ts'
import { CheckFailed, defineResource, inSync, Secret, text, z } from '../index.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { hostPath } from './parameters/path.ts'
import { anchor, isOneLine } from './parameters/pattern.ts'
import { attributes } from './parts/attributes.ts'
import { withBlock } from './parts/blocks.ts'
import type { EditedFileState } from './parts/edited-file.ts'
import { editPlan, readEditedFile } from './parts/edited-file.ts'
import { fileTouch } from './parts/file-writing.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import { validation } from './parts/validation.ts'

const spec = z
  .object({
    path: hostPath().describe('the file'),
    name: z
      .string()
      .refine(name => name.trim() === name && name !== '' && isOneLine(name), {
        error: "expected a name of one line, such as 'cluster hosts'",
      })
      .describe('what the block is called in its markers: a file may have several of different names'),
    content: text()
      .refine(content => Secret.is(content) || isText(content), { error: 'expected lines that end in \\n' })
      .optional()
      .describe('the lines between the markers; empty: none'),
    state: presentOrAbsent().describe('whether it is in the file; absent: its markers go too'),
    marker: z
      .string()
      .refine(marker => isOneLine(marker) && once(marker, '{mark}') && once(marker, '{name}'), {
        error: "expected one line with {mark} and {name}, each once, such as '; {mark} {name}'",
      })
      .default('# {mark} rampart {name}')
      .describe(
        'the lines around it: a remark in the language of the file, `{mark}` standing for BEGIN and END, `{name}` for its name',
      ),
    insertAfter: anchor()
      .optional()
      .describe(
        "where a new block goes: after the last line that is this one, or matches it; `'EOF'`, or none like it: to the end",
      ),
    insertBefore: anchor()
      .optional()
      .describe(
        "where a new block goes: before the last line that is this one, or matches it; `'BOF'`: to the beginning",
      ),
    firstMatch: z.boolean().default(false).describe('take the first line that matches, not the last'),
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
    const { state, content, insertAfter, insertBefore } = given
    const isPresent = state === 'present'
    if (isPresent && content === undefined) refuse(context, 'content', 'expected the lines')
    refuseUnless(isPresent, context, given, ['content'], 'a block that is to go has none')
    refuseUnless(
      isPresent,
      context,
      given,
      ['insertAfter', 'insertBefore'],
      'a block that is to go has no place',
    )
    if (!isPresent && given.create) refuse(context, 'create', 'no file is made where no block is inserted')
    if (insertAfter !== undefined && insertBefore !== undefined) {
      refuse(context, 'insertBefore', 'give either insertAfter or insertBefore')
    }
    if (content !== undefined && !Secret.is(content) && holdsMarker(linesOf(content), given)) {
      refuse(context, 'content', 'a line of it is one of its own markers')
    }
  })

export type BlockSpec = z.output<typeof spec>

/**
 * Some lines of a text file between two markers of their own: that they are there, or are not. The rest of the file
 * stays as it is.
 *
 * @example
 * ```ts
 * block({ path: '/etc/gai.conf', name: 'prefer-ipv4', content: 'precedence ::ffff:0:0/96  100\n' })
 * ```
 */
export const block = defineResource<typeof spec, EditedFileState>({
  kind: 'block',
  spec,
  id: ({ path, name }) => `block ${path}: ${name}`,
  touches: ({ path }) => [fileTouch(path)],
  read: (probe, { path }) => readEditedFile(probe, path),
  plan(spec, state) {
    const { path, content } = spec
    if (state.look.stat === null && spec.state === 'absent') return inSync()
    const lines = content === undefined ? undefined : plain(spec, content)
    const [begin, end] = markers(spec)
    const hidden = Secret.is(content)
    return editPlan(
      {
        ...spec,
        hidden,
        edit: (text, here) =>
          withBlock(text, { ...spec, path, begin: here(begin), end: here(end), lines: lines?.map(here) }),
      },
      state,
    )
  },
})

function plain(spec: BlockSpec, content: Text): readonly string[] {
  const shown = Secret.is(content) ? content.reveal() : content
  const lines = linesOf(shown)
  if (!isText(shown) || holdsMarker(lines, spec)) {
    throw new CheckFailed(
      `the secret block "${spec.name}" of ${spec.path} holds a marker, \\r or a NUL byte`,
      {
        hint: 'It must be lines that end in \\n, none of which is one of its own markers.',
      },
    )
  }
  return lines
}

/** The end of the last line may be left out. */
const linesOf = (content: string): readonly string[] =>
  content === '' ? [] : content.replace(/\n$/, '').split('\n')

const markers = ({ marker, name }: Pick<BlockSpec, 'marker' | 'name'>): readonly [string, string] => {
  const line = (mark: string): string =>
    marker
      .split('{mark}')
      .map(part => part.split('{name}').join(name))
      .join(mark)
  return [line('BEGIN'), line('END')]
}

const holdsMarker = (lines: readonly string[], given: Pick<BlockSpec, 'marker' | 'name'>): boolean =>
  lines.some(line => markers(given).includes(line))

const isText = (content: string): boolean => !/[\r\0]/.test(content)

const once = (text: string, part: string): boolean => text.split(part).length === 2

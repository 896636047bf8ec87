import { defineResource, run, text, z } from '../index.ts'
import type { OwnedFile } from './owned-file.ts'
import { planOwnedFile, readOwnedFile } from './owned-file.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import type { FileState } from './parts/file-state.ts'
import { fileTouch } from './parts/file-writing.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'

const spec = z
  .object({
    name: z
      .string()
      // sudoers(5): a name with a dot, or with a ~ at its end, is passed over.
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,200}$/, {
        error:
          'expected a name of letters, digits, "_" and "-": sudo passes over files with a dot in their name',
      })
      .describe('the name of the file in /etc/sudoers.d; of two rules that of the later name counts'),
    state: presentOrAbsent().describe('whether it is there'),
    content: text().optional().describe('the whole file, as sudoers(5) describes it'),
  })
  .superRefine((given, context) => {
    const isPresent = given.state === 'present'
    if (isPresent && given.content === undefined) refuse(context, 'content', 'expected the whole file')
    refuseUnless(isPresent, context, given, ['content'], 'an absent file has none')
  })

export type SudoersSpec = z.output<typeof spec>

/**
 * Rules of sudo, as a file in /etc/sudoers.d. It takes its place only if visudo(8) accepts it: with a mistake in it
 * nobody could become root.
 *
 * @example
 * ```ts
 * sudoers({ name: '90-adm', content: '%adm ALL=(root) NOPASSWD: /usr/bin/systemctl restart app\n' })
 * ```
 */
export const sudoers = defineResource<typeof spec, FileState>({
  kind: 'sudoers',
  spec,
  id: ({ name }) => `sudoers ${name}`,
  touches: spec => [fileTouch(owned(spec).path)],
  read: (probe, spec) => readOwnedFile(probe, owned(spec)),
  plan: (spec, state) => planOwnedFile(owned(spec), state),
})

const owned = ({ name, content }: SudoersSpec): OwnedFile => ({
  path: `/etc/sudoers.d/${name}`,
  content: content ?? null,
  mode: '0440',
  // A login's PATH may leave out /usr/sbin.
  validate: candidate => run`PATH=$PATH:/usr/sbin:/sbin; visudo -cf ${candidate}`,
  folder: { hint: "sudo is not installed: put packages({ names: ['sudo'] }) before it." },
})

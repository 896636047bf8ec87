import { posix } from 'node:path'
import type { Diff, Plan, Probe, Step } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, z } from '../index.ts'
import { existingAccount } from './parameters/account.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { keyOptions } from './parameters/key-option.ts'
import { hostPath } from './parameters/path.ts'
import type { PublicKey } from './parameters/public-key.ts'
import { parsePublicKey, splitOptions } from './parameters/public-key.ts'
import type { Attributes, Changes } from './parts/attributes.ts'
import { attributeChanges, attributeSteps } from './parts/attributes.ts'
import type { FileLook } from './parts/file-look.ts'
import { lookAtFile, mayHoldFile } from './parts/file-look.ts'
import { fileTouch, unlessChanged, writingSteps } from './parts/file-writing.ts'
import { withKeys } from './parts/key-lines.ts'
import { NOTHING, privateFolder } from './parts/private-folder.ts'
import { refuse } from './parts/refusals.ts'
import { textDiff } from './parts/text-diff.ts'
import { editedBytes, readableContent } from './parts/text-edit.ts'
import type { Content } from './queries/content.ts'
import { contentOf } from './queries/content.ts'
import type { Account } from './queries/passwd.ts'
import { accountOf } from './queries/passwd.ts'

const publicKey = z.string().refine(line => parsePublicKey(line) !== undefined, {
  error: "expected one public key as ssh-keygen writes it: 'ssh-ed25519 AAAA… comment'",
})

const spec = z
  .object({
    user: z
      .string()
      .refine(name => existingAccount().safeParse(name).success, { error: "expected a user's name" })
      .describe('whom the keys let in'),
    keys: z
      .array(
        z.union([
          publicKey,
          z.object({
            key: publicKey.describe('a line as ssh-keygen writes it'),
            options: keyOptions()
              .optional()
              .describe(
                'what it may do (sshd(8)): a list, or one text with commas; instead of those in `key`',
              ),
            comment: z
              .string()
              .regex(/^[^\n\r\0]*$/, { error: 'expected one line' })
              .optional()
              .describe('whose it is; instead of the one in `key`'),
          }),
        ]),
      )
      .describe('the keys: lines as ssh-keygen writes them, or `{ key, options, comment }`'),
    state: presentOrAbsent().describe('whether these keys let in'),
    exclusive: z.boolean().default(false).describe('no keys but these; without it foreign keys stay'),
    path: hostPath().optional().describe("the file; not given: `.ssh/authorized_keys` in the user's home"),
  })
  .superRefine(({ keys, state, exclusive }, context) => {
    if (keys.length === 0 && !exclusive) refuse(context, 'keys', 'expected at least one key')
    if (exclusive && state === 'absent') refuse(context, 'exclusive', 'only for keys that are to be there')
    const data = keys.map(key => parsePublicKey(typeof key === 'string' ? key : key.key)?.data)
    if (new Set(data).size < data.length) refuse(context, 'keys', 'one of them stands there twice')
  })

export type AuthorizedKeysSpec = z.output<typeof spec>

/** The file with the keys, and whose it is. */
export interface AuthorizedKeysState {
  /** Null if there is no such user. */
  readonly account: Account | null
  readonly path: string
  readonly look: FileLook
  readonly content: Content
  /** The folder of the file itself: a link is told as a link. */
  readonly folder: FileLook
}

/**
 * Public keys that let in as a user: that they are in its authorized_keys file, with these options, or that they are
 * not. In the user's home the file and its folder are the user's, and closed to all others: sshd would not use them otherwise.
 *
 * @example
 * ```ts
 * user({ name: 'alice', shell: '/bin/bash' }),
 * authorizedKeys({
 *   user: 'alice',
 *   keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f alice@laptop'],
 *   exclusive: true,
 * })
 * ```
 */
export const authorizedKeys = defineResource<typeof spec, AuthorizedKeysState>({
  kind: 'authorizedKeys',
  spec,
  id: ({ user, path }) => `authorizedKeys of ${user}${path === undefined ? '' : ` in ${path}`}`,
  touches: ({ user, path }) => {
    const known = path ?? (user === 'root' ? '/root/.ssh/authorized_keys' : undefined)
    return known === undefined ? [`user:${user}`] : [fileTouch(known)] // whose home it is only the host knows
  },
  read: lookAtKeys,
  plan: planKeys,
})

async function lookAtKeys(probe: Probe, { user, path }: AuthorizedKeysSpec): Promise<AuthorizedKeysState> {
  // Where it is as a rule, so that this needs no second turn.
  const usual = path ?? keysIn(user === 'root' ? '/root' : `/home/${user}`)
  const [account, look, content, folder] = await Promise.all([
    probe.ask(accountOf, user),
    ...asked(probe, usual),
  ])
  const actual = path ?? (account === null ? usual : keysIn(account.home))
  if (actual === usual) return { account, path: usual, look, content, folder }
  const [itsLook, itsContent, itsFolder] = await Promise.all(asked(probe, actual))
  return { account, path: actual, look: itsLook, content: itsContent, folder: itsFolder }
}

const keysIn = (home: string): string => posix.join(home, '.ssh', 'authorized_keys')

function asked(probe: Probe, path: string) {
  return [lookAtFile(probe, path), contentOf(probe, path), lookAtFile(probe, posix.dirname(path))] as const
}

function planKeys(
  spec: AuthorizedKeysSpec,
  { account, path, look, content, folder }: AuthorizedKeysState,
): Plan {
  if (account === null) {
    throw new CheckFailed(`there is no user ${spec.user} on this host`, {
      hint: `Put user({ name: '${spec.user}' }) before it.`,
    })
  }
  // The folder in the home is ours to make; any other must be there.
  const isAtHome = spec.path === undefined
  if (look.stat !== null || !isAtHome) mayHoldFile(path, look)
  const before = look.stat === null ? null : readableContent(path, content)
  const after = editedKeys(spec, before ?? Buffer.alloc(0))
  // No file is no keys.
  if (before === null && after.length === 0) return inSync()
  const home = isAtHome ? privateFolder(posix.dirname(path), folder, account) : NOTHING
  const attributes: Attributes = isAtHome ? { owner: account.uid, group: account.gid, mode: '0600' } : {}
  const file = fileCure({ path, look, before, after, attributes })
  const [first, ...rest] = [...home.steps, ...file.steps]
  if (first === undefined) return inSync()
  const changes = { ...home.changes, ...file.changes }
  const isSame = before?.equals(after)
  return drift(isSame ? { kind: 'fields', changes } : diffOf(path, before, after, changes), [first, ...rest])
}

interface Edit {
  readonly path: string
  readonly look: FileLook
  readonly before: Buffer | null
  readonly after: Buffer
  readonly attributes: Attributes
}

/** Elsewhere than at home a new file is its writer's, and open to all: sshd reads it as the user, who cannot add keys to it. */
function fileCure({ path, look, before, after, attributes }: Edit) {
  const changes = look.stat === null ? {} : attributeChanges(attributes, look.stat)
  const writing = { ...attributes, path, content: after, newMode: '0644' } as const
  const steps: readonly Step[] = before?.equals(after)
    ? attributeSteps(path, attributes, look.stat ?? undefined)
    : [unlessChanged(path, before), ...writingSteps(writing, look)]
  return { changes, steps }
}

const diffOf = (path: string, before: Buffer | null, after: Buffer, changes: Changes): Diff =>
  textDiff({ path, before: before?.toString() ?? null, after: after.toString(), changes })

function editedKeys(spec: AuthorizedKeysSpec, before: Uint8Array): Buffer {
  return editedBytes(before, (text, here) => {
    const keys = spec.keys.map(wantedKey).map(key => ({ ...key, comment: here(key.comment) }))
    return withKeys(text, { ...spec, keys })
  })
}

function wantedKey(given: AuthorizedKeysSpec['keys'][number]): PublicKey {
  const { key, options, comment } =
    typeof given === 'string' ? { key: given, options: undefined, comment: undefined } : given
  const parsed = parsePublicKey(key)
  // The schema has let only keys through.
  if (!parsed) throw new CheckFailed(`${key} is no public key`)
  const own = typeof options === 'string' ? splitOptions(options) : options
  return { ...parsed, options: own ?? parsed.options, comment: comment?.trim() ?? parsed.comment }
}

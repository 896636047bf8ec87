import { posix } from 'node:path'
import type { Plan, Probe } from '../index.ts'
import { CheckFailed, defineResource, z } from '../index.ts'
import { accountName } from './parameters/account.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { parsePublicKey } from './parameters/public-key.ts'
import { combinedPlan } from './parts/combined-plan.ts'
import type { EditedFileState, FileEdit } from './parts/edited-file.ts'
import { editPlan, readEditedFile } from './parts/edited-file.ts'
import type { FileLook } from './parts/file-look.ts'
import { lookAtFile } from './parts/file-look.ts'
import { fileTouch } from './parts/file-writing.ts'
import { willBeThere } from './parts/folder-to-come.ts'
import { withHostKey } from './parts/known-host-lines.ts'
import { privateFolderPlan } from './parts/private-folder-plan.ts'
import { refuse } from './parts/refusals.ts'
import type { Account } from './queries/passwd.ts'
import { accountOf } from './queries/passwd.ts'

const name = z.string().regex(/^(?!-)[A-Za-z0-9_.:*?%-]{1,253}$/, {
  error: "expected a host's name or address, such as 'git.example.com'",
})

const spec = z
  .object({
    host: z
      .union([name, z.array(name).min(1)], { error: "expected a host's name or address, or a list of them" })
      .describe(
        'whose key it is: its name or address, or several of them; of an authority also patterns: `*.example.com`',
      ),
    port: z.int().min(1).max(65_535).default(22).describe('where its sshd listens'),
    key: z
      .string()
      .refine(line => (parsePublicKey(line)?.options.length ?? 1) === 0, {
        error: "expected a public key, as in /etc/ssh/ssh_host_ed25519_key.pub: 'ssh-ed25519 AAAA…'",
      })
      .optional()
      .describe('its key; absent: not given means all of its keys'),
    state: presentOrAbsent().describe('whether the key is known'),
    user: accountName()
      .optional()
      .describe('for whom, in its home; not given: for all, in /etc/ssh/ssh_known_hosts'),
    certAuthority: z
      .boolean()
      .default(false)
      .describe('the key is that of an authority, which signs the keys of such hosts'),
  })
  .superRefine(({ host, key, state, certAuthority }, context) => {
    if (state === 'present' && key === undefined) refuse(context, 'key', 'expected its public key')
    const isPattern = [host].flat().some(one => /[*?]/.test(one))
    if (isPattern && !certAuthority) refuse(context, 'host', 'patterns are only for an authority')
  })

export type KnownHostSpec = z.output<typeof spec>

export interface KnownHostState {
  /** Null: there is no such user, or none is meant. */
  readonly account: Account | null
  readonly path: string
  readonly file: EditedFileState
  readonly folder: FileLook
}

/**
 * The key of a host that ssh(1) is to reach, so that it need not ask whether it is the right one: for a user, or for
 * all. Another key of that type, which the host had before, goes.
 *
 * @example
 * ```ts
 * knownHost({
 *   host: 'git.example.com',
 *   key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f',
 * })
 * ```
 */
export const knownHost = defineResource<typeof spec, KnownHostState>({
  kind: 'knownHost',
  spec,
  id: ({ host, port, key, user, certAuthority }) => {
    const type = key === undefined ? '' : ` ${parsePublicKey(key)?.type}`
    const of = user === undefined ? '' : ` of ${user}`
    return `knownHost ${wantedNames({ host, port }).join(',')}${certAuthority ? ' authority' : ''}${type}${of}`
  },
  touches: ({ user }) => (user === undefined ? [fileTouch(SYSTEM)] : []),
  read: lookAtKnownHosts,
  plan(spec, { account, path, file, folder }) {
    if (spec.user !== undefined && account === null) {
      throw new CheckFailed(`there is no user ${spec.user} on this host`, {
        hint: `Put user({ name: '${spec.user}' }) before it.`,
      })
    }
    if (file.look.stat === null && spec.state === 'absent') return combinedPlan()
    const whose = account ? { owner: account.uid, group: account.gid } : {}
    const edit: FileEdit = {
      path,
      ...whose,
      create: true,
      hidden: false,
      edit: text => withHostKey(text, wanted(spec)),
    }
    const folderPlan: Plan = account
      ? privateFolderPlan(posix.dirname(path), folder, account)
      : combinedPlan()
    return combinedPlan(
      folderPlan,
      editPlan(edit, { ...file, look: account ? willBeThere(file.look) : file.look }),
    )
  },
})

const SYSTEM = '/etc/ssh/ssh_known_hosts'

async function lookAtKnownHosts(probe: Probe, { user }: KnownHostSpec): Promise<KnownHostState> {
  // Where it is as a rule, so that this needs no second turn.
  const usual = user === undefined ? SYSTEM : knownHostsIn(user === 'root' ? '/root' : `/home/${user}`)
  const [account, file, folder] = await Promise.all([
    user === undefined ? null : probe.ask(accountOf, user),
    ...looks(probe, usual),
  ])
  const path = account === null ? usual : knownHostsIn(account.home)
  if (path === usual) return { account, path, file, folder }
  const [itsFile, itsFolder] = await Promise.all(looks(probe, path))
  return { account, path, file: itsFile, folder: itsFolder }
}

const knownHostsIn = (home: string): string => posix.join(home, '.ssh', 'known_hosts')

const looks = (probe: Probe, path: string) =>
  [readEditedFile(probe, path), lookAtFile(probe, posix.dirname(path))] as const

/** ssh(1) looks up a host with another port than 22 as `[host]:port`. */
const wantedNames = ({ host, port }: Pick<KnownHostSpec, 'host' | 'port'>): readonly string[] =>
  [host].flat().map(one => (port === 22 ? one : `[${one}]:${port}`))

const wanted = (spec: KnownHostSpec) => ({
  names: wantedNames(spec),
  key: spec.key === undefined ? undefined : parsePublicKey(spec.key),
  state: spec.state,
  isAuthority: spec.certAuthority,
})

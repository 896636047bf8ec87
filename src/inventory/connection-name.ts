import { InventoryError } from '../model/error.ts'
import { nearest } from '../model/nearest.ts'
import type { Entry } from './written.ts'

/** What the inventory can say of the way to a host. */
export type Slot =
  | 'addresses'
  | 'port'
  | 'user'
  | 'key'
  | 'password'
  | 'via'
  | 'ssh_common_args'
  | 'ssh_extra_args'
  | 'transport'
  | 'become'
  | 'become_user'
  | 'become_password'
  | 'known_hosts'
  | 'container'

/** What a name in the inventory means. */
export type Meaning =
  | { readonly is: 'variable' }
  | { readonly is: 'connection'; readonly slot: Slot }
  /** A setting of Ansible for something that does not exist here: Python, SFTP, pipelining, multiplexing. */
  | { readonly is: 'pointless' }
  /** A setting of Ansible for which we have our own, fixed answer. */
  | { readonly is: 'fixed'; readonly instead: string }

const OWN: Readonly<Record<string, Slot>> = {
  address: 'addresses',
  addresses: 'addresses',
  port: 'port',
  user: 'user',
  key: 'key',
  password: 'password',
  via: 'via',
  transport: 'transport',
  become: 'become',
  become_password: 'become_password',
  known_hosts: 'known_hosts',
  container: 'container',
}

/** Ansible's names and, of those it has renamed, the older ones. */
const ANSIBLE: Readonly<Record<string, Slot>> = {
  ansible_host: 'addresses',
  ansible_ssh_host: 'addresses',
  ansible_port: 'port',
  ansible_ssh_port: 'port',
  ansible_user: 'user',
  ansible_ssh_user: 'user',
  ansible_ssh_private_key_file: 'key',
  ansible_private_key_file: 'key',
  ansible_password: 'password',
  ansible_ssh_pass: 'password',
  ansible_ssh_password: 'password',
  ansible_connection: 'transport',
  ansible_become: 'become',
  ansible_become_user: 'become_user',
  ansible_become_password: 'become_password',
  ansible_become_pass: 'become_password',
  ansible_ssh_common_args: 'ssh_common_args',
  ansible_ssh_extra_args: 'ssh_extra_args',
}

const PREFIX = 'ansible_'

const POINTLESS =
  /^ansible_(\w+_interpreter|shell_(type|executable)|(ssh_)?pipelining|(sftp|scp)_extra_args|scp_if_ssh|sftp_batch_mode|ssh_transfer_method|ssh_use_tty|remote_tmp|async_dir|(ssh_)?control_path(_dir)?|ssh_control_persist)$/
const FIXED = /^ansible_((ssh_|connect_|command_)?timeout|ssh_retries|ssh_reconnection_retries)$/

/** Names that look as if they said how a host is reached, and what to write for them. */
const CURES: Readonly<Record<string, string>> = {
  ansible_group_priority: 'Set the value on the host, or in one group only: then no priority is needed.',
  ansible_become_flags: 'sudo is always called in the same way: take it out.',
  ansible_become_exe: 'sudo is found in the PATH: take it out.',
  ansible_host_key_checking:
    'Unknown host keys are learnt with --accept-new; a changed one is never accepted.',
  ansible_ssh_host_key_checking:
    'Unknown host keys are learnt with --accept-new; a changed one is never accepted.',
  ansible_ssh_args: 'Write it into ~/.ssh/config and use `transport: openssh`.',
  ansible_ssh_executable: 'Use `transport: openssh`, which takes the ssh of the PATH.',
  ansible_ssh_private_key: 'Write the key into a file and name it with `key`.',
  ansible_ssh_private_key_passphrase:
    'Put the passphrase into RAMPART_KEY_PASSPHRASE, or the key into the SSH agent.',
  ansible_private_key_passphrase:
    'Put the passphrase into RAMPART_KEY_PASSPHRASE, or the key into the SSH agent.',
  ansible_docker_extra_args: 'Choose the engine with DOCKER_HOST or `docker context use`.',
  ansible_sudo: 'Write `become: true`.',
  ansible_sudo_pass: 'Write `become_password`.',
  become_user: 'Write `become: NAME`.',
  become_pass: 'Write `become_password`.',
  become_method: 'There is sudo only: take it out.',
}

/** The connection names, for "did you mean". */
export const connectionNames: readonly string[] = Object.keys(OWN)

/** What a name means. Throws an InventoryError, with the cure, for one that would be misread in silence. */
export function meaningOf({ key, quoted, value }: Entry): Meaning {
  const name = String(key.value)
  const slot = OWN[name] ?? ANSIBLE[name]
  if (slot !== undefined) return { is: 'connection', slot }
  if (POINTLESS.test(name)) return { is: 'pointless' }
  if (name === 'ansible_become_method' && (value.value === 'sudo' || value.value === null))
    return { is: 'pointless' }
  if (FIXED.test(name))
    return { is: 'fixed', instead: 'connect 10 s, login 20 s, and no retry that could do harm' }
  if (name.startsWith(PREFIX)) throw notRead(name, key.at)
  if (quoted) return { is: 'variable' }
  if (CURES[name] !== undefined) throw misleading(name, CURES[name], key.at)
  const meant = connectionNames.find(each => looksLike(name, each))
  if (meant !== undefined) throw misleading(name, `Did you mean "${meant}"?`, key.at)
  return { is: 'variable' }
}

type At = Entry['key']['at']

function notRead(name: string, at: At): InventoryError {
  // Compared without what they all begin with.
  const near = nearest(
    name.slice(PREFIX.length),
    Object.keys(ANSIBLE).map(each => each.slice(PREFIX.length)),
  )
  return new InventoryError(`${name} is not read`, { at, hint: CURES[name] ?? cureFor(name, near) })
}

function cureFor(name: string, near: string | undefined): string {
  if (name === 'ansible_become_method') return 'There is sudo only.'
  if (/^ansible_(winrm|psrp|network|netconf|httpapi)_/.test(name))
    return 'Hosts are Linux machines reached by SSH.'
  if (near !== undefined) return `Did you mean "${PREFIX}${near}"?`
  return 'If it is a variable of your own, give it a name without "ansible_".'
}

function misleading(name: string, hint: string, at: At): InventoryError {
  const own = at.line === undefined ? '' : ` For a variable of this name put the name in quotes: "${name}".`
  return new InventoryError(`"${name}" would be a variable that nobody reads`, { at, hint: hint + own })
}

/** One slip away. Of the short names only two letters changed over: `users`, `keys`, `post` are names of their own. */
function looksLike(name: string, known: string): boolean {
  if (name === `${known}s`) return false
  return changedOver(name, known) || (known.length > 5 && oneLetterOff(name, known))
}

function changedOver(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  const i = firstDifference(a, b)
  return a[i] === b[i + 1] && a[i + 1] === b[i] && a !== b && a.slice(i + 2) === b.slice(i + 2)
}

function oneLetterOff(a: string, b: string): boolean {
  const i = firstDifference(a, b)
  const [restA, restB] = [a.slice(i), b.slice(i)]
  return restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)
}

function firstDifference(a: string, b: string): number {
  let i = 0
  while (i < a.length && i < b.length && a[i] === b[i]) i++
  return i
}

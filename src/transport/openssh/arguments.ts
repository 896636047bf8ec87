import { homedir } from 'node:os'
import { join } from 'node:path'
import { quote } from '../../model/quote.ts'
import type { SshRoute } from '../../model/route.ts'

/** What is the same for all connections of a transport. All times are milliseconds. */
export interface SshSettings {
  readonly acceptNew: boolean
  /** An ssh_config in place of the user's and the system's. */
  readonly config: string | undefined
  readonly connectTimeout: number
  readonly keepalive: number
}

/**
 * The arguments of ssh(1) for one process at the end of a route, whose only or first addresses it takes. Of the route
 * what the inventory gave; all else (certificates, FIDO keys, ProxyCommand, Match) is what ssh_config says.
 */
export function sshArguments(route: SshRoute, command: string, settings: SshSettings): readonly string[] {
  const forSession = [
    // "Authenticated to …" tells when the login is done; more than VERBOSE would come between what scripts say.
    ...option('LogLevel', 'VERBOSE'),
    ...option('ClearAllForwardings', 'yes'),
    ...option('ForwardX11', 'no'),
    ...option('RemoteCommand', 'none'),
  ]
  return ['-T', ...common(route, settings), ...forSession, '--', route.addresses[0] ?? route.host, command]
}

function common(route: SshRoute, settings: SshSettings): readonly string[] {
  const { port, user, key, via, knownHosts } = route
  return [
    ...(settings.config === undefined ? [] : ['-F', settings.config]),
    // A process of its own, that asks nobody: a shared master would prove nothing (ssh_config(5), ControlMaster).
    ...option('BatchMode', 'yes'),
    ...option('ControlMaster', 'no'),
    ...option('ControlPath', 'none'),
    ...option('StrictHostKeyChecking', settings.acceptNew ? 'accept-new' : 'yes'),
    ...option('ConnectTimeout', inSeconds(settings.connectTimeout)),
    ...option('ServerAliveInterval', inSeconds(settings.keepalive)),
    ...option('ServerAliveCountMax', '3'),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(key?.from === 'file'
      ? [...option('IdentityFile', path(key.path)), ...option('IdentitiesOnly', 'yes')]
      : []),
    ...(key?.from === 'none' ? option('PreferredAuthentications', 'none') : []),
    ...(knownHosts === undefined ? [] : option('UserKnownHostsFile', knownHostsFiles(knownHosts))),
    ...(via === undefined ? [] : option('ProxyCommand', through(via, settings))),
  ]
}

const option = (name: string, value: string): readonly string[] => ['-o', `${name}=${value}`]

const inSeconds = (ms: number): string => String(Math.max(1, Math.ceil(ms / 1000)))

/**
 * The way through a jump host. Not ProxyJump, which would take the jump host's key, user and known_hosts from ssh_config
 * alone. Each ssh replaces `%` in its ProxyCommand once, so only its own `%h` and `%p` are left single.
 */
function through(jump: SshRoute, settings: SshSettings): string {
  // Below INFO it would not say why it got no tunnel.
  const words = ['ssh', ...common(jump, settings), ...option('LogLevel', 'INFO')]
  const address = jump.addresses[0] ?? jump.host
  const plain = (word: string): string => quote(literal(word))
  return [...words.map(plain), '-W', quote('[%h]:%p'), '--', plain(address)].join(' ')
}

/** Without meaning for ssh, which replaces `%` in commands and paths (ssh_config(5), TOKENS). */
const literal = (text: string): string => text.replaceAll('%', '%%')

/** A path as a value of ssh_config: one word, whatever is in it. */
const path = (file: string): string =>
  `"${literal(expandHome(file)).replace(/["\\]/g, match => `\\${match}`)}"`

/** The host's own first, where a new key goes; then those that ssh reads by default. */
const knownHostsFiles = (own: string): string =>
  [path(own), '~/.ssh/known_hosts', '~/.ssh/known_hosts2'].join(' ')

/** `~` is the home of who runs us, for the inventory as for ssh. */
export function expandHome(file: string): string {
  return file === '~' || file.startsWith('~/') ? join(homedir(), file.slice(1)) : file
}

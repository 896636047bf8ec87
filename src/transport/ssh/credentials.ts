import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ParsedKey } from 'ssh2'
import { VariableError } from '../../model/error.ts'
import type { Key, SshRoute } from '../../model/route.ts'
import type { Secret } from '../../model/secret.ts'
import type { AgentKey, AgentKeys } from './agent.ts'
import { listAgentKeys } from './agent.ts'
import { envelope } from './key-envelope.ts'
import type { KeyFile } from './keys.ts'
import { readKey } from './keys.ts'
import { printable } from './reason.ts'

/** One thing that can be offered to a server. `what` names it for people. */
export type Attempt =
  | { readonly kind: 'key'; readonly what: string; readonly key: ParsedKey }
  | { readonly kind: 'agent'; readonly what: string; readonly key: ParsedKey; readonly socket: string }
  | { readonly kind: 'password'; readonly what: string; readonly password: Secret }

/** What a route has to offer, in the order in which to offer it. */
export interface Credentials {
  readonly attempts: readonly Attempt[]
  /** What could not be offered, and why. */
  readonly notes: readonly string[]
  /** The host is only asked what it takes. */
  readonly asks?: boolean
}

/** Where this machine keeps its keys. */
export interface Keyring {
  /** The folder that `~` stands for. */
  readonly home: string
  /** The agent's socket; undefined: there is none. */
  readonly agentSocket: string | undefined
  /** Milliseconds that an agent may take to list its keys. */
  readonly timeout: number
  /** Whether a public key has opened a door in this run: such keys are offered first. */
  readonly isProven: (publicKey: Buffer) => boolean
}

/** As ssh(1) names them, without those that ssh2 cannot use. */
const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa']

/**
 * sshd ends the connection at its sixth wrong attempt (`MaxAuthTries 6`); hardened ones at the third, and a password
 * needs one of those.
 */
const MOST_KEYS = 5
const MOST_KEYS_BESIDE_PASSWORD = 2

/**
 * Finds what to log in with: exactly the key that the route names, from its file or, if only its public half can be read
 * there, from the agent; or the agent's keys; or, named nothing, the default files and then the agent's. A password comes
 * last. Throws a VariableError for a mistake in a key that the route names. Touches no network.
 */
export async function findCredentials(route: SshRoute, keyring: Keyring): Promise<Credentials> {
  const notes: string[] = []
  const keys = await keysOf(route.key, keyring, notes)
  const most = route.password === undefined ? MOST_KEYS : MOST_KEYS_BESIDE_PASSWORD
  if (keys.length > most) notes.push(`${keys.length - most} more keys were not offered: sshd counts each`)
  const password: Attempt[] = []
  if (route.password) {
    // Whoever has none to give says so here, and not in the middle of a login.
    route.password.reveal()
    password.push({ kind: 'password', what: 'the password', password: route.password })
  }
  return { attempts: [...keys.slice(0, most), ...password], notes, asks: route.key?.from === 'none' }
}

async function keysOf(key: Key | undefined, keyring: Keyring, notes: string[]): Promise<readonly Attempt[]> {
  switch (key?.from) {
    case 'file':
      return [await namedKey(expandHome(key.path, keyring.home), key.passphrase, keyring)]
    case 'agent':
      return agentKeys(keyring, notes)
    case 'none':
      return []
    case undefined:
      return anyKeys(keyring, notes)
  }
}

/** `~/x` as a path. */
export function expandHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path
}

/** Bytes of the public half of what an attempt offers; undefined: it is no key. */
export function publicKeyOf(attempt: Attempt): Buffer | undefined {
  return attempt.kind === 'password' ? undefined : attempt.key.getPublicSSH()
}

async function namedKey(path: string, passphrase: Secret | undefined, keyring: Keyring): Promise<Attempt> {
  const file = await readKey(path, passphrase)
  if (file.kind === 'private') return { kind: 'key', what: `the key ${path}`, key: file.key }
  const held = await inAgent(path, file, await tryAgent(keyring, []))
  if (!held || keyring.agentSocket === undefined) throw file.error
  return { kind: 'agent', what: `the agent's key for ${path}`, key: held.key, socket: keyring.agentSocket }
}

async function agentKeys(keyring: Keyring, notes: string[]): Promise<readonly Attempt[]> {
  if (keyring.agentSocket === undefined) {
    throw new VariableError('the keys of the SSH agent are wanted, but SSH_AUTH_SOCK is not set', {
      hint: 'Start an agent with `eval $(ssh-agent)` and `ssh-add`, or name a key file with `key:` or --key.',
    })
  }
  const held = await listAgentKeys(keyring.agentSocket, keyring.timeout)
  const files = await Promise.all(DEFAULT_KEYS.map(name => publicHalf(join(keyring.home, '.ssh', name))))
  note(held, notes)
  return proven(
    held.keys.map(key => fromAgent(key, keyring.agentSocket ?? '')),
    key => keyring.isProven(key) || files.some(file => file?.equals(key)),
  )
}

async function anyKeys(keyring: Keyring, notes: string[]): Promise<readonly Attempt[]> {
  const held = await tryAgent(keyring, notes)
  note(held, notes)
  const found: Attempt[] = []
  for (const name of DEFAULT_KEYS) {
    const path = join(keyring.home, '.ssh', name)
    const file = await readKey(path).catch((error: VariableError) => error)
    const key = file instanceof VariableError ? undefined : await inAgent(path, file, held)
    if (key) found.push(fromAgent(key, keyring.agentSocket ?? ''))
    else if (file instanceof VariableError) notes.push(...(isMissing(file) ? [] : [file.message]))
    else if (file.kind === 'private') found.push({ kind: 'key', what: `the key ${path}`, key: file.key })
    else notes.push(file.error.message)
  }
  const others = held.keys
    .filter(({ publicKey }) => !found.some(attempt => publicKeyOf(attempt)?.equals(publicKey)))
    .map(key => fromAgent(key, keyring.agentSocket ?? ''))
  return proven([...found, ...others], keyring.isProven)
}

function fromAgent({ key, comment }: AgentKey, socket: string): Attempt {
  return { kind: 'agent', what: `the agent's key ${printable(comment)}`, key, socket }
}

/** Those keys first, in their order. */
function proven(attempts: readonly Attempt[], isFirst: (key: Buffer) => boolean): readonly Attempt[] {
  const first = attempts.filter(attempt => isFirst(publicKeyOf(attempt) ?? Buffer.alloc(0)))
  return [...first, ...attempts.filter(attempt => !first.includes(attempt))]
}

function note({ unusable }: AgentKeys, notes: string[]): void {
  if (unusable.length === 0) return
  notes.push(printable(`the agent's ${unusable.join(', ')} need \`transport: openssh\``))
}

/** An agent that is not there, or does not answer, is no mistake of who did not ask for it. */
async function tryAgent(keyring: Keyring, notes: string[]): Promise<AgentKeys> {
  const none: AgentKeys = { keys: [], unusable: [] }
  if (keyring.agentSocket === undefined) return none
  return listAgentKeys(keyring.agentSocket, keyring.timeout).catch((error: VariableError) => {
    notes.push(error.message)
    return none
  })
}

/** The agent's key of which a file holds the public half. */
async function inAgent(path: string, file: KeyFile, held: AgentKeys): Promise<AgentKey | undefined> {
  const half =
    file.kind === 'private' ? file.key.getPublicSSH() : (file.publicKey ?? (await publicHalf(path)))
  return half && held.keys.find(({ publicKey }) => publicKey.equals(half))
}

/** What `ssh-keygen` wrote beside a key. */
async function publicHalf(path: string): Promise<Buffer | undefined> {
  const text = await readFile(`${path}.pub`, 'latin1').catch(() => '')
  return envelope(text).publicKey
}

function isMissing({ cause }: VariableError): boolean {
  return (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
}

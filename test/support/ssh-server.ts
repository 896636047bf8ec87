import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { AuthContext, Connection, ParsedKey, ServerConfig, Session } from 'ssh2'
import ssh2 from 'ssh2'

/** What a client offered: `publickey SHA…`, `password`. */
export interface Offered {
  readonly method: string
  readonly user: string
  /** The public key in base64, of a publickey attempt. */
  readonly key?: string
  readonly password?: string
}

/** An SSH server that does what a test says, made of ssh2's own. */
export interface ScriptedServer {
  readonly port: number
  /** Its host keys as in known_hosts, without names. */
  readonly hostKeys: readonly string[]
  /** Lines for known_hosts. */
  readonly knownHosts: string
  /** All that was offered, in order; a signature belongs to the offer before it. */
  readonly offered: readonly Offered[]
  /** How many have finished the key exchange. */
  readonly handshakes: number
  readonly connections: number
  close(): Promise<void>
}

export interface ServerScript {
  readonly hostKeys?: readonly (string | ParsedKey)[]
  readonly server?: Partial<ServerConfig>
  /** As soon as somebody comes. */
  readonly connection?: (client: Connection) => void
  /** Answers an offer. Default: lets everybody in. */
  readonly auth?: (offer: AuthContext, client: Connection) => void
  /** Answers a session. Default: runs its commands with sh. */
  readonly session?: (session: Session, client: Connection) => void
  /** Once a client is logged in. */
  readonly ready?: (client: Connection) => void
}

/** A private key in OpenSSH's format. One Ed25519 key in 256 that ssh2 makes is one that it cannot read, and made anew. */
export function newKey(type: 'ed25519' | 'ecdsa' | 'rsa' = 'ed25519'): string {
  const key = generate(type)
  return ssh2.utils.parseKey(key) instanceof Error ? newKey(type) : key
}

function generate(type: 'ed25519' | 'ecdsa' | 'rsa'): string {
  const { generateKeyPairSync } = ssh2.utils
  if (type === 'ed25519') return generateKeyPairSync('ed25519').private
  if (type === 'rsa') return generateKeyPairSync('rsa', { bits: 2048 }).private
  return generateKeyPairSync('ecdsa', { bits: 256 }).private
}

/** A parsed private key. */
export function parsed(key: string | ParsedKey): ParsedKey {
  if (typeof key !== 'string') return key
  const one: unknown = ssh2.utils.parseKey(key)
  return (Array.isArray(one) ? one[0] : one) as ParsedKey
}

export async function startSshServer(script: ServerScript = {}): Promise<ScriptedServer> {
  const keys = script.hostKeys ?? [newKey()]
  const offered: Offered[] = []
  const clients = new Set<Connection>()
  let connections = 0
  let handshakes = 0

  // A parsed key may sign as it likes; ssh2's types know only keys as text.
  const hostKeyFiles = keys.map(key => (typeof key === 'string' ? key : { key })) as ServerConfig['hostKeys']
  const server = new ssh2.Server({ hostKeys: hostKeyFiles, ...script.server }, client => {
    connections++
    clients.add(client)
    script.connection?.(client)
    client.on('error', () => undefined)
    client.on('close', () => clients.delete(client))
    client.once('handshake', () => handshakes++)
    client.on('authentication', offer => {
      const signs = offer.method === 'publickey' && offer.signature !== undefined
      if (!signs) offered.push(describeOffer(offer))
      if (script.auth) script.auth(offer, client)
      else offer.accept()
    })
    client.on('ready', () => {
      client.on('session', accept => (script.session ?? runCommands)(accept(), client))
      script.ready?.(client)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const hostKeys = keys.map(key => {
    const key_ = parsed(key)
    return `${key_.type} ${key_.getPublicSSH().toString('base64')}`
  })
  return {
    port,
    hostKeys,
    knownHosts: hostKeys.map(key => `[127.0.0.1]:${port} ${key}\n`).join(''),
    offered,
    get connections() {
      return connections
    },
    get handshakes() {
      return handshakes
    },
    async close() {
      const closed = new Promise(resolve => server.close(resolve))
      for (const client of clients) client.end()
      await closed
    },
  }
}

function describeOffer(offer: AuthContext): Offered {
  const { method, username: user } = offer
  if (method === 'publickey') return { method, user, key: offer.key.data.toString('base64') }
  return method === 'password' ? { method, user, password: offer.password } : { method, user }
}

/** Runs what is asked for with sh, as sshd does with a login shell. */
function runCommands(session: Session): void {
  session.on('exec', (accept, _reject, { command }) => {
    const channel = accept()
    const child = spawn('/bin/sh', ['-c', command])
    channel.pipe(child.stdin)
    child.stdin.on('error', () => undefined)
    child.stdout.pipe(channel, { end: false })
    child.stderr.pipe(channel.stderr, { end: false })
    child.on('close', code => {
      channel.exit(code ?? 1)
      channel.end()
    })
    channel.on('close', () => child.kill())
  })
}

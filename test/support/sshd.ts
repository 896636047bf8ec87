import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { SshRoute } from '../../src/model/route.ts'
import { closedPort } from './tcp-proxy.ts'

/** A real OpenSSH server on a port of this machine, with a configuration and host keys of its own. */
export interface Sshd {
  readonly port: number
  /** Who can log in, with `key`. */
  readonly user: string
  /** A private key file that it lets in. */
  readonly key: string
  /** The folder of all its files. */
  readonly dir: string
  /** A known_hosts file with its keys. */
  readonly knownHosts: string
  /** Public host keys by type, as in `ssh-ed25519 AAAA…`. */
  readonly hostKeys: Readonly<Record<string, string>>
  /** What it has logged. */
  log(): string
  /** The processes that serve somebody. */
  sessions(): readonly number[]
  /** Kills those. */
  killSessions(signal?: NodeJS.Signals): void
  stop(): Promise<void>
}

export interface SshdOptions {
  /** Further lines of sshd_config; the first of a name counts. */
  readonly config?: readonly string[]
  /** Types of host keys. Default: Ed25519. */
  readonly hostKeys?: readonly ('ed25519' | 'ecdsa' | 'rsa')[]
  /** Whether it also has a certificate of its first host key. */
  readonly hostCertificate?: boolean
}

const SSHD = '/usr/sbin/sshd'

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const dir = mkdtempSync(join(tmpdir(), 'rampart-sshd-'))
  const port = await closedPort()
  const user = userInfo().username
  // sshd of Debian wants its folder for unprivileged children, which systemd makes elsewhere.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })

  const types = options.hostKeys ?? ['ed25519']
  for (const type of types) makeKey(join(dir, `host_${type}`), type)
  makeKey(join(dir, 'id'), 'ed25519')
  if (options.hostCertificate) {
    const authority = makeKey(join(dir, 'authority'), 'ed25519')
    const sign = [
      '-q',
      '-s',
      authority,
      '-h',
      '-I',
      'host',
      '-n',
      '127.0.0.1',
      join(dir, `host_${types[0]}.pub`),
    ]
    execFileSync('ssh-keygen', sign, { stdio: 'ignore' })
  }
  writeFileSync(join(dir, 'authorized_keys'), readFileSync(join(dir, 'id.pub')), { mode: 0o600 })
  const config = [
    ...(options.config ?? []),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...types.map(type => `HostKey ${join(dir, `host_${type}`)}`),
    ...(options.hostCertificate ? [`HostCertificate ${join(dir, `host_${types[0]}-cert.pub`)}`] : []),
    `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
    `PidFile ${join(dir, 'pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'LogLevel DEBUG1',
  ]
  writeFileSync(join(dir, 'sshd_config'), `${config.join('\n')}\n`)
  const hostKeys = Object.fromEntries(
    types.map(type => {
      const [name = '', base64 = ''] = readFileSync(join(dir, `host_${type}.pub`), 'utf8').split(' ')
      return [name, `${name} ${base64}`]
    }),
  )
  const knownHosts = join(dir, 'known_hosts')
  writeFileSync(
    knownHosts,
    Object.values(hostKeys)
      .map(key => `[127.0.0.1]:${port} ${key}\n`)
      .join(''),
  )

  let log = ''
  const child = spawn(SSHD, ['-D', '-e', '-f', join(dir, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const listening = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString()
      if (log.includes('Server listening on')) resolve()
    })
    child.on('exit', code => reject(new Error(`sshd ended with ${code}: ${log}`)))
  })
  await listening

  const sessions = (): readonly number[] => descendants(child.pid ?? -1)
  const kill = (signal: NodeJS.Signals): void => {
    for (const pid of sessions()) {
      try {
        process.kill(pid, signal)
      } catch {
        // It ended by itself.
      }
    }
  }
  return {
    port,
    user,
    key: join(dir, 'id'),
    dir,
    knownHosts,
    hostKeys,
    log: () => log,
    sessions,
    killSessions: (signal = 'SIGKILL') => kill(signal),
    async stop() {
      kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGKILL')
        await ended
      }
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** The way to one of these, by its own key and known_hosts unless told otherwise. */
export function routeTo(
  sshd: Pick<Sshd, 'port' | 'user' | 'key' | 'knownHosts'>,
  over: Partial<SshRoute> = {},
): SshRoute {
  return {
    transport: 'ssh',
    host: 'web',
    addresses: ['127.0.0.1'],
    named: true,
    port: sshd.port,
    user: sshd.user,
    key: { from: 'file', path: sshd.key },
    password: undefined,
    via: undefined,
    knownHosts: sshd.knownHosts,
    ...over,
  }
}

/** Makes a key with ssh-keygen; `passphrase` and further arguments as it takes them. */
export function makeKey(path: string, type: string, passphrase = '', ...more: string[]): string {
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', `test ${type}`, '-f', path, ...more])
  return path
}

/** A real ssh-agent that holds these key files. */
export async function startAgent(
  keys: readonly string[],
): Promise<{ socket: string; stop(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'rampart-agent-'))
  const socket = join(dir, 'socket')
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  const env = { ...process.env, SSH_AUTH_SOCK: socket }
  if (keys.length > 0) execFileSync('ssh-add', ['-q', ...keys], { env, stdio: 'ignore' })
  return {
    socket,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function descendants(pid: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      // The name may hold anything; the parent is the second field behind its closing bracket.
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)])
    } catch {
      // It has ended.
    }
  }
  const below = (parent: number): number[] =>
    (children.get(parent) ?? []).flatMap(child => [child, ...below(child)])
  return below(pid)
}

import { homedir } from 'node:os'
import { join } from 'node:path'
import { loginName } from '../login-name.ts'
import type { Keyring } from './credentials.ts'
import type { Lookup } from './dial.ts'
import { lookupName } from './dial.ts'
import type { KnownHostsFiles } from './known-hosts-files.ts'
import { createKnownHostsFiles } from './known-hosts-files.ts'
import type { Limiter } from './limiter.ts'
import { createLimiter } from './limiter.ts'
import type { Scope } from './scope.ts'
import { createScope } from './scope.ts'

/** What the ssh transport may be told. All times are milliseconds. */
export interface SshOptions {
  /** Whether the key of a host of which nothing is known is taken and stored. */
  readonly acceptNew: boolean
  /** The folder of our own known_hosts. Default: `$XDG_STATE_HOME/rampart`. */
  readonly stateDir?: string
  /** Whose `~/.ssh` is read. Default: our own home. */
  readonly home?: string
  /** known_hosts files of the whole machine. Default: those of /etc/ssh. */
  readonly systemKnownHosts?: readonly string[]
  /** The agent's socket; empty: none. Default: `$SSH_AUTH_SOCK`. */
  readonly agentSocket?: string
  /** For one address to answer. Default 10 000. */
  readonly connectTimeout?: number
  /** For key exchange and login together. Default 20 000. */
  readonly loginTimeout?: number
  /** Between two pings; a peer silent for three and a half of them is dead. Default 5000. */
  readonly keepalive?: number
  /** Before the first of three more tries after a loss before the login; each waits twice as long. Default 300. */
  readonly backoff?: number
  /** Names to addresses. Default: the system's. */
  readonly lookup?: Lookup
  /** Told of every connection that is opened to a host, by TCP or through a tunnel. */
  readonly onConnection?: (host: string) => void
  /** Told what a person should know although it went well. */
  readonly onWarning?: (message: string) => void
}

/** All that connecting needs beside a route. */
export interface World {
  readonly acceptNew: boolean
  readonly connectTimeout: number
  readonly loginTimeout: number
  readonly keepalive: number
  readonly backoff: number
  readonly lookup: Lookup
  readonly onConnection: (host: string) => void
  readonly onWarning: (message: string) => void
  /** Who logs in where the route names nobody. */
  readonly user: string
  readonly home: string
  /** known_hosts files of the user and the machine, and our own last. */
  readonly knownHosts: readonly string[]
  readonly ownKnownHosts: string
  readonly files: KnownHostsFiles
  readonly keyring: Keyring
  /** Public keys, in base64, that have let us in somewhere. */
  readonly proven: Set<string>
  readonly limiter: Limiter
  readonly scope: Scope
}

/** At one sshd at a time, before they are logged in: below sshd's own `MaxStartups 10:30:100`. */
const KNOCKING = 8

/** All that one transport shares among its connections, by its options and what this machine says. */
export function createWorld(options: SshOptions): World {
  const home = options.home ?? homedir()
  const state = process.env['XDG_STATE_HOME'] || join(home, '.local/state')
  const ownKnownHosts = join(options.stateDir ?? join(state, 'rampart'), 'known_hosts')
  const system = options.systemKnownHosts ?? ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']
  const loginTimeout = options.loginTimeout ?? 20_000
  const proven = new Set<string>()
  return {
    acceptNew: options.acceptNew,
    connectTimeout: options.connectTimeout ?? 10_000,
    loginTimeout,
    keepalive: options.keepalive ?? 5000,
    backoff: options.backoff ?? 300,
    lookup: options.lookup ?? lookupName,
    onConnection: options.onConnection ?? (() => undefined),
    onWarning: options.onWarning ?? (() => undefined),
    user: loginName(),
    home,
    knownHosts: [join(home, '.ssh/known_hosts'), join(home, '.ssh/known_hosts2'), ...system, ownKnownHosts],
    ownKnownHosts,
    files: createKnownHostsFiles(),
    keyring: {
      home,
      agentSocket: (options.agentSocket ?? process.env['SSH_AUTH_SOCK']) || undefined,
      timeout: loginTimeout,
      isProven: key => proven.has(key.toString('base64')),
    },
    proven,
    limiter: createLimiter(KNOCKING),
    scope: createScope(),
  }
}

import { access } from 'node:fs/promises'
import { HostKeyRefused, HostUnreachable, InventoryError, VariableError } from '../model/error.ts'
import type { Route, SshRoute } from '../model/route.ts'
import { createClientConnection } from './client-connection.ts'
import { expandHome } from './openssh/arguments.ts'
import { insist } from './openssh/knock.ts'
import { jumpsOf, ways } from './openssh/ways.ts'
import { createLimiter } from './ssh/limiter.ts'
import { reason } from './ssh/reason.ts'
import { createScope } from './ssh/scope.ts'
import type { Connection, FreshConnection, Transport } from './transport.ts'

/** What the openssh transport may be told. All times are milliseconds; ssh itself counts them in whole seconds. */
export interface OpensshOptions {
  /** Whether ssh takes and stores the key of a host of which it knows nothing. */
  readonly acceptNew: boolean
  /** An ssh_config in place of the user's and the system's. */
  readonly config?: string
  /** For one address to answer. Default 10 000. */
  readonly connectTimeout?: number
  /** For key exchange and login together. Default 20 000. */
  readonly loginTimeout?: number
  /** Between two pings; a peer that leaves three unanswered is dead. Default 5000. */
  readonly keepalive?: number
  /** Before the first of three more tries after a loss before the login; each waits twice as long. Default 300. */
  readonly backoff?: number
  /** Told of every login on a host, and on each of its jump hosts. */
  readonly onConnection?: (host: string) => void
  /** Told what a person should know although it went well. */
  readonly onWarning?: (message: string) => void
}

/** At one sshd at a time, before they are logged in: below sshd's own `MaxStartups 10:30:100`. */
const KNOCKING = 8

/**
 * Hosts by one spawned `ssh` for each shell, so that all that OpenSSH can do and ssh_config can say is there:
 * certificates, FIDO keys, ProxyCommand, Match. Nothing is shared, so every connection is fresh; a jump host is logged in
 * to for each. Nobody is asked anything: passwords are not for it, and a key with a passphrase must be in the agent.
 *
 * `connect` and `connectFresh` throw HostUnreachable, HostKeyRefused, LoginRefused, an InventoryError if ssh_config is
 * wrong, or a VariableError if the key's file is not there.
 */
export function createOpenssh(options: OpensshOptions): Transport {
  const { onConnection = () => undefined, onWarning = () => undefined, backoff = 300 } = options
  const { connectTimeout = 10_000, loginTimeout = 20_000, keepalive = 5000 } = options
  const settings = { acceptNew: options.acceptNew, config: options.config, connectTimeout, keepalive }
  const limiter = createLimiter(KNOCKING)
  const scope = createScope()

  const world = {
    settings,
    timeout: connectTimeout + loginTimeout,
    backoff,
    onConnection,
    onWarning,
    limiter,
    scope,
  }

  async function take(way: SshRoute): Promise<Connection> {
    const { client, user } = await insist(way, world)
    const connection = createClientConnection({
      address: way.addresses[0] ?? way.host,
      user,
      first: client,
      another: async () => (await insist(way, world)).client,
    })
    const leave = scope.enter(connection.close)
    void connection.lost.then(leave)
    return connection
  }

  async function connect(given: Route): Promise<Connection> {
    const route = opensshRoute(given)
    await findKeys(route)
    const failures: (HostUnreachable | HostKeyRefused)[] = []
    for (const way of ways(route)) {
      try {
        const connection = await take(way)
        const suspects = failures.filter(failure => failure instanceof HostKeyRefused)
        for (const { message } of suspects) onWarning(`${message}; ${connection.address} was used instead`)
        return connection
      } catch (error) {
        if (!(error instanceof HostUnreachable || error instanceof HostKeyRefused)) throw error
        failures.push(error)
      }
    }
    throw gather(route.host, failures)
  }

  return {
    connect,
    // Each is a process, a TCP connection and a key exchange of its own, at every hop.
    connectFresh: async route => (await connect(route)) as FreshConnection,
    close: scope.close,
  }
}

function opensshRoute(route: Route): SshRoute {
  if (route.transport !== 'openssh')
    throw new TypeError(`a route of transport ${route.transport} was given to openssh`)
  for (const jump of jumpsOf(route)) {
    if (jump.transport === 'openssh') continue
    throw new InventoryError(`${route.host} is behind ${jump.host}, which has another transport`, {
      hint: 'Give both `transport: openssh`.',
    })
  }
  return route
}

/** ssh passes over a key that is not there in silence. The public half will do, if an agent or a token has the other. */
async function findKeys(route: SshRoute): Promise<void> {
  for (const { key } of [route, ...jumpsOf(route)]) {
    if (key?.from !== 'file') continue
    const file = expandHome(key.path)
    try {
      await access(file).catch(cause => access(`${file}.pub`).catch(() => Promise.reject(cause)))
    } catch (cause) {
      throw new VariableError(`the key ${key.path} cannot be read: ${reason(cause)}`, {
        cause,
        hint: 'Name the file of a private key with `key:` or --key, or none, to use what ssh_config names.',
      })
    }
  }
}

/** Of several failures, a wrong host key is the one to tell of first. */
function gather(host: string, failures: readonly (HostUnreachable | HostKeyRefused)[]): Error {
  const [first = new HostUnreachable(`${host} has no address`), ...others] = failures
  if (others.length === 0) return first
  const refused = failures.find(failure => failure instanceof HostKeyRefused)
  const message = [...new Set(failures.map(failure => failure.message))].join('; ')
  const { hint, at } = refused ?? first
  return refused
    ? new HostKeyRefused(message, { hint, at, cause: refused })
    : new HostUnreachable(message, { hint, cause: first })
}

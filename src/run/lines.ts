import { setTimeout } from 'node:timers/promises'
import { resolveRoute } from '../inventory/resolve-route.ts'
import type { Fleet, FleetHost } from '../model/fleet.ts'
import type { Route } from '../model/route.ts'
import type { Connection, FreshConnection } from '../transport/transport.ts'
import { passphrase } from './read.ts'
import type { RunRequest } from './request.ts'
import { prefetch, Transports } from './transports.ts'

/** Milliseconds that a host on the same network has to answer before this machine is busy with something else. */
const A_MOMENT = 20

/** The connections of one run. */
export class Lines {
  readonly #request: Pick<RunRequest, 'acceptNew' | 'forks'>
  readonly #transports: Transports
  /** By SSH, as its transport counts them: lost ones, fresh ones and those of a jump host included. */
  readonly #count = new Map<string, number>()
  readonly #ahead = new Map<string, Promise<Connection>>()
  /** Whom to tell of a host that has answered. */
  readonly #answered = new Map<string, () => void>()

  constructor(request: Pick<RunRequest, 'acceptNew' | 'forks'>, onWarning: (message: string) => void) {
    this.#request = request
    this.#transports = new Transports({
      acceptNew: request.acceptNew,
      onConnection: host => {
        this.#count.set(host, (this.#count.get(host) ?? 0) + 1)
        this.#answered.get(host)?.()
      },
      onWarning,
    })
  }

  /**
   * Begins to connect to hosts that will probably be wanted, while the playbook is still being read: loading it keeps this
   * machine busy, not the hosts. Settles when they know that we come. What goes wrong is heard by who wants them.
   */
  async reachOut(fleet: Fleet, names: readonly string[]): Promise<void> {
    prefetch(fleet)
    if (this.#request.acceptNew) return // whose key is to be learnt must be wanted
    const hosts = names.flatMap(name => fleet.hosts.get(name) ?? []).slice(0, this.#request.forks)
    const begin = async (host: FleetHost): Promise<unknown> => {
      const connection = this.#transports.connect(await this.route(host))
      this.#ahead.set(host.name, connection)
      return Promise.race([connection, new Promise<void>(done => this.#answered.set(host.name, done))])
    }
    const all = hosts.filter(({ route }) => route.transport !== 'local').map(begin)
    await Promise.race([Promise.allSettled(all), setTimeout(A_MOMENT, undefined, { ref: false })])
  }

  /** How a host is reached. Throws an InventoryError for what only OpenSSH can do. */
  route(host: FleetHost): Promise<Route> {
    return resolveRoute(host, { passphrase: passphrase() })
  }

  /** A connection to a host: the one that was begun, the first time. */
  connect(host: string, route: Route): Promise<Connection> {
    const begun = this.#ahead.get(host)
    this.#ahead.delete(host)
    return begun ?? this.#transports.connect(route)
  }

  connectFresh(route: Route): Promise<FreshConnection> {
    return this.#transports.connectFresh(route)
  }

  /** Hangs up on hosts that nobody wanted. */
  release(): void {
    for (const connection of this.#ahead.values())
      connection.then(
        unwanted => unwanted.close(),
        () => undefined,
      )
    this.#ahead.clear()
  }

  /** How many there were by SSH; undefined for a host that is reached otherwise. */
  count(host: string): number | undefined {
    return this.#count.get(host)
  }

  /** Hangs up on everybody. Never throws. */
  close(): Promise<void> {
    return this.#transports.close()
  }
}

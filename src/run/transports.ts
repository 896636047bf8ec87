import type { Fleet } from '../model/fleet.ts'
import type { Route } from '../model/route.ts'
import type { Connection, FreshConnection, Transport } from '../transport/transport.ts'
import { stateDir } from './folders.ts'

type Kind = Route['transport']

export interface TransportsOptions {
  /** Learn the keys of hosts never seen before. */
  readonly acceptNew: boolean
  /** Hears of each connection that is opened by SSH, to a host or through it to another. */
  readonly onConnection: (host: string) => void
  /** Hears what is worth knowing and no error, such as an address that showed another host's key. */
  readonly onWarning: (message: string) => void
}

/** Loads what most fleets are reached by while the playbook is still being read. */
export function prefetch({ hosts }: Pick<Fleet, 'hosts'>): void {
  if ([...hosts.values()].some(({ name, route }) => name !== 'localhost' && route.transport === 'ssh'))
    import('../transport/ssh/index.ts').catch(() => undefined)
}

/** The transports of one run, each made when a host first needs it. */
export class Transports {
  readonly #made = new Map<Kind, Promise<Transport>>()
  readonly #options: TransportsOptions

  constructor(options: TransportsOptions) {
    this.#options = options
  }

  async connect(route: Route): Promise<Connection> {
    return (await this.#of(route.transport)).connect(route)
  }

  async connectFresh(route: Route): Promise<FreshConnection> {
    return (await this.#of(route.transport)).connectFresh(route)
  }

  async close(): Promise<void> {
    const made = await Promise.allSettled(this.#made.values())
    await Promise.all(
      made.map(transport => (transport.status === 'fulfilled' ? transport.value.close() : undefined)),
    )
  }

  #of(kind: Kind): Promise<Transport> {
    const transport = this.#made.get(kind) ?? this.#make(kind)
    this.#made.set(kind, transport)
    return transport
  }

  async #make(kind: Kind): Promise<Transport> {
    if (kind === 'local') return (await import('../transport/local.ts')).createLocal()
    if (kind === 'ssh') {
      const { createSsh } = await import('../transport/ssh/index.ts')
      return createSsh({ ...this.#options, stateDir: stateDir() })
    }
    if (kind === 'openssh') {
      const { createOpenssh } = await import('../transport/openssh.ts')
      return createOpenssh(this.#options)
    }
    return (await import('../transport/docker.ts')).createDocker()
  }
}

import { InventoryError } from '../../model/error.ts'
import type { Route, SshRoute } from '../../model/route.ts'
import type { Connection, FreshConnection, Transport } from '../transport.ts'
import { createConnection } from './connection.ts'
import type { Lease } from './pool.ts'
import { createPool } from './pool.ts'
import { reach } from './reach.ts'
import type { SshOptions } from './world.ts'
import { createWorld } from './world.ts'

/**
 * The default transport: the ssh2 package, used so that it fails closed and never hangs. Connections by one route share
 * one login, jump hosts included; fresh ones share nothing.
 *
 * `connect` and `connectFresh` throw HostUnreachable, HostKeyRefused, LoginRefused, or a VariableError for a mistake in a
 * key.
 */
export function createSsh(options: SshOptions): Transport {
  const world = createWorld(options)
  const pool = createPool(route => reach(route, world, pool.leaseJump))

  async function fresh(route: SshRoute): Promise<Lease> {
    const login = await reach(route, world, fresh)
    return { login, release: login.close }
  }

  return {
    async connect(route): Promise<Connection> {
      const way = sshRoute(route)
      return createConnection(await pool.lease(way), () => fresh(way))
    },
    async connectFresh(route) {
      const way = sshRoute(route)
      // The one place where a connection is called fresh: everything in it was opened for it.
      return createConnection(await fresh(way), () => fresh(way)) as FreshConnection
    },
    close: world.scope.close,
  }
}

function sshRoute(route: Route): SshRoute {
  if (route.transport !== 'ssh')
    throw new TypeError(`a route of transport ${route.transport} was given to ssh`)
  for (let jump = route.via; jump; jump = jump.via) {
    if (jump.transport === 'ssh') continue
    throw new InventoryError(`${route.host} is behind ${jump.host}, which has another transport`, {
      hint: `Give both \`transport: ${jump.transport}\`.`,
    })
  }
  return route
}

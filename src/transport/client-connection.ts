import { ConnectionLost } from '../model/error.ts'
import type { Become } from '../model/route.ts'
import type { Channel } from './channel.ts'
import type { Client } from './client.ts'
import { openShell } from './shell.ts'
import type { Connection, Shell } from './transport.ts'

export interface ClientConnectionOptions {
  readonly address: string
  readonly user: string
  /** A client at whose far end the loader waits: what proved that the machine can be had. */
  readonly first: Client
  /** Another such client, to the same address. Rejects with why it cannot be had. */
  readonly another: () => Promise<Client>
}

/** A connection that is a client for each shell. The first shell, whoever's, gets the first client. */
export function createClientConnection({
  address,
  user,
  first,
  another,
}: ClientConnectionOptions): Connection {
  const shells = new Set<Shell>()
  const clients = new Set<Client>()
  let free: Client | undefined = first
  let gone: Error | undefined
  let settle: (cause: Error) => void = () => undefined
  const lost = new Promise<Error>(resolve => {
    settle = cause => {
      gone ??= cause
      resolve(cause)
    }
  })
  const keep = (client: Client): Channel => {
    clients.add(client)
    void client.lost.then(settle)
    void client.channel.closed.then(() => clients.delete(client))
    return client.channel
  }
  keep(first)

  async function further(): Promise<Channel> {
    if (gone) throw gone
    return keep(await another())
  }

  return {
    address,
    user,
    lost,
    shell(become?: Become) {
      const channel = free && !gone ? free.channel : further()
      free = undefined
      const shell = openShell(channel, { become })
      shells.add(shell)
      void shell.closed.then(() => shells.delete(shell))
      return shell
    },
    async close() {
      settle(new ConnectionLost('the connection was closed by us'))
      free?.channel.destroy()
      free = undefined
      await Promise.all([...shells].map(shell => shell.close()))
      await Promise.all([...clients].map(client => client.channel.closed))
    },
  }
}

import { ConnectionLost } from '../../model/error.ts'
import type { Become } from '../../model/route.ts'
import type { Channel } from '../channel.ts'
import { LOADER } from '../loader.ts'
import { openShell } from '../shell.ts'
import type { Connection, Shell } from '../transport.ts'
import { SessionRefused } from './login.ts'
import type { Lease } from './pool.ts'
import { sessionChannel } from './session-channel.ts'

/**
 * A share in a login as a connection. Where sshd allows fewer sessions than we need (`MaxSessions 1`), a further shell
 * gets a login of its own from `another`.
 */
export function createConnection(lease: Lease, another: () => Promise<Lease>): Connection {
  const { login } = lease
  const shells = new Set<Shell>()
  const others = new Set<Lease>()
  let isClosed = false
  let settle: (cause: Error) => void = () => undefined
  const lost = new Promise<Error>(resolve => {
    settle = resolve
  })
  void login.lost.then(settle)

  async function channel(): Promise<Channel> {
    try {
      return sessionChannel(await login.exec(LOADER), login)
    } catch (error) {
      if (isClosed || !(error instanceof SessionRefused && error.isCrowded)) throw error
    }
    const other = await another()
    others.add(other)
    try {
      const stream = await other.login.exec(LOADER)
      // With its only session, when all of that has been read.
      stream.on('close', () => void other.release())
      if (isClosed) await other.release()
      return sessionChannel(stream, other.login)
    } catch (error) {
      await other.release()
      throw error
    }
  }

  return {
    address: login.address,
    user: login.user,
    lost,
    shell(become?: Become) {
      const shell = openShell(channel(), { become })
      shells.add(shell)
      void shell.closed.then(() => shells.delete(shell))
      return shell
    },
    async close() {
      isClosed = true
      settle(new ConnectionLost('the connection was closed by us'))
      await Promise.all([...shells].map(shell => shell.close()))
      await Promise.all([lease, ...others].map(share => share.release()))
    },
  }
}

import type { ClientChannel } from 'ssh2'
import { ConnectionLost } from '../../model/error.ts'
import type { Channel } from '../channel.ts'
import { ShellEnded } from '../channel.ts'
import type { Login } from './login.ts'

/** A command's ssh2 stream as a channel. An exit code that never came is a lost connection, never a success. */
export function sessionChannel(stream: ClientChannel, login: Login): Channel {
  let settle: (cause: Error) => void = () => undefined
  const closed = new Promise<Error>(resolve => {
    settle = resolve
  })
  void login.lost.then(settle)
  stream.on('exit', (code: number | null, signal?: string) =>
    settle(new ShellEnded({ code: code ?? undefined, signal })),
  )
  stream.on('close', () => {
    // When the connection has gone, its own cause is about to come.
    if (!login.isLost) settle(new ConnectionLost('the server closed the session and told no exit code'))
  })

  return {
    stdin: stream,
    stdout: stream,
    stderr: stream.stderr,
    closed,
    destroy() {
      settle(new ConnectionLost('the session was closed by us'))
      // ssh2 tells no end before all is read: what still comes is thrown away.
      stream.resume()
      stream.stderr.resume()
      try {
        stream.close()
      } catch {
        // Its connection has gone, and the session with it.
      }
    },
  }
}

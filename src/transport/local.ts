import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { spawn } from 'node:child_process'
import { ConnectionLost, HostUnreachable } from '../model/error.ts'
import type { Become, Route } from '../model/route.ts'
import type { Channel } from './channel.ts'
import { ShellEnded } from './channel.ts'
import { LOADER } from './loader.ts'
import { loginName } from './login-name.ts'
import { openShell } from './shell.ts'
import type { Connection, FreshConnection, Shell, Transport } from './transport.ts'

/** This machine itself: shells of the user that runs rampart. */
export function createLocal(): Transport {
  const connections = new Set<LocalConnection>()
  const connect = (route: Route): FreshConnection => {
    if (route.transport !== 'local')
      throw new TypeError(`${route.host} is not reached by the local transport`)
    const connection = new LocalConnection()
    connections.add(connection)
    void connection.lost.then(() => connections.delete(connection))
    // There is no login and nothing to share: every connection is fresh.
    return connection as Connection as FreshConnection
  }
  return {
    connect: async route => connect(route),
    connectFresh: async route => connect(route),
    async close() {
      await Promise.all([...connections].map(connection => connection.close()))
    },
  }
}

/**
 * Runs a command as a channel, in a session of its own: a Ctrl-C at the terminal is for us, not for what runs under us,
 * and `destroy` reaches all of it that has not left that session. Our own variables (`RAMPART_PASSWORD`) stay here.
 *
 * @param more Added to its environment; never a secret.
 */
export function spawnChannel(
  file: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Channel {
  const ours = Object.entries(process.env).filter(([name]) => !name.startsWith('RAMPART_'))
  const env = { ...Object.fromEntries(ours), ...more }
  const child = spawn(file, args, { env, detached: true })
  const closed = new Promise<Error>(resolve => {
    child.once('exit', (code, signal) =>
      resolve(new ShellEnded({ code: code ?? undefined, signal: signal ?? undefined })),
    )
    child.on('error', cause =>
      resolve(new HostUnreachable(`${file} cannot be started: ${cause.message}`, { cause })),
    )
  })
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    closed,
    destroy: () => destroy(child),
  }
}

function destroy(child: ChildProcessWithoutNullStreams): void {
  // A child that has ended may have given its number to another.
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      child.kill('SIGKILL') // what sudo made another user's is not ours to kill; it ends with its input
    }
  }
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
}

class LocalConnection implements Connection {
  readonly address = 'localhost'
  readonly user = loginName()
  readonly lost: Promise<Error>
  readonly #shells = new Set<Shell>()
  #tell: (cause: Error) => void = () => undefined
  #closed = false

  constructor() {
    this.lost = new Promise(resolve => {
      this.#tell = resolve
    })
  }

  shell(become?: Become): Shell {
    const channel = this.#closed
      ? Promise.reject<Channel>(new ConnectionLost('the connection was closed'))
      : spawnChannel('/bin/sh', ['-c', LOADER])
    const shell = openShell(channel, { become })
    this.#shells.add(shell)
    void shell.closed.then(() => this.#shells.delete(shell))
    return shell
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#shells].map(shell => shell.close()))
    this.#tell(new ConnectionLost('the connection was closed'))
  }
}

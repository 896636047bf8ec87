import { ConnectionLost, HostUnreachable } from '../model/error.ts'
import type { DockerRoute, Route } from '../model/route.ts'
import type { Arrival } from './arrival.ts'
import { arrive, GREETING, NotArrived } from './arrival.ts'
import { ShellEnded } from './channel.ts'
import type { Client } from './client.ts'
import { startClient } from './client.ts'
import { createClientConnection } from './client-connection.ts'
import { LOADER } from './loader.ts'
import { lastWords } from './noise.ts'
import { createScope } from './ssh/scope.ts'
import type { Connection, FreshConnection, Transport } from './transport.ts'

/**
 * Containers of the engine that this machine's `docker` talks to (`DOCKER_HOST` and contexts count): one `docker exec`
 * for each shell, as the container's own user. There is no login and nothing to share, so every connection is fresh.
 *
 * `connect` and `connectFresh` throw HostUnreachable.
 */
export function createDocker(): Transport {
  const scope = createScope()

  async function enter({ container, host }: DockerRoute): Promise<Arrival & { readonly client: Client }> {
    const client = startClient({
      file: 'docker',
      args: ['exec', '-i', '--', container, '/bin/sh', '-c', LOADER],
      env: { LC_ALL: 'C' },
      explain: (code, said) => loss(code, said, host),
    })
    const leave = scope.enter(client.channel.destroy)
    try {
      return { client, ...(await arrive(client.channel, { login: 0, greeting: GREETING, isIn: () => true })) }
    } catch (failed) {
      client.channel.destroy()
      await client.channel.closed
      throw failed instanceof NotArrived ? refusal(failed, container, host) : failed
    } finally {
      leave()
    }
  }

  async function connect(given: Route): Promise<Connection> {
    if (given.transport !== 'docker')
      throw new TypeError(`a route of transport ${given.transport} was given to docker`)
    const { client, user } = await enter(given)
    const another = async (): Promise<Client> => (await enter(given)).client
    const connection = createClientConnection({ address: given.container, user, first: client, another })
    const leave = scope.enter(connection.close)
    void connection.lost.then(leave)
    return connection
  }

  return {
    connect,
    connectFresh: async route => (await connect(route)) as FreshConnection,
    close: scope.close,
  }
}

/** What the client, or the engine through it, complains of, with the cure. */
const COMPLAINTS: readonly (readonly [RegExp, string])[] = [
  [
    /No such container/,
    'Look at `docker ps --all` for its name, or is it on another engine (DOCKER_HOST, `docker context`)?',
  ],
  [/is not running/, 'Start it: docker start.'],
  [/is paused/, 'Go on with it: docker unpause.'],
  [/is restarting/, 'See why it does not stay up: docker logs.'],
  [/permission denied while trying to connect/i, 'Run as root, or as a member of the group docker.'],
  [
    /Cannot connect to the Docker daemon|error during connect|failed to connect to the docker API/i,
    'Is the engine running (systemctl start docker), and is DOCKER_HOST right?',
  ],
  [
    /\/bin\/sh.*(?:no such file|not found)|executable file not found/,
    'Its image has no /bin/sh, so it cannot be a host.',
  ],
]

function refusal({ end, said }: NotArrived, container: string, host: string): HostUnreachable {
  const who = host === container ? `container ${container}` : `${host} (container ${container})`
  if (end instanceof HostUnreachable) {
    if (!/ENOENT/.test(end.message)) return end
    return new HostUnreachable('there is no docker on this machine, which `transport: docker` needs', {
      cause: end,
      hint: "Install Docker's client (apt install docker.io or docker-cli).",
    })
  }
  if (end === undefined) {
    return new HostUnreachable(`${who} did not start /bin/sh within ${GREETING / 1000} s`, {
      hint: `Try it: docker exec ${container} /bin/sh -c true`,
    })
  }
  const words = lastWords(Buffer.concat([said.stderr, said.stdout])).replace(
    /^Error(?: response from daemon)?: /,
    '',
  )
  const hint = COMPLAINTS.find(([pattern]) => pattern.test(words))?.[1]
  return new HostUnreachable(`${who} cannot be reached: ${words || end.message}`, {
    cause: end,
    hint: hint ?? `Try it: docker exec ${container} /bin/sh -c true`,
  })
}

/** The signals whose numbers are the same everywhere and that end a shell, by number (signal(7)). */
const SIGNALS = new Map([
  [1, 'SIGHUP'],
  [6, 'SIGABRT'],
  [9, 'SIGKILL'],
  [11, 'SIGSEGV'],
  [15, 'SIGTERM'],
])

/** Our sh itself never ends with more than 127: then a signal has ended it, SIGKILL too when its container stops. */
function loss(code: number | undefined, said: string, host: string): Error | undefined {
  const signal = SIGNALS.get((code ?? 0) - 128)
  if (signal !== undefined) return new ShellEnded({ signal })
  const words = said
    .split('\n')
    .findLast(line => /^(?:Error|error|Cannot connect|.*unexpected EOF)/.test(line))
  if (!code || words === undefined) return undefined
  return new ConnectionLost(`the connection to ${host} was lost: ${lastWords(Buffer.from(words))}`)
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** A TCP proxy in front of a port of this machine, with which a test breaks connections. */
export interface TcpProxy {
  readonly port: number
  /** How many connections it has taken. */
  readonly taken: number
  /** How many are open. */
  readonly open: number
  /** How many bytes have gone, either way. */
  readonly bytes: number
  /** Ends both sides in order (FIN). */
  cut(): void
  /** Ends both sides with a RST. */
  reset(): void
  /** Ends only what goes to the client. */
  halfClose(): void
  /** From now on no byte goes either way, and nobody is told. */
  freeze(direction?: 'both' | 'toClient'): void
  /** The same, but only for what is open now. */
  freezeOpen(direction?: 'both' | 'toClient'): void
  /** Bytes go again. */
  thaw(): void
  /** Cuts each further connection when so many bytes have gone to the client. */
  cutAfter(bytes: number): void
  /** Cuts whatever is open once so many more bytes have gone, either way; what is opened afterwards lives. */
  cutOnceAfter(bytes: number): void
  /** Delays every byte by so many milliseconds. */
  delay(ms: number): void
  /** Cuts the next connections, so many, as soon as they are made. */
  cutNext(connections: number): void
  close(): Promise<void>
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
  frozen?: 'both' | 'toClient'
}

/** What is done to every pair. */
interface Weather {
  frozen: 'no' | 'both' | 'toClient'
  /** Bytes to a client, after which it is cut. */
  limit: number
  latency: number
  /** Hears of bytes that go, and answers how many of them may. */
  readonly allow: (bytes: number) => number
}

/** @param host Where the port is; this machine unless said otherwise. */
export async function startTcpProxy(port: number, host = '127.0.0.1'): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  let bytes = 0
  let end = Number.POSITIVE_INFINITY
  const weather: Weather = {
    frozen: 'no',
    limit: Number.POSITIVE_INFINITY,
    latency: 0,
    allow(wanted) {
      const allowed = Math.min(wanted, end - bytes)
      bytes += allowed
      if (bytes >= end) {
        end = Number.POSITIVE_INFINITY
        const doomed = [...pairs]
        setImmediate(() => doomed.forEach(destroy))
      }
      return allowed
    },
  }
  let taken = 0
  let doomed = 0

  const listener: Server = createServer({ allowHalfOpen: true, noDelay: true }, client => {
    taken++
    const server = connect({ port, host, allowHalfOpen: true, noDelay: true })
    const pair: Pair = { client, server }
    pairs.add(pair)
    for (const socket of [client, server]) socket.on('close', () => pairs.delete(pair))
    join(pair, weather)
    if (doomed > 0) {
      doomed--
      destroy(pair)
    }
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')

  const all = (): Socket[] => [...pairs].flatMap(({ client, server }) => [client, server])
  return {
    port: (listener.address() as AddressInfo).port,
    get taken() {
      return taken
    },
    get open() {
      return pairs.size
    },
    get bytes() {
      return bytes
    },
    cut: () => all().forEach(socket => void socket.end()),
    reset: () => all().forEach(socket => void socket.resetAndDestroy()),
    halfClose: () => [...pairs].forEach(({ client }) => void client.end()),
    freeze(direction = 'both') {
      weather.frozen = direction
    },
    freezeOpen(direction = 'both') {
      for (const pair of pairs) pair.frozen = direction
    },
    thaw() {
      weather.frozen = 'no'
    },
    cutAfter(bytes) {
      weather.limit = bytes
    },
    cutOnceAfter(more) {
      end = bytes + more
    },
    delay(ms) {
      weather.latency = ms
    },
    cutNext(connections) {
      doomed = connections
    },
    async close() {
      for (const socket of all()) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}

/** Lets bytes and ends go from one to the other, as the weather allows. */
function join(pair: Pair, weather: Weather): void {
  const { client, server } = pair
  let sent = 0
  const frozen = (): Weather['frozen'] => pair.frozen ?? weather.frozen
  const later = (act: () => void): void => {
    if (weather.latency > 0) setTimeout(act, weather.latency)
    else act()
  }
  client.on('data', bytes =>
    later(() => {
      if (frozen() === 'both' || !server.writable) return
      server.write(bytes.subarray(0, weather.allow(bytes.length)))
    }),
  )
  server.on('data', bytes =>
    later(() => {
      if (frozen() !== 'no') return
      const part = bytes.subarray(0, Math.max(0, Math.min(weather.limit - sent, weather.allow(bytes.length))))
      sent += part.length
      if (part.length > 0 && client.writable) client.write(part)
      if (sent >= weather.limit) destroy(pair)
    }),
  )
  client.on('end', () => later(() => frozen() === 'no' && server.end()))
  server.on('end', () => later(() => frozen() === 'no' && client.end()))
  for (const socket of [client, server]) {
    socket.on('error', () => undefined)
    socket.on('close', () => frozen() === 'no' && destroy(pair))
  }
}

function destroy({ client, server }: Pair): void {
  client.destroy()
  server.destroy()
}

/** A port of this machine that answers no connection, as if a firewall dropped it: a full queue that nobody empties. */
export async function startBlackhole(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const program = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port) })`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line)
  child.kill('SIGSTOP')
  const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined))
  // Two get through; the others show that the queue is full by not getting through.
  await Promise.all(fillers.slice(0, 2).map(socket => once(socket, 'connect')))
  return {
    port,
    async close() {
      for (const socket of fillers) socket.destroy()
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}

/** A port of this machine on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

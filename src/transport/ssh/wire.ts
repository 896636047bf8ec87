import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Client, ConnectConfig, NegotiatedAlgorithms } from 'ssh2'
import ssh2 from 'ssh2'
import type { Greeting } from './kexinit.ts'
import { createListener } from './kexinit.ts'
import { printable, reason, seconds } from './reason.ts'

/** An ssh2 client on a socket: whatever happens to it, `gone` settles. */
export interface Wire {
  readonly client: Client
  /** The first key exchange is done. Never settles if it fails; `gone` does. */
  readonly handshake: Promise<NegotiatedAlgorithms>
  /** We are logged in. Never settles if that fails; `gone` does. */
  readonly ready: Promise<void>
  /** Settles once, when no more can come or go, with why; never rejects. */
  readonly gone: Promise<Error>
  /** Why it is gone; undefined: it is not. */
  readonly cause: Error | undefined
  /** What the server said before encryption. */
  greeting(): Greeting
  /** Ends it at once, for this reason. */
  drop(cause: Error): void
  /** Says goodbye, waits a moment, then ends it. Never throws. */
  end(cause: Error): Promise<void>
}

/** How often a silent peer is pinged, and after how long a silence it is dead. */
export interface Pulse {
  /** Milliseconds between pings. */
  readonly interval: number
  /** Intervals without a single byte from the peer, after which the connection is given up. */
  readonly patience: number
}

/** The peer's own reason for ending the connection, from its disconnect message (RFC 4253 11.1). */
export class Farewell extends Error {}

/** How long a goodbye may take, in ms. */
const GOODBYE = 500
/** The pulse is looked at so many times an interval. */
const LOOKS = 4

/**
 * Starts ssh2 on an open socket. ssh2 by itself forgets to tell: a connection that dies gives `close` and no error, a
 * frozen peer nothing at all, a closed one that it no longer answers: all of it ends here.
 * `minor` is told of errors that do not end the connection.
 */
export function startWire(
  socket: Duplex,
  config: ConnectConfig,
  pulse: Pulse,
  minor: (error: Error) => void,
): Wire {
  const client = new ssh2.Client()
  const listener = createListener()
  let cause: Error | undefined
  let heard = true
  let timer: NodeJS.Timeout | undefined
  let settle: (error: Error) => void = () => undefined
  const gone = new Promise<Error>(resolve => {
    settle = resolve
  })

  function drop(why: Error): void {
    clearInterval(timer)
    cause ??= why
    settle(cause)
    socket.destroy()
  }

  // These stay for good: errors may come after the end, and one without a listener would end the process.
  client.on('error', (error: Error & { level?: string; code?: unknown }) => {
    if (error.level === 'agent' || /^Error (?:while )?signing/.test(error.message)) minor(error)
    else drop(typeof error.code === 'number' ? new Farewell(printable(error.message)) : error)
  })
  client.on('end', () => drop(new Error('closed by the other side')))
  client.on('close', () => drop(new Error('closed by the other side')))
  socket.on('error', drop)

  const handshake = new Promise<NegotiatedAlgorithms>(resolve => client.on('handshake', resolve))
  const ready = new Promise<void>(resolve => client.on('ready', resolve)).then(() => {
    let silent = 0
    timer = setInterval(() => {
      silent = heard ? 0 : silent + 1
      heard = false
      if (silent < pulse.patience * LOOKS) return
      drop(new Error(`no sign of life for ${seconds(pulse.patience * pulse.interval)}`))
    }, pulse.interval / LOOKS)
    if (cause) clearInterval(timer)
  })

  try {
    client.connect({
      ...config,
      sock: socket,
      // Deadlines are ours. ssh2 pings; it would count a ping as lost that waits behind our own data, so we judge.
      readyTimeout: 0,
      keepaliveInterval: pulse.interval,
      keepaliveCountMax: Number.MAX_SAFE_INTEGER,
    })
    // ssh2 has paused the socket, so that this misses nothing.
    socket.on('data', (bytes: Buffer) => {
      heard = true
      listener.add(bytes)
    })
  } catch (error) {
    drop(error instanceof Error ? error : new Error(reason(error)))
  }

  return {
    client,
    handshake,
    ready,
    gone,
    get cause() {
      return cause
    },
    greeting: listener.greeting,
    drop,
    async end(why) {
      if (cause === undefined) {
        cause = why
        settle(why)
        clearInterval(timer)
        const closed = once(client, 'close').catch(() => undefined)
        try {
          client.end()
        } catch {
          // It was gone already.
        }
        await waitAtMost(closed, GOODBYE)
      }
      socket.destroy()
    },
  }
}

async function waitAtMost(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    promise,
    new Promise(resolve => {
      timer = setTimeout(resolve, ms)
    }),
  ])
  clearTimeout(timer)
}

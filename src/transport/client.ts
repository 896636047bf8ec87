import type { Readable } from 'node:stream'
import { finished } from 'node:stream'
import { ConnectionLost } from '../model/error.ts'
import type { Channel } from './channel.ts'
import { ShellEnded } from './channel.ts'
import { spawnChannel } from './local.ts'

/** A spawned program that carries a channel to another machine. */
export interface Client {
  readonly channel: Channel
  /** Settles if it has lost its machine, and not because of us, with the cause; never rejects. */
  readonly lost: Promise<Error>
}

export interface ClientOptions {
  readonly file: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /**
   * What its end means, by its exit code and the last that came on stderr: a ShellEnded if the far shell has ended, any
   * other if the machine was lost; undefined: the far shell has ended with that code.
   */
  readonly explain: (code: number | undefined, said: string) => Error | undefined
}

/** How much of stderr is kept: the client has the last word there. */
const TAIL = 4096
/** How long what it said may still come after its end, in milliseconds: a child of its own may hold the stream. */
const DRAIN = 250

/** Starts one. That it ends is not that the far shell ended: `explain` tells them apart. */
export function startClient({ file, args, env, explain }: ClientOptions): Client {
  const spawned = spawnChannel(file, args, env)
  let tail = Buffer.alloc(0)
  spawned.stderr.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-TAIL)
  })
  let isOurs = false
  let tell: (cause: Error) => void = () => undefined
  const lost = new Promise<Error>(resolve => {
    tell = resolve
  })

  const closed = spawned.closed.then(async end => {
    if (!(end instanceof ShellEnded)) return end
    await drained(spawned.stderr)
    const meant =
      // It was the client on this machine that was killed, and not the far shell.
      end.signal === undefined
        ? explain(end.code, tail.toString())
        : new ConnectionLost(`${file} was killed by ${end.signal}`)
    if (meant === undefined) return end
    if (!isOurs && !(meant instanceof ShellEnded)) tell(meant)
    return meant
  })

  return {
    lost,
    channel: {
      stdin: spawned.stdin,
      stdout: spawned.stdout,
      stderr: spawned.stderr,
      closed,
      destroy() {
        isOurs = true
        spawned.destroy()
      },
    },
  }
}

function drained(stream: Readable): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, DRAIN)
    finished(stream, { writable: false }, () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

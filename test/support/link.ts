import { PassThrough } from 'node:stream'
import type { Channel } from '../../src/transport/channel.ts'
import { LOADER } from '../../src/transport/loader.ts'
import { login } from './far.ts'

/** A channel whose other ends the test holds. */
interface Pipes extends Channel {
  readonly stdin: PassThrough
  readonly stdout: PassThrough
  readonly stderr: PassThrough
}

/** A channel to a real sh, by a link that can be cut. */
export interface Link extends Pipes {
  /** How many times something was written. */
  readonly writes: number
  /** The link is gone for both sides: we are told with this error, the far side sees the end of its input. */
  cut(error: Error): void
  /** From now on so many more bytes reach the far side, then it sees the end of its input. */
  allow(bytes: number): void
  /** Settles when the far side has ended. */
  readonly ended: Promise<Error>
}

/** Starts a real sh behind a {@link Link}. */
export function link(): Link {
  const far = login('sh', LOADER)
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  let tell: (error: Error) => void = () => undefined
  let writes = 0
  let left = Number.POSITIVE_INFINITY
  let open = true
  const closed = new Promise<Error>(resolve => {
    tell = resolve
  })
  const write = stdin.write.bind(stdin)
  stdin.write = (...args: unknown[]) => {
    writes++
    return write(...(args as Parameters<typeof write>))
  }
  stdin.on('data', (chunk: Buffer) => {
    if (left <= 0) return
    const sent = chunk.subarray(0, left)
    left -= sent.length
    if (!far.stdin.write(sent) && left > 0) {
      stdin.pause()
      far.stdin.once('drain', () => stdin.resume())
    }
    if (left <= 0) far.stdin.end()
  })
  stdin.on('end', () => far.stdin.end())
  far.stdin.on('error', () => undefined)
  far.stdout.on('data', chunk => open && stdout.write(chunk)).on('end', () => open && stdout.end())
  far.stderr.on('data', chunk => open && stderr.write(chunk)).on('end', () => open && stderr.end())
  void far.closed.then(error => open && tell(error))
  return {
    stdin,
    stdout,
    stderr,
    closed,
    ended: far.closed,
    get writes() {
      return writes
    },
    allow(bytes) {
      left = bytes
    },
    cut(error) {
      open = false
      left = 0
      far.stdin.end()
      for (const stream of [stdout, stderr]) stream.destroy()
      tell(error)
    },
    // Like an ssh channel: the far process is told nothing but that its input has ended.
    destroy() {
      open = false
      far.stdin.end()
      for (const stream of [stdin, stdout, stderr]) stream.destroy()
    },
  }
}

/** A channel behind which there is nobody. */
export function silence(): Pipes & { end(error: Error): void } {
  let tell: (error: Error) => void = () => undefined
  const closed = new Promise<Error>(resolve => {
    tell = resolve
  })
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  return {
    stdin,
    stdout,
    stderr,
    closed,
    end: error => tell(error),
    destroy() {
      for (const stream of [stdin, stdout, stderr]) stream.destroy()
    },
  }
}

import { randomBytes } from 'node:crypto'
import { Capture } from './capture.ts'
import type { Channel } from './channel.ts'
import { AWAIT, program } from './loader.ts'

/**
 * Milliseconds that a login shell has to start ours. One that ends says so at once; this is for those that hang, and a
 * healthy host whose processors are all busy may take seconds to run its startup files.
 */
export const GREETING = 15_000

/** How long a spawned client may take to bring us to a far sh. */
export interface ArrivalRules {
  /** Milliseconds until `isIn`. */
  readonly login: number
  /** Milliseconds from then on, for the login shell to start ours. */
  readonly greeting: number
  /** Whether the client has logged in, by what came on stderr so far. */
  readonly isIn: (said: string) => boolean
}

/** Who answered at the far end of a channel. */
export interface Arrival {
  /** As whom the far shell runs. */
  readonly user: string
  /** What came on stderr on the way: the last words of the client. */
  readonly said: string
}

/** Why nobody answered at the far end of a channel. */
export class NotArrived extends Error {
  /** Whether the client had logged in before. */
  readonly isIn: boolean
  /** How the channel ended; undefined: it did not end in time. */
  readonly end: Error | undefined
  /** What came on stdout and stderr. */
  readonly said: { readonly stdout: Buffer; readonly stderr: Buffer }

  constructor(given: Pick<NotArrived, 'isIn' | 'end' | 'said'>) {
    super('nobody answered', { cause: given.end })
    this.isIn = given.isIn
    this.end = given.end
    this.said = given.said
  }
}

/** How much of what is thrown away is kept, for an error. */
const NOISE = 8192
/** More than a mark with a user's name has: `useradd` stops at 256. */
const MARK = 512

/**
 * Waits until the loader at the other end of a channel takes lines, and resolves with who it runs as. The far
 * end then waits for a line again, exactly as if nothing had been sent, so that `openShell` can take the channel, for
 * whatever user. What startup files printed until then is gone. Rejects with {@link NotArrived}; the caller destroys
 * the channel.
 */
export function arrive(channel: Channel, rules: ArrivalRules): Promise<Arrival> {
  const nonce = randomBytes(16).toString('hex')
  // The line itself, if something echoes it, holds a quote where the name must be.
  const mark = new RegExp(`${nonce} ([^\\s"]+)\\n`)
  const noise = { stdout: new Capture(NOISE), stderr: new Capture(NOISE) }
  let tail = ''
  let isIn = rules.isIn('')

  return new Promise((resolve, reject) => {
    let timer = setTimeout(() => fail(undefined), isIn ? rules.greeting : rules.login)
    const leave = (): void => {
      clearTimeout(timer)
      channel.stdout.off('data', onStdout)
      channel.stderr.off('data', onStderr)
    }
    const fail = (end: Error | undefined): void => {
      leave()
      const said = { stdout: noise.stdout.bytes(), stderr: noise.stderr.bytes() }
      reject(new NotArrived({ isIn, end, said }))
    }
    const onStdout = (chunk: Buffer): void => {
      noise.stdout.add(chunk)
      tail += chunk.toString('latin1')
      const user = mark.exec(tail)?.[1]
      tail = tail.slice(-MARK)
      if (user === undefined) return
      leave()
      resolve({ user: Buffer.from(user, 'latin1').toString(), said: noise.stderr.bytes().toString() })
    }
    const onStderr = (chunk: Buffer): void => {
      noise.stderr.add(chunk)
      if (isIn || !rules.isIn(noise.stderr.bytes().toString())) return
      isIn = true
      clearTimeout(timer)
      timer = setTimeout(() => fail(undefined), rules.greeting)
    }
    channel.stdout.on('data', onStdout)
    channel.stderr.on('data', onStderr)
    for (const stream of [channel.stdin, channel.stdout, channel.stderr]) stream.on('error', () => undefined)
    void channel.closed.then(fail)
    channel.stdin.write(program(`printf "%s %s\\n" ${nonce} "$(id -un 2>/dev/null || echo "?")"`, AWAIT))
  })
}

import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream'
import { ConnectionLost, PlaybookError } from '../model/error.ts'
import type { Become } from '../model/route.ts'
import { GREETING } from './arrival.ts'
import type { Channel } from './channel.ts'
import { ShellEnded } from './channel.ts'
import { Deadline } from './deadline.ts'
import { driver } from './loader.ts'
import { Opening } from './opening.ts'
import { Outbox } from './outbox.ts'
import type { Job } from './replies.ts'
import { Replies } from './replies.ts'
import { Splitter } from './splitter.ts'
import type { Ending, Script, Shell } from './transport.ts'

export interface ShellOptions {
  /** As whom; none: as who logged in. */
  readonly become?: Become | undefined
  /** Milliseconds that the login shell has to start ours, from when there is a channel. Default {@link GREETING}. */
  readonly greeting?: number
  /** Milliseconds that sudo has from then on, the wait for its password prompt included. Default 20 000. */
  readonly becoming?: number
  /** The sh that sudo is to start. Default `/bin/sh`. */
  readonly sh?: string
}

/** How long output may still come after the end of the process, in milliseconds: a child left behind may never end it. */
const DRAIN = 250
/** How long the reason may take to come when a stream has ended before its channel, and a closed shell to go. */
const GRACE = 2000

/**
 * The framed shell: one long-lived sh at the other end of a channel whose login shell was given `LOADER`. Returns at
 * once; scripts can be sent before there is a channel, and before the sh has greeted.
 *
 * Its promises settle in every case. They reject only if the sh never began: the channel could not be had (its own
 * error), the login shell did not start it (LoginRefused), sudo refused (BecomeRefused). When it ends otherwise, the
 * script whose turn it was is `signalled` or `timed-out` if that was the reason; any other that was sent is `lost`, as
 * it may have run; and one that was not sent is `never-started`. A file that cannot be sent to its end closes the
 * shell; one that is unfit before its script is sent makes that script `never-started`, and the others go on.
 */
export function openShell(channel: Channel | Promise<Channel>, options: ShellOptions = {}): Shell {
  const shell = new FramedShell(options)
  if (channel instanceof Promise) channel.then(ready => shell.begin(ready), shell.refuse)
  else shell.begin(channel)
  return shell
}

class FramedShell implements Shell {
  readonly closed: Promise<Error>
  readonly #options: ShellOptions
  readonly #nonce = randomBytes(16).toString('hex')
  readonly #outbox: Outbox
  readonly #replies = new Replies()
  readonly #deadline = new Deadline()
  #channel: Channel | undefined
  #opening: Opening | undefined
  #frames = 0
  #tell: (cause: Error) => void = () => undefined
  /** Why the sh never began. */
  #refusal: Error | undefined
  /** Why no more is taken. */
  #closing: Error | undefined
  #finished = false
  /** Why the channel ended, while output may still come, and until when it may. */
  #cause: Error | undefined
  #last: NodeJS.Timeout | undefined
  #streams = 2

  constructor(options: ShellOptions) {
    this.#options = options
    this.closed = new Promise(resolve => {
      this.#tell = resolve
    })
    this.#outbox = new Outbox({
      nonce: this.#nonce,
      sending: jobs => {
        this.#frames++
        const ids = jobs.map(job => this.#replies.add(job))
        this.#turn()
        return ids
      },
      broken: error => this.#finish(error),
    })
  }

  get frames(): number {
    return this.#frames
  }

  exchange(scripts: readonly Script[]): readonly Promise<Ending>[] {
    const jobs: Job[] = []
    const endings = scripts.map(
      script =>
        new Promise<Ending>((settle, refuse) => {
          const cause = this.#closing ?? mistake(script)
          if (this.#refusal) refuse(this.#refusal)
          else if (cause) settle({ kind: 'never-started', cause })
          else jobs.push({ script, settle, refuse })
        }),
    )
    if (jobs.length > 0) this.#outbox.put(jobs)
    return endings
  }

  /** Ends at once what is under way; an idle shell has a moment to end by itself. */
  async close(): Promise<void> {
    const cause = new ConnectionLost('the shell was closed')
    if (this.#channel === undefined || this.#replies.head || !this.#outbox.idle) this.#finish(cause)
    if (this.#closing === undefined) {
      this.#closing = cause
      this.#opening?.stop()
      this.#outbox.stop()
      this.#channel?.stdin.end()
      this.#within(GRACE, cause)
    }
    await this.closed
  }

  begin(channel: Channel): void {
    for (const stream of [channel.stdin, channel.stdout, channel.stderr]) stream.on('error', () => undefined)
    if (this.#finished) {
      channel.destroy()
      return
    }
    this.#channel = channel
    const opening = this.#opened(channel)
    this.#listen('stdout', channel.stdout, opening)
    this.#listen('stderr', channel.stderr, opening)
    channel.stdin.on('error', error =>
      this.#broke(`the far shell takes no more input: ${error.message}`, error),
    )
    channel.closed.then(cause => this.#left(cause), this.refuse)
    this.#outbox.attach(channel.stdin, opening.lines, this.#options.become?.password ? 'ahead' : 'open')
  }

  /** The sh will never begin: everything rejects with this. */
  readonly refuse = (error: Error): void => {
    if (!this.#finished) this.#refusal = error
    this.#finish(error)
  }

  #opened(channel: Channel): Opening {
    const { become, sh = '/bin/sh', greeting = GREETING, becoming = 20_000 } = this.#options
    const opening = new Opening(
      { nonce: this.#nonce, become, sh, greeting, becoming },
      {
        write: text => channel.stdin.write(text),
        endInput: () => channel.stdin.end(),
        pause: () => this.#outbox.shut(),
        again: () => this.#outbox.open(driver(this.#nonce)),
        began: () => {
          this.#outbox.open()
          this.#turn()
        },
        failed: this.refuse,
      },
    )
    this.#opening = opening
    return opening
  }

  #listen(name: 'stdout' | 'stderr', stream: Readable, opening: Opening): void {
    const splitter = new Splitter(this.#nonce, {
      body: bytes => (opening.greeted(name) ? this.#replies : opening).body(name, bytes),
      mark: (id, code) => {
        if (!opening.greeted(name)) opening.mark(name, code)
        else if (!this.#replies.mark(name, id, code)) this.#broke('the far shell answered out of turn')
      },
    })
    stream.on('data', (chunk: Buffer) => {
      opening.chunk(name, chunk)
      splitter.push(chunk)
      this.#turn()
    })
    finished(stream, { writable: false }, () => {
      this.#streams--
      if (this.#cause && this.#streams === 0) this.#gone(this.#cause)
      else this.#broke('the far shell closed its output')
    })
  }

  /** Starts the deadline of the script whose turn it is. */
  #turn(): void {
    const head = this.#opening?.done && !this.#finished ? this.#replies.head : undefined
    this.#deadline.watch(head, ms =>
      this.#finish(
        new ConnectionLost(`the shell was closed, as a script had not ended after ${ms / 1000} s`),
        {
          kind: 'timed-out',
        },
      ),
    )
  }

  /** Something is wrong with a stream. The channel mostly knows the reason, a moment later. */
  #broke(message: string, cause?: Error): void {
    if (this.#last === undefined) this.#within(GRACE, new ConnectionLost(message, { cause }))
  }

  #left(cause: Error): void {
    this.#cause = cause
    if (this.#streams === 0) this.#gone(cause)
    else this.#within(DRAIN, cause)
  }

  #within(ms: number, cause: Error): void {
    clearTimeout(this.#last)
    if (!this.#finished) this.#last = setTimeout(() => this.#gone(cause), ms)
  }

  #gone(cause: Error): void {
    const refusal = this.#opening?.done ? undefined : this.#opening?.explain(cause)
    const signal = cause instanceof ShellEnded ? cause.signal : undefined
    if (this.#closing) this.#finish(this.#closing)
    else if (refusal) this.refuse(refusal)
    else this.#finish(cause, signal === undefined ? undefined : { kind: 'signalled', signal })
  }

  /** @param first How the script whose turn it was has ended, if that is known. */
  #finish(cause: Error, first?: Ending): void {
    if (this.#finished) return
    this.#finished = true
    this.#closing ??= cause
    clearTimeout(this.#last)
    this.#deadline.watch(undefined)
    this.#opening?.stop()
    const [sent, unsent] = [this.#replies.take(), this.#outbox.stop()]
    if (this.#refusal) for (const job of [...sent, ...unsent]) job.refuse(this.#refusal)
    for (const [at, job] of sent.entries()) job.settle(at === 0 && first ? first : { kind: 'lost', cause })
    for (const job of unsent) job.settle({ kind: 'never-started', cause })
    this.#channel?.destroy()
    this.#tell(this.#closing)
  }
}

/** What a script must not be. */
function mistake({ text, inShell, stdin }: Script): Error | undefined {
  if (text.includes('\0')) {
    return new PlaybookError('a script holds a NUL byte', { hint: 'Pass binary data as stdin.' })
  }
  return inShell && stdin
    ? new PlaybookError('a script that runs in the shell itself has no stdin')
    : undefined
}

import { randomBytes } from 'node:crypto'
import { BecomeRefused, HostKeyRefused, HostUnreachable, LoginRefused } from '../model/error.ts'
import type { Become } from '../model/route.ts'
import { Capture } from './capture.ts'
import { ShellEnded } from './channel.ts'
import { driver } from './loader.ts'
import { lastWords } from './noise.ts'
import { accepts, asks, bootstrap, Needle, noSudo, refusal, STAGE } from './sudo.ts'

type Stream = 'stdout' | 'stderr'

/** What an {@link Opening} does to the shell that it opens. */
export interface OpeningPort {
  /** Writes to the far input at once, past whatever waits. */
  write(text: string): void
  /** Ends the far input. */
  endInput(): void
  /** Nothing may be written now but by `write`: sudo is about to read. */
  pause(): void
  /** What was written behind the first lines was thrown away unread: writes it again, and what waits. */
  again(): void
  /** The driver has greeted. */
  began(): void
  /** It will never greet. */
  failed(error: Error): void
}

export interface OpeningOptions {
  readonly nonce: string
  readonly become: Become | undefined
  readonly sh: string
  /** Milliseconds that the login shell has to start ours. */
  readonly greeting: number
  /** Milliseconds that sudo has from then on. */
  readonly becoming: number
}

/** How much is kept of what is thrown away, for the error. */
const NOISE = 8192

/** A channel that ends with one of these has never had a process: what `openssh` finds out only when it has started. */
const NEVER = [HostUnreachable, HostKeyRefused, LoginRefused] as const

/** From a login shell to the driver's greeting: throws away what startup files print, becomes the user, knows why not. */
export class Opening {
  readonly #options: OpeningOptions
  readonly #port: OpeningPort
  readonly #token = randomBytes(12).toString('hex')
  readonly #prompt = new Needle(asks(this.#token))
  readonly #accepted = new Needle(accepts(this.#token))
  #noise = { stdout: new Capture(NOISE), stderr: new Capture(NOISE) }
  #phase: 'login' | 'becoming' | 'password' | 'done' = 'login'
  #prompts = 0
  readonly #greetings = new Set<Stream>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: OpeningOptions, port: OpeningPort) {
    this.#options = options
    this.#port = port
    this.#arm(options.greeting)
  }

  /** What the far shell is sent first. */
  get lines(): string {
    const { become, nonce, sh } = this.#options
    return `${become ? bootstrap(nonce, this.#token, become, sh) : ''}${driver(nonce)}`
  }

  get done(): boolean {
    return this.#phase === 'done'
  }

  /** Every chunk, before it is split: sudo's prompt is no mark. */
  chunk(stream: Stream, chunk: Buffer): void {
    if (this.#phase !== 'password') return
    if (stream === 'stdout') {
      if (this.#accepted.count(chunk) > 0) this.#climbed()
      return
    }
    for (let left = this.#prompt.count(chunk); left > 0; left--) this.#asked()
  }

  body(stream: Stream, bytes: Buffer): void {
    this.#noise[stream].add(bytes)
  }

  /** Whether the greeting has come on that stream: what follows is the scripts'. */
  greeted(stream: Stream): boolean {
    return this.#greetings.has(stream)
  }

  /** A mark before the greeting, or the greeting itself: one of script 0. */
  mark(stream: Stream, stage: number): void {
    // Sudo's own message begins behind the mark that says that sudo's turn has come.
    if (stream === 'stderr' && stage === STAGE.begun) this.#noise.stderr = new Capture(NOISE)
    if (stage === STAGE.greeted) this.#greets(stream)
    // Its message has come whole when the mark behind it has.
    else if (stage === STAGE.refused && stream === 'stderr') this.#port.failed(this.#refusal())
    else if (stream === 'stdout') this.#stage(stage)
  }

  #stage(stage: number): void {
    if (stage === STAGE.begun) {
      this.#phase = 'becoming'
      this.#arm(this.#options.becoming)
    } else if (stage === STAGE.passwordWanted) {
      this.#phase = 'password'
      this.#port.pause()
      this.#port.write(`\n${this.#options.nonce}\n`)
    } else if (stage === STAGE.noSudo && this.#options.become) {
      this.#port.failed(noSudo(this.#options.become))
    }
  }

  /** Ends the wait. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  /** Why there was no greeting, if that is because the process ended; nothing if the way to it has gone. */
  explain(cause: Error): Error | undefined {
    if (NEVER.some(never => cause instanceof never)) return cause
    if (!(cause instanceof ShellEnded)) return undefined
    if (this.#phase !== 'login') return this.#refusal()
    const how = cause.signal ?? (cause.code === undefined ? '' : `exit code ${cause.code}`)
    return this.#notStarted(`the login shell ended${how && ` (${how})`} without starting /bin/sh`, cause)
  }

  #greets(stream: Stream): void {
    this.#greetings.add(stream)
    if (this.#greetings.size < 2) return
    this.#phase = 'done'
    this.stop()
    this.#port.began()
  }

  /** A second prompt says that the password was wrong. Another line would be the next guess, so there is none. */
  #asked(): void {
    this.#prompts++
    const value = this.#prompts > 1 ? undefined : this.#options.become?.password?.reveal()
    if (value === undefined) this.#port.endInput()
    else if (/[\n\0]/.test(value)) this.#port.failed(notOneLine())
    else this.#port.write(`${value}\n`)
  }

  #climbed(): void {
    this.#phase = 'becoming'
    this.#port.again()
  }

  #arm(ms: number): void {
    this.stop()
    this.#timer = setTimeout(() => this.#port.failed(this.#late(ms / 1000)), ms)
  }

  #late(seconds: number): Error {
    if (this.#phase === 'login') {
      return this.#notStarted(`the login shell did not start /bin/sh within ${seconds} s`)
    }
    const said = this.#said('stderr')
    return new BecomeRefused(
      `cannot become ${this.#options.become?.user}: sudo did not finish within ${seconds} s${said && `; it said: ${said}`}`,
      { hint: 'Look at sudo on the host: its host name lookup, its PAM modules, what it asks for.' },
    )
  }

  #refusal(): Error {
    const { become } = this.#options
    if (become === undefined) return this.#notStarted('the login shell did not start /bin/sh')
    return refusal({ become, prompts: this.#prompts, said: this.#said('stderr') })
  }

  #said(stream: Stream): string {
    return lastWords(this.#noise[stream].bytes()).replaceAll(asks(this.#token), '')
  }

  #notStarted(message: string, cause?: Error): LoginRefused {
    const said = [this.#said('stdout'), this.#said('stderr')].filter(text => text !== '')
    return new LoginRefused(`${message}${said.length > 0 ? `; it said: ${said.join(' / ')}` : ''}`, {
      cause,
      hint: 'Its login shell may be nologin or a restricted one (getent passwd), or one of its startup files exits or reads standard input.',
    })
  }
}

function notOneLine(): Error {
  return new BecomeRefused('the become password holds a newline or a NUL', {
    hint: 'sudo reads one line. Take the newline from the end of the file or variable that it comes from.',
  })
}

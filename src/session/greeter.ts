import { CheckFailed } from '../model/error.ts'
import { quote } from '../model/quote.ts'
import type { Script } from '../transport/transport.ts'
import { heldOrThrow } from './lock.ts'
import type { ProcessId } from './prelude.ts'
import { prelude } from './prelude.ts'
import type { Exited } from './waiting.ts'

export interface GreeterOptions {
  readonly host: string
  /** The run's id. */
  readonly run: string
  /** Who is running, for others who find the host locked. None: the host is not locked (`--check`). */
  readonly owner: string | undefined
  /** The user whose shell holds the lock. */
  readonly user: string
}

/** Milliseconds between a lock holder's signs of life. */
const HEARTBEAT = 20_000

/**
 * What is said to each new shell of a host, and what it answers. A shell that comes after a lost one ends that one,
 * which may not know yet that nobody listens, and takes the lock over from it.
 */
export class Greeter {
  readonly #options: GreeterOptions
  /** Of each user: root's shell could end all others, and those of one another are no predecessors. */
  readonly #shells = new Map<string, ProcessId[]>()
  #heart: NodeJS.Timeout | undefined

  constructor(options: GreeterOptions) {
    this.#options = options
  }

  get user(): string {
    return this.#options.user
  }

  /** The run's id. */
  get run(): string {
    return this.#options.run
  }

  /** The user whose shell holds the lock; undefined if the host is not locked. */
  get holder(): string | undefined {
    return this.#options.owner === undefined ? undefined : this.#options.user
  }

  greeting(user: string): Script {
    const { run, owner } = this.#options
    const hold = this.#holds(user) ? `\n_hold ${quote(owner ?? '')}` : ''
    return { text: prelude(run, this.#shells.get(user)) + hold, inShell: true, timeout: 60_000 }
  }

  /** Throws a HostLocked, or a CheckFailed if the shell did not understand. */
  greeted(user: string, ending: Exited): void {
    const [identity = '', ...said] = Buffer.from(ending.stdout).toString().split('\n')
    const [pid, born] = identity.split(' ').map(Number)
    const complaint = Buffer.from(ending.stderr).toString()
    if (!pid || !born) {
      throw new CheckFailed(`the shell of ${this.#options.host} could not be set up: ${complaint.trim()}`, {
        hint: 'It needs a POSIX sh as /bin/sh, and /proc.',
      })
    }
    this.#shells.set(user, [...(this.#shells.get(user) ?? []), { pid, born }])
    if (this.#holds(user)) heldOrThrow(said.join('\n'), complaint, this.#options.host)
  }

  /** Keeps the lock alive while nothing else is sent. */
  beat(send: (script: Script, user: string) => void): void {
    if (this.#options.owner === undefined) return
    this.#heart = setInterval(() => {
      send({ text: '_beat', inShell: true, timeout: 60_000 }, this.#options.user)
    }, HEARTBEAT)
    this.#heart.unref()
  }

  rest(): void {
    clearInterval(this.#heart)
  }

  #holds(user: string): boolean {
    return user === this.holder
  }
}

import type { TransactionReport } from '../guard/transaction.ts'
import type { Command } from '../model/command.ts'
import { CheckFailed, ConnectionLost, StepFailed } from '../model/error.ts'
import type { Facts } from '../model/facts.ts'
import type { Step, Steps } from '../model/plan.ts'
import { isUpload } from '../model/plan.ts'
import type { Reply } from '../model/probe.ts'
import type { Ending } from '../transport/transport.ts'
import { deadline } from './deadlines.ts'
import { Epoch } from './epoch.ts'
import type { Greeter } from './greeter.ts'
import type { Line } from './line.ts'
import type { Wakes } from './mutation.ts'
import { mutation, noting, striking } from './mutation.ts'
import {
  excerpt,
  hasFailedStep,
  NotBegun,
  stepFailed,
  tooLong,
  toReply,
  unanswered,
  wasSkipped,
} from './reply.ts'
import { compose, reboots, stdinOf } from './steps.ts'

/** As whom a mutation is made, and what it leaves on the host besides its effect. */
export interface WriteOptions extends Wakes {
  readonly user: string
  /** Run all of it as one transient unit of this name. */
  readonly unit?: string | undefined
  /** Milliseconds that it may take at most, whatever its steps say. */
  readonly limit?: number | undefined
  /** Only if the write before this one has succeeded; both were asked for in one turn. Else it throws a NotBegun. */
  readonly chained?: boolean
}

/** What the host said in its first frame. */
export interface Hello {
  readonly address: string
  /** The login user: who is to become that needs no sudo. */
  readonly login: string
  readonly facts: Facts
  /** The ids of handlers that an earlier run woke and did not run. */
  readonly pending: ReadonlySet<string>
  /** The guarded changes that it knows of. */
  readonly guards: readonly TransactionReport[]
}

/** One host, connected: what is asked of it and written to it. Each write ends one epoch and begins the next. */
export class Session {
  readonly host: string
  readonly hello: Hello
  readonly #line: Line
  readonly #greeter: Greeter
  /** The users who have written, and of them those of whom a mutation's end was not seen. */
  readonly #writers = new Set<string>()
  readonly #unseen = new Set<string>()
  #epoch: Epoch
  #mutations = 0
  /** With what the last mutation has succeeded, if it has. */
  #ok: readonly number[] = [0]

  constructor(host: string, hello: Hello, line: Line, greeter: Greeter) {
    this.host = host
    this.hello = hello
    this.#line = line
    this.#greeter = greeter
    this.#epoch = this.#next()
  }

  /** The time since the last write. */
  get epoch(): Epoch {
    return this.#epoch
  }

  /** The user of tasks that do not say whose they are; empty for the login user. */
  get user(): string {
    return this.#greeter.user
  }

  /** The run's id. */
  get run(): string {
    return this.#greeter.run
  }

  get frames(): number {
    return this.#line.frames
  }

  get connections(): number {
    return this.#line.connections
  }

  /** Why the host is out of reach for the rest of the run, once it is. */
  get lost(): Error | undefined {
    return this.#line.dead
  }

  /** Forgets what was looked at, because something that it may depend on was changed elsewhere. */
  refresh(): void {
    this.#epoch.end()
    this.#epoch = this.#next()
  }

  /**
   * Runs the steps, each only if the one before it succeeded. The new epoch may be read at once: the shell keeps
   * order, so what is asked after this call, even in the same frame, sees what the steps did. Throws a StepFailed, or
   * a ConnectionLost that says whether the steps may have run.
   */
  async write(steps: Steps, { user, note, strike, chained }: WriteOptions): Promise<Reply> {
    // Handlers are remembered where the next run looks for them: with the session's own user. One that reboots the host
    // cannot forget itself.
    if (this.isOwn(user) && !steps.some(reboots))
      return this.#mutate(steps, this.#as(user), { note, strike }, chained)
    if (note !== undefined && note.size > 0) await this.#note(note)
    const reply = await this.#mutate(steps, this.#as(user), {})
    if (strike !== undefined && strike.length > 0) await this.strike(strike)
    return reply
  }

  /** Whether this is the session's own user, with whom handlers are noted. */
  isOwn(user: string): boolean {
    return this.#as(user) === this.user
  }

  /** Forgets handlers that have run. */
  async strike(ids: readonly string[]): Promise<void> {
    await this.#send({
      user: this.user,
      script: { text: striking(ids), timeout: deadline('write', {}) },
    })
  }

  /**
   * Runs a script of ours, as a user, that may run twice: it leaves no receipt, and after a lost connection it is sent
   * again. Returns what it printed. Throws a ConnectionLost, or a StepFailed with what it said.
   */
  async say(text: string, user: string, timeout: number): Promise<string> {
    const ending = await this.#send({ user: this.#as(user), script: { text, timeout } })
    if (ending.kind !== 'exited') throw unanswered(ending, text, timeout / 1000)
    const reply = toReply(ending)
    if (reply.code !== 0) throw new StepFailed(reply.stderr.trim(), { reply })
    return reply.stdout
  }

  /** Ends the session. What its mutations left on the host is no longer needed if their endings were seen. Never throws. */
  async close(): Promise<void> {
    this.#greeter.rest()
    if (!this.#line.dead) {
      const leave = { text: '_leave', timeout: 60_000 }
      const seen = [...this.#writers].filter(user => !this.#unseen.has(user))
      await Promise.allSettled(seen.map(user => this.#line.send({ user, script: leave })))
    }
    await this.#line.close()
  }

  #next(): Epoch {
    return new Epoch((command, user) => this.#ask(command, user))
  }

  #as(user: string): string {
    return user === this.hello.login ? '' : user
  }

  async #mutate(steps: Steps, user: string, wakes: Wakes, chained = false): Promise<Reply> {
    const after = chained ? { number: this.#mutations, ok: this.#ok } : undefined
    const number = ++this.#mutations
    const last = steps[steps.length - 1] as Step
    const ok = isUpload(last) ? [0] : (last.ok ?? [0])
    this.#ok = ok
    const whole = mutation(number, compose(steps, String(number)), wakes, { after })
    const { text, stdin, timeout, absence } = whole
    this.#writers.add(user)
    this.refresh()
    const ending = await this.#send({ user, script: { text, stdin, timeout }, receipt: number, absence })
    if (ending.kind !== 'exited') {
      this.#unseen.add(user)
      if (absence > 0) throw away(absence, this.#line.dead)
      throw cut(ending, timeout)
    }
    const reply = toReply(ending)
    if (after !== undefined && wasSkipped(reply)) throw new NotBegun()
    if (!ok.includes(reply.code) || hasFailedStep(reply)) throw stepFailed(reply, steps)
    return reply
  }

  async #note(note: ReadonlyMap<string, string>): Promise<void> {
    const text = noting(note)
    const ending = await this.#send({ user: this.user, script: { text, timeout: deadline('write', {}) } })
    if (ending.kind !== 'exited') throw unanswered(ending, text, deadline('write', {}) / 1000)
    const reply = toReply(ending)
    if (reply.code !== 0)
      throw new StepFailed(`its handlers cannot be noted on the host: ${reply.stderr.trim()}`, { reply })
  }

  async #ask(command: Command<'read'>, user: string): Promise<Reply> {
    const timeout = deadline('read', command)
    const script = { text: command.script, stdin: stdinOf(command), timeout }
    const ending = await this.#send({ user: this.#as(user), script })
    if (ending.kind !== 'exited') throw unanswered(ending, command.script, timeout / 1000)
    if (ending.omitted) throw tooLong(command.script)
    const reply = toReply(ending)
    if (command.ok && !command.ok.includes(reply.code)) {
      const said = command.secret ? '' : `: ${reply.stderr.trim()}`
      throw new CheckFailed(`${excerpt(command.script)} exited ${reply.code}${said}`)
    }
    return reply
  }

  async #send(call: Parameters<Line['send']>[0]): Promise<Ending> {
    try {
      return await this.#line.send(call)
    } catch (error) {
      if (this.#line.dead !== error) throw error
      throw new ConnectionLost(`the host was lost: ${(error as Error).message}`, { cause: error })
    }
  }
}

function away(absence: number, why: Error | undefined): ConnectionLost {
  const message = `it was told to reboot, and has not come back within ${absence / 1000} s`
  return new ConnectionLost(`${message}${why ? `: ${why.message}` : ''}`, { cause: why, underWay: true })
}

function cut(ending: Exclude<Ending, { kind: 'exited' }>, timeout: number): ConnectionLost {
  if (ending.kind === 'timed-out') {
    return new ConnectionLost(`it did not end within ${timeout / 1000} s and may still be running`, {
      underWay: true,
    })
  }
  if (ending.kind === 'signalled') {
    return new ConnectionLost(`the remote shell was killed by ${ending.signal}`, { underWay: true })
  }
  const underWay = ending.kind === 'lost'
  return new ConnectionLost(
    `the connection was lost${underWay ? ' while it was under way, and its end is not known' : ' before it began'}: ${ending.cause.message}`,
    { cause: ending.cause, underWay },
  )
}

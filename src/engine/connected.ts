import { PlaybookError } from '../model/error.ts'
import type { ConnectedHost } from '../model/host.ts'
import type { Steps } from '../model/plan.ts'
import type { Reply } from '../model/probe.ts'
import { StaleProbe } from '../session/epoch.ts'
import type { Session, WriteOptions } from '../session/session.ts'
import type { Reach } from './reach.ts'

export interface ConnectedOptions {
  /** The task's name, for errors. */
  readonly task: string
  /** The other hosts it named. */
  readonly on: readonly string[]
  readonly reach: Reach
  readonly write: WriteOptions
  /** Hears of each write that succeeded, and what it printed. */
  readonly wrote: (host: string, reply: Reply, secret: boolean) => void
}

/** A host as a hand-written apply sees it. What it reads is read anew after each of its writes. */
export function connectedHost(session: Session, options: ConnectedOptions): ConnectedHost<string> {
  const { user } = options.write
  const write = async (steps: Steps, secret = false): Promise<Reply> => {
    const reply = await session.write(steps, options.write)
    options.wrote(session.host, reply, secret)
    return reply
  }
  // Others may write to the host at the same time: an answer that their write made void is asked for again.
  const ask = async (...question: Parameters<ConnectedHost['ask']>): Promise<unknown> => {
    for (;;) {
      try {
        return await session.epoch.asker(user)(...question)
      } catch (error) {
        if (!(error instanceof StaleProbe)) throw error
      }
    }
  }
  return {
    name: session.host,
    facts: session.hello.facts,
    ask: ask as ConnectedHost['ask'],
    run: command => write([command], command.secret),
    upload: async file => {
      await write([file])
    },
    on: host => {
      if (!options.on.includes(host)) throw notNamed(options.task, host)
      const other = options.reach(host)
      return connectedHost(other, { ...options, write: { user: other.user } })
    },
  }
}

/** The mistake of a task that acts on a host it did not name. */
export function notNamed(task: string, host: string): PlaybookError {
  return new PlaybookError(`the task "${task}" acts on ${host} without naming it`, {
    hint: `Add on: ['${host}'] beside its check.`,
  })
}

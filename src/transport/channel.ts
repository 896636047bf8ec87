import type { Readable, Writable } from 'node:stream'
import { ConnectionLost } from '../model/error.ts'

/**
 * The way to one process on a machine, whose login shell was given `LOADER` as its command: an ssh channel, a spawned
 * `ssh`, a local child. What makes one leaves its streams alone; `openShell` reads, writes and ends them.
 */
export interface Channel {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /**
   * Settles once, when the process has ended (a {@link ShellEnded}) or the way to it has gone (any other error, best a
   * ConnectionLost); never rejects. Output may still follow; `openShell` waits a moment for it.
   */
  readonly closed: Promise<Error>
  /** Ends it at once, kills what can be killed, frees everything. May be called twice and after the end. Never throws. */
  destroy(): void
}

/** The process at the far end of a channel has ended: how, as far as it was told. */
export class ShellEnded extends ConnectionLost {
  /** Its exit code. */
  readonly code: number | undefined
  /** The name of the signal that killed it, as in `SIGKILL`. */
  readonly signal: string | undefined

  constructor(how: { readonly code?: number | undefined; readonly signal?: string | undefined }) {
    super(
      how.signal === undefined
        ? `the shell ended by itself${how.code === undefined ? '' : ` with exit code ${how.code}`}`
        : `the shell was killed by ${how.signal}`,
    )
    this.code = how.code
    this.signal = how.signal
  }
}

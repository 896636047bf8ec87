import { Capture } from './capture.ts'
import type { Ending, Script } from './transport.ts'

/** One script that waits for its end, and whom to tell. */
export interface Job {
  readonly script: Script
  settle(ending: Ending): void
  refuse(error: Error): void
}

interface Sent {
  readonly id: number
  readonly job: Job
  readonly stdout: Capture
  readonly stderr: Capture
  code: number
}

/**
 * The scripts that were sent and have not been answered, in order. The two streams come independently of each other; a
 * script has ended when both have passed its mark.
 */
export class Replies {
  readonly #sent = new Map<number, Sent>()
  readonly #at = { stdout: 1, stderr: 1 }
  #next = 1

  /** Takes a script that goes out now. Its id. */
  add(job: Job): number {
    const id = this.#next++
    this.#sent.set(id, { id, job, stdout: new Capture(), stderr: new Capture(), code: -1 })
    return id
  }

  /** The script whose turn it is. */
  get head(): Job | undefined {
    return this.#sent.get(Math.min(this.#at.stdout, this.#at.stderr))?.job
  }

  /** More output of the script that a stream is at. What comes while none is under way is of a child left behind. */
  body(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    this.#sent.get(this.#at[stream])?.[stream].add(bytes)
  }

  /** The end of a script on one stream. False if that was not the one expected: then nothing is certain any more. */
  mark(stream: 'stdout' | 'stderr', id: number, code: number): boolean {
    const sent = this.#sent.get(id)
    if (sent === undefined || id !== this.#at[stream]) return false
    if (stream === 'stdout') sent.code = code
    this.#at[stream]++
    if (Math.min(this.#at.stdout, this.#at.stderr) > id) this.#finish(sent)
    return true
  }

  /** Those without an answer, in order; from then on there are none. */
  take(): readonly Job[] {
    const jobs = [...this.#sent.values()].map(sent => sent.job)
    this.#sent.clear()
    return jobs
  }

  #finish({ id, job, code, stdout, stderr }: Sent): void {
    this.#sent.delete(id)
    const omitted = { stdout: stdout.omitted(), stderr: stderr.omitted() }
    job.settle({
      kind: 'exited',
      code,
      stdout: stdout.bytes(),
      stderr: stderr.bytes(),
      ...(omitted.stdout || omitted.stderr ? { omitted } : {}),
    })
  }
}

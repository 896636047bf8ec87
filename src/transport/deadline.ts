import type { Job } from './replies.ts'

/** The longest that setTimeout can wait (2^31 - 1 ms, 24 days): given more, it would not wait at all. */
const LONGEST = 2_147_483_647

/** The time of the one script whose turn it is. */
export class Deadline {
  #job: Job | undefined
  #timer: NodeJS.Timeout | undefined

  /** Starts the clock anew when another script has its turn; stops it when none has. */
  watch(job: Job | undefined, expired: (ms: number) => void = () => undefined): void {
    if (job === this.#job) return
    clearTimeout(this.#timer)
    this.#job = job
    if (job === undefined) return
    const { timeout } = job.script
    this.#timer = setTimeout(() => expired(timeout), Math.min(timeout, LONGEST))
  }
}

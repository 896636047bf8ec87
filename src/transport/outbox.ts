import type { Writable } from 'node:stream'
import { encode, TRAILER } from './frame.ts'
import { checkSources, inMemory, pieces, totalSize } from './payload.ts'
import type { Job } from './replies.ts'

/** Up to how many bytes are gathered into one write. */
const GATHERED = 65_536

/**
 * What may go out. `ahead`: only what can be sent again, as sudo may have to throw it away to get at its password;
 * `shut`: nothing.
 */
type Gate = 'open' | 'ahead' | 'shut'

export interface OutboxPort {
  readonly nonce: string
  /** These scripts go out now, in this order, as one frame. Their ids. */
  sending(jobs: readonly Job[]): readonly number[]
  /** A payload cannot be sent to its end: the far script would wait for the rest for ever. */
  broken(error: Error): void
}

/**
 * Frames and their payloads on their way out, one after the other; of a large payload never more than a piece is in
 * memory. What is put in one turn and is small leaves in one write.
 */
export class Outbox {
  readonly #port: OutboxPort
  readonly #queue: (readonly Job[])[] = []
  /** What was written while the gate stood at `ahead`. */
  #ahead: Buffer[] = []
  #stdin: Writable | undefined
  #gate: Gate = 'open'
  #busy = false
  #stopped = false
  #wake: () => void = () => undefined
  #gathered: Uint8Array[] = []
  #size = 0

  constructor(port: OutboxPort) {
    this.#port = port
  }

  put(jobs: readonly Job[]): void {
    this.#queue.push(jobs)
    this.#start()
  }

  /** From now on there is somewhere to write to, beginning with these lines. */
  attach(stdin: Writable, lines: string, gate: 'open' | 'ahead'): void {
    this.#stdin = stdin
    this.#gate = gate
    this.#gather(Buffer.from(lines))
    this.#start()
  }

  /** Whether every frame has been taken. */
  get idle(): boolean {
    return this.#queue.length === 0
  }

  /** Nothing goes out until `open`. */
  shut(): void {
    this.#gate = 'shut'
  }

  /** Lets everything out; first these lines and what was written ahead, if they were thrown away. */
  open(lost?: string): void {
    if (lost !== undefined) {
      this.#gathered = []
      this.#size = 0
      for (const bytes of [Buffer.from(lost), ...this.#ahead]) this.#gather(bytes)
    }
    this.#ahead = []
    this.#gate = 'open'
    this.#start()
  }

  /** Ends it. The scripts that were not sent, in order. */
  stop(): readonly Job[] {
    this.#stopped = true
    this.#wake()
    return this.#queue.splice(0).flat()
  }

  /** In a microtask, so that all frames of one turn, and the lines before the first one, leave in one write. */
  #start(): void {
    if (this.#busy || this.#stopped || this.#stdin === undefined) return
    this.#busy = true
    queueMicrotask(() => {
      this.#run().then(
        () => {
          this.#busy = false
        },
        (error: unknown) => this.#port.broken(error instanceof Error ? error : new Error(String(error))),
      )
    })
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const jobs = this.#queue[0]
      if (jobs !== undefined && this.#passes(jobs)) await this.#take(jobs)
      else if (this.#size > 0 && this.#gate !== 'shut') await this.#flush()
      else return
    }
  }

  #passes(jobs: readonly Job[]): boolean {
    if (this.#gate !== 'ahead') return this.#gate === 'open'
    const size = jobs.reduce((sum, { script }) => sum + script.text.length, 0)
    const before = this.#ahead.reduce((sum, bytes) => sum + bytes.length, 0)
    return before + size <= GATHERED && jobs.every(({ script }) => script.stdin === undefined)
  }

  /** Sends a frame, without those scripts whose files are not fit. Until that is known it is not taken from the queue. */
  async #take(jobs: readonly Job[]): Promise<void> {
    const fit: Job[] = []
    for (const job of jobs) {
      const fault = await faultOf(job)
      if (this.#stopped) return
      if (fault === undefined) fit.push(job)
      else job.settle({ kind: 'never-started', cause: fault })
    }
    this.#queue.shift()
    if (fit.length > 0) await this.#send(fit)
  }

  async #send(jobs: readonly Job[]): Promise<void> {
    const ids = this.#port.sending(jobs)
    const parts = jobs.map(({ script }, at) => ({
      id: ids[at] ?? 0,
      text: script.text,
      size: totalSize(script.stdin ?? []),
      inShell: script.inShell ?? false,
    }))
    const frame = encode(this.#port.nonce, parts)
    if (this.#gate === 'ahead') this.#ahead.push(frame)
    await this.#add(frame)
    for (const [at, { script }] of jobs.entries()) {
      if (parts[at]?.size === 0) continue
      for await (const piece of pieces(script.stdin ?? [])) {
        await this.#add(piece)
        if (this.#stopped) return
      }
      await this.#add(TRAILER)
    }
  }

  /** Gathers what is small; what is not is written by itself, as a copy of it would be waste. */
  async #add(piece: Uint8Array): Promise<void> {
    if (this.#size + piece.length > GATHERED) await this.#flush()
    this.#gather(piece)
    if (this.#size > GATHERED) await this.#flush()
  }

  #gather(piece: Uint8Array): void {
    this.#gathered.push(piece)
    this.#size += piece.length
  }

  /** Writes what is gathered; returns when there is room for more, or it is of no more use. */
  async #flush(): Promise<void> {
    const stdin = this.#stdin
    const [first, ...more] = this.#gathered
    if (stdin === undefined || first === undefined || this.#stopped || this.#gate === 'shut') return
    const bytes = more.length === 0 ? first : Buffer.concat([first, ...more])
    this.#gathered = []
    this.#size = 0
    if (stdin.write(bytes)) return
    await new Promise<void>(resolve => {
      this.#wake = resolve
      stdin.once('drain', resolve)
    })
  }
}

/** Why a script cannot be sent, if it cannot. */
async function faultOf({ script }: Job): Promise<Error | undefined> {
  if (script.stdin === undefined || inMemory(script.stdin)) return undefined
  try {
    await checkSources(script.stdin)
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

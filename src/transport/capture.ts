import { createHash } from 'node:crypto'
import type { Omitted } from './transport.ts'

/** How much of each stream of a script is kept, in bytes: all of a file of 10 MB, and 32 MiB for both streams. */
const KEPT: number = 16 * 1024 * 1024

/**
 * Collects a stream of bytes of any length in bounded memory: all of it up to a limit, of a longer one the first and
 * the last half of the limit, with a count and a hash of the whole.
 */
export class Capture {
  readonly #limit: number
  readonly #head: number
  #buffer: Buffer = Buffer.alloc(0)
  #total = 0
  /** Where the ring behind the head goes on, once there is one. */
  #next: number
  #hash: ReturnType<typeof createHash> | undefined

  constructor(limit: number = KEPT) {
    this.#limit = limit
    this.#head = limit >> 1
    this.#next = this.#head
  }

  /** Takes a copy of them. */
  add(bytes: Uint8Array): void {
    const fits = Math.min(bytes.length, Math.max(0, this.#limit - this.#total))
    if (fits > 0) {
      this.#grow(this.#total + fits)
      this.#buffer.set(bytes.subarray(0, fits), this.#total)
    }
    this.#total += bytes.length
    if (fits < bytes.length) this.#turn(bytes.subarray(fits))
  }

  /** What was kept; the gap, if there is one, is in the middle of it. */
  bytes(): Buffer {
    if (this.#total <= this.#limit) return this.#buffer.subarray(0, this.#total)
    return Buffer.concat([
      this.#buffer.subarray(0, this.#head),
      this.#buffer.subarray(this.#next, this.#limit),
      this.#buffer.subarray(this.#head, this.#next),
    ])
  }

  /** What was left out; nothing while all was kept. */
  omitted(): Omitted | undefined {
    if (this.#hash === undefined) return undefined
    return { bytes: this.#total - this.#limit, sha256: this.#hash.copy().digest('hex') }
  }

  #grow(needed: number): void {
    if (needed <= this.#buffer.length) return
    // The first piece gets exactly its size, as most replies come in one.
    const size =
      this.#buffer.length === 0 ? needed : Math.min(this.#limit, Math.max(needed, 2 * this.#buffer.length))
    const larger = Buffer.allocUnsafe(size)
    this.#buffer.copy(larger, 0, 0, this.#total)
    this.#buffer = larger
  }

  /** Writes over the oldest of what is behind the head. */
  #turn(bytes: Uint8Array): void {
    this.#hash ??= createHash('sha256').update(this.#buffer.subarray(0, this.#limit))
    this.#hash.update(bytes)
    const ring = this.#limit - this.#head
    let rest = bytes.length > ring ? bytes.subarray(bytes.length - ring) : bytes
    // What is skipped would have turned the ring in full circles, except for this much.
    this.#next = this.#head + ((this.#next - this.#head + (bytes.length - rest.length)) % ring)
    while (rest.length > 0) {
      const room = Math.min(rest.length, this.#limit - this.#next)
      this.#buffer.set(rest.subarray(0, room), this.#next)
      rest = rest.subarray(room)
      this.#next += room
      if (this.#next === this.#limit) this.#next = this.#head
    }
  }
}

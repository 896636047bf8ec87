/**
 * How many checks run ahead: all of them while nothing drifts; few after a drift, then twice as many each quiet round.
 * Without it a fresh host would check everything again after each of its cures.
 */
export class Window {
  #size = Number.POSITIVE_INFINITY

  get size(): number {
    return this.#size
  }

  /** After a drift. Where many were cured together it is no waste to look at as many again. */
  narrow(together = 1): void {
    if (together > 1) this.#size = Math.max(8, 2 * together)
    else this.#size = Number.isFinite(this.#size) ? Math.max(2, this.#size / 2) : 8
  }

  widen(): void {
    this.#size *= 2
  }
}

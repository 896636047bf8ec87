/**
 * How many checks run ahead: all of them while nothing drifts; few after a drift, then twice as many each quiet round.
 * Without it a fresh host would check everything again after each of its cures.
 */
export class Window {
  #size = Number.POSITIVE_INFINITY

  get size(): number {
    return this.#size
  }

  narrow(): void {
    this.#size = Number.isFinite(this.#size) ? Math.max(2, this.#size / 2) : 8
  }

  widen(): void {
    this.#size *= 2
  }
}

/**
 * How many checks run ahead: all of them while nothing drifts; few after a drift, then twice as many each quiet round.
 * Without it a fresh host would check everything again after each of its cures. Where it is known already that nothing
 * drifts for a while, all that is looked at again at once: most of it will be as it was.
 */
export class Window {
  #size = Number.POSITIVE_INFINITY

  get size(): number {
    return this.#size
  }

  /**
   * After a drift. Where many were cured together it is no waste to look at as many again; nor where so many after it
   * were in sync: those, and the one that comes then.
   */
  narrow(together: number, quiet: number): void {
    const size = Number.isFinite(this.#size) ? Math.max(2, this.#size / 2) : 8
    this.#size = Math.max(together > 1 ? Math.max(8, 2 * together) : size, quiet > 0 ? quiet + 2 : 0)
  }

  widen(): void {
    this.#size *= 2
  }
}

import pLimit from 'p-limit'

/** How many hosts make the same guarded change at a time, once the first has confirmed it. */
const AT_ONCE = 8

/** How one host's guarded change ended, for the others: whether they should follow. */
export type Passage = 'proven' | 'undone' | 'none'

interface Way {
  /** The first host to change: the others wait for it. */
  canary: Promise<Passage> | undefined
  readonly limit: ReturnType<typeof pLimit>
}

/**
 * Lets guarded changes into a fleet: of each task one host first, then a few at a time, and none any more after one was
 * undone. A host and those that are reached through it are never changed at the same time: the way to one leads through
 * the other.
 */
export class Gate {
  readonly #route: (host: string) => readonly string[]
  readonly #ways = new Map<string, Way>()
  /** Hosts with a change under way, each with a promise of its end. */
  readonly #inside = new Map<string, Promise<unknown>>()
  #undoneOn: string | undefined

  /** @param route The hosts through which a host is reached. */
  constructor(route: (host: string) => readonly string[]) {
    this.#route = route
  }

  /** Makes a change of a host when its turn comes. Undefined, with nothing done: one like it was undone on `undoneOn`. */
  async pass<T>(
    task: string,
    host: string,
    change: () => Promise<{ readonly value: T; readonly passage: Passage }>,
  ): Promise<T | undefined> {
    const way = this.#ways.get(task) ?? { canary: undefined, limit: pLimit(AT_ONCE) }
    this.#ways.set(task, way)
    while (way.canary !== undefined) {
      const seen = way.canary
      if ((await seen) === 'proven') return way.limit(async () => (await this.#alone(host, change))?.value)
      if (way.canary === seen) way.canary = undefined // it proved nothing: another is the first
    }
    const going = this.#alone(host, change)
    way.canary = going.then(
      end => end?.passage ?? 'none',
      () => 'none',
    )
    return (await going)?.value
  }

  /** The host on which a guarded change of this run was undone. */
  get undoneOn(): string | undefined {
    return this.#undoneOn
  }

  async #alone<T>(
    host: string,
    change: () => Promise<{ readonly value: T; readonly passage: Passage }>,
  ): Promise<{ readonly value: T; readonly passage: Passage } | undefined> {
    for (let other = this.#inTheWay(host); other !== undefined; other = this.#inTheWay(host)) await other
    if (this.#undoneOn !== undefined) return undefined
    const going = change()
    this.#inside.set(
      host,
      going.catch(() => undefined),
    )
    try {
      const end = await going
      if (end.passage === 'undone') this.#undoneOn = host
      return end
    } finally {
      this.#inside.delete(host)
    }
  }

  #inTheWay(host: string): Promise<unknown> | undefined {
    for (const [other, end] of this.#inside) {
      if (this.#route(host).includes(other) || this.#route(other).includes(host)) return end
    }
    return undefined
  }
}

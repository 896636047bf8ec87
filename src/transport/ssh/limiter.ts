/** Waits for a place at `key`; what it returns frees the place, and may be called twice. */
export type Limiter = (key: string) => Promise<() => void>

/**
 * At most `places` at a time for each key, in the order asked. sshd drops who comes while ten others are not logged in
 * yet (`MaxStartups 10:30:100`, sshd_config(5)), so fewer than that knock at one sshd at a time.
 */
export function createLimiter(places: number): Limiter {
  const lines = new Map<string, { taken: number; readonly waiting: (() => void)[] }>()

  return async key => {
    const line = lines.get(key) ?? { taken: 0, waiting: [] }
    lines.set(key, line)
    // A place handed over by the one before stays taken, so that nobody can slip in between.
    if (line.taken < places) line.taken++
    else await new Promise<void>(resolve => line.waiting.push(resolve))

    let held = true
    return () => {
      if (!held) return
      held = false
      const next = line.waiting.shift()
      if (next) next()
      else if (--line.taken === 0) lines.delete(key)
    }
  }
}

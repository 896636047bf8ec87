/** Numbers that look random and are the same again for the same seed (mulberry32). */
export function random(seed: number): { below(n: number): number; pick<T>(all: readonly T[]): T } {
  let a = seed >>> 0
  const next = (): number => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (n: number): number => next() * n
  return { below, pick: all => all[Math.floor(below(all.length))] as (typeof all)[number] }
}

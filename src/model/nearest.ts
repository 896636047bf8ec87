/**
 * The name most like `word`, for "did you mean"; undefined if none is near: at most a third of its letters may be wrong,
 * missing, too many or swapped with the next (Damerau-Levenshtein), two of a short word's, one of a very short one's.
 */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(word.length > 3 ? 2 : 1, Math.floor(word.length / 3)) + 1
  for (const name of names) {
    const d = distance(word.toLowerCase(), name.toLowerCase())
    if (d < least) {
      least = d
      best = name
    }
  }
  return best
}

/** A hint for a name that does not exist: the nearest one, else the whole list; `none` if there are no names at all. */
export function didYouMean(word: string, names: Iterable<string>, none = 'There are none.'): string {
  const all = [...names]
  const near = nearest(word, all)
  if (near !== undefined) return `Did you mean "${near}"?`
  return all.length === 0 ? none : `There are: ${all.join(', ')}.`
}

function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)])
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0
  for (let j = 0; j <= b.length; j++) (rows[0] as number[])[j] = j
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let d = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d = Math.min(d, at(i - 2, j - 2) + 1)
      ;(rows[i] as number[])[j] = d
    }
  }
  return at(a.length, b.length)
}

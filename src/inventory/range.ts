import { InventoryError } from '../model/error.ts'
import type { Place } from '../model/place.ts'

const MOST = 100_000
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/**
 * The names that a name with ranges stands for: `dgx[01:16]`, `db[a:f]`, `n[0:100:10]`, several of them too. Both ends
 * are included, as in Ansible. A name without a range stands for itself. Throws an InventoryError for a broken range.
 */
export function expandRanges(name: string, at: Place | undefined): readonly string[] {
  const names: string[] = []
  expand('', name, names, problem => {
    throw new InventoryError(`"${name}" is no range of names: ${problem}`, {
      at,
      hint: 'A range is [first:last] or [first:last:step], such as dgx[01:16].',
    })
  })
  return names
}

type Refuse = (problem: string) => never

function expand(before: string, rest: string, names: string[], refuse: Refuse): void {
  const open = rest.indexOf('[')
  if (open < 0) {
    if (rest.includes(']')) refuse('a "[" is missing')
    if (names.length >= MOST) refuse(`it stands for more than ${MOST} names`)
    names.push(before + rest)
    return
  }
  const close = rest.indexOf(']', open)
  if (close < 0) refuse('a "]" is missing')
  const after = rest.slice(close + 1)
  for (const each of range(rest.slice(open + 1, close), refuse)) {
    expand(before + rest.slice(0, open) + each, after, names, refuse)
  }
}

function range(bounds: string, refuse: Refuse): Iterable<string> {
  const [first = '', last = '', step = '1', ...more] = bounds.split(':')
  if (last === '' || more.length > 0) refuse(`[${bounds}] is not [first:last]`)
  const by = /^\d{1,9}$/.test(step) ? Number(step) : 0
  if (by === 0) refuse(`its step is "${step}"`)
  if (/^[a-zA-Z]$/.test(first) && /^[a-zA-Z]$/.test(last)) return letters(first, last, by, refuse)
  return numbers(first === '' ? '0' : first, last, by, refuse)
}

function* letters(first: string, last: string, by: number, refuse: Refuse): Iterable<string> {
  const [from, to] = [LETTERS.indexOf(first), LETTERS.indexOf(last)]
  if (from > to) refuse(`"${first}" comes after "${last}"`)
  for (let i = from; i <= to; i += by) yield LETTERS.charAt(i)
}

function* numbers(first: string, last: string, by: number, refuse: Refuse): Iterable<string> {
  if (!/^\d{1,9}$/.test(first) || !/^\d{1,9}$/.test(last))
    refuse(`"${first}" and "${last}" are not both numbers`)
  const padded = first.length > 1 && first.startsWith('0')
  if (padded && first.length !== last.length)
    refuse(`"${first}" and "${last}" have not the same number of digits`)
  const [from, to] = [Number(first), Number(last)]
  if (from > to) refuse(`${first} comes after ${last}`)
  for (let i = from; i <= to; i += by) yield padded ? String(i).padStart(first.length, '0') : String(i)
}

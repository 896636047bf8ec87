import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expandRanges } from '../../src/inventory/range.ts'

test.each([
  ['web', ['web']],
  ['dgx[01:03]', ['dgx01', 'dgx02', 'dgx03']],
  ['dgx[8:11]', ['dgx8', 'dgx9', 'dgx10', 'dgx11']],
  ['dgx[08:11]', ['dgx08', 'dgx09', 'dgx10', 'dgx11']],
  ['n[0:10:5].lan', ['n0.lan', 'n5.lan', 'n10.lan']],
  ['n[:2]', ['n0', 'n1', 'n2']],
  ['n[5:5]', ['n5']],
  ['db-[a:c]', ['db-a', 'db-b', 'db-c']],
  ['db-[a:g:3]', ['db-a', 'db-d', 'db-g']],
  ['[Y:Z]', ['Y', 'Z']],
  ['r[1:2]n[01:02]', ['r1n01', 'r1n02', 'r2n01', 'r2n02']],
  ['10.0.0.[9:11]', ['10.0.0.9', '10.0.0.10', '10.0.0.11']],
])('%s', (name, names) => {
  expect(expandRanges(name, undefined)).toEqual(names)
})

test.each([
  ['n[1:]', '[1:] is not [first:last]'],
  ['n[1]', '[1] is not [first:last]'],
  ['n[1:2:3:4]', '[1:2:3:4] is not [first:last]'],
  ['n[1:2', 'a "]" is missing'],
  ['n1:2]', 'a "[" is missing'],
  ['n[5:1]', '5 comes after 1'],
  ['n[c:a]', '"c" comes after "a"'],
  ['n[01:5]', '"01" and "5" have not the same number of digits'],
  ['n[1:a]', '"1" and "a" are not both numbers'],
  ['n[aa:bb]', '"aa" and "bb" are not both numbers'],
  ['n[1:9:0]', 'its step is "0"'],
  ['n[1:9:-1]', 'its step is "-1"'],
  ['n[-3:2]', '"-3" and "2" are not both numbers'],
  ['n[1:999999999]', 'it stands for more than 100000 names'],
])('%s is refused', (name, problem) => {
  expect(() => expandRanges(name, undefined)).toThrow(`"${name}" is no range of names: ${problem}`)
})

test('a range of numbers names each of them, once, in order and in the width of its ends', () => {
  const word = fc.stringMatching(/^[a-z.-]{0,6}$/)
  const bounds = fc.record({
    first: fc.nat(300),
    more: fc.nat(300),
    step: fc.integer({ min: 1, max: 9 }),
    padded: fc.boolean(),
  })
  fc.assert(
    fc.property(word, bounds, word, (before, { first, more, step, padded }, after) => {
      const last = first + more
      const width = padded ? String(last).length + 1 : 0
      const write = (n: number) => String(n).padStart(width, '0')
      const names = expandRanges(`${before}[${write(first)}:${write(last)}:${step}]${after}`, undefined)
      const numbers = names.map(name => Number(name.slice(before.length, name.length - after.length)))
      expect(numbers).toEqual(Array.from({ length: Math.floor(more / step) + 1 }, (_, i) => first + i * step))
      expect(names).toEqual(numbers.map(n => `${before}${write(n)}${after}`))
    }),
  )
})

test('several ranges name every combination', () => {
  const digit = fc.nat(9)
  fc.assert(
    fc.property(digit, digit, digit, digit, (a, b, c, d) => {
      const names = expandRanges(`r[0:${a}]-[0:${b}]x[0:${c}][0:${d}]`, undefined)
      expect(new Set(names).size).toBe((a + 1) * (b + 1) * (c + 1) * (d + 1))
      expect(names).toContain(`r${a}-${b}x${c}${d}`)
    }),
  )
})

import { expect, test } from 'vitest'
import { batches } from '../../src/engine/batches.ts'
import type { Batch } from '../../src/index.ts'

test.each<[number, Batch | readonly Batch[] | undefined, readonly number[]]>([
  [5, undefined, [5]],
  [0, undefined, []],
  [0, 2, []],
  [5, 2, [2, 2, 1]],
  [5, 9, [5]],
  [8, '25%', [2, 2, 2, 2]],
  [3, '10%', [1, 1, 1]],
  [10, [1, '20%', 5], [1, 2, 5, 2]],
])('%i hosts, serial %j', (hosts, serial, sizes) => {
  const all = Array.from({ length: hosts }, (_, i) => i)
  const made = batches(all, { name: 'p', ...(serial === undefined ? {} : { serial }) })
  expect(made.map(batch => batch.length)).toEqual(sizes)
  expect(made.flat()).toEqual(all)
})

test.each<Batch>([0, -1, Number.NaN, 'x%' as Batch])('serial %j is refused', serial => {
  expect(() => batches([1], { name: 'roll out', serial })).toThrow('the play "roll out" has serial:')
})

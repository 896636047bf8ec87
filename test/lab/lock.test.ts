import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { locked } from '../../src/lab/lock.ts'

const name = `test ${process.pid}`

test('works of one name take turns, and each has its answer', async () => {
  const order: string[] = []
  const work = (which: string) =>
    locked(name, async () => {
      order.push(`${which} begins`)
      await sleep(20)
      order.push(`${which} ends`)
      return which
    })
  expect(await Promise.all(['a', 'b', 'c'].map(work))).toEqual(['a', 'b', 'c'])
  expect(order).toHaveLength(6)
  for (let turn = 0; turn < 6; turn += 2) {
    expect(order[turn + 1]).toBe(order[turn]?.replace('begins', 'ends'))
  }
})

test('works of different names do not wait for each other', async () => {
  const inside = await locked(name, () => locked(`${name} too`, async () => 'both'))
  expect(inside).toBe('both')
})

test('a work that fails lets the next one in', async () => {
  await expect(locked(name, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await locked(name, async () => 'yes')).toBe('yes')
})

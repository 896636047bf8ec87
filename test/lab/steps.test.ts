import { expect, test } from 'vitest'
import { LabError } from '../../src/lab/error.ts'
import type { LabEvent } from '../../src/lab/steps.ts'
import { settled, step } from '../../src/lab/steps.ts'

test('a step tells its beginning and what it found', async () => {
  const told: LabEvent[] = []
  const done = await step(
    event => told.push(event),
    'networks',
    async () => ({
      value: 7,
      changed: true,
      detail: 'two',
    }),
  )
  expect(done.value).toBe(7)
  expect(told).toEqual([
    { step: 'networks', state: 'begin' },
    { step: 'networks', state: 'done', ms: expect.any(Number), changed: true, detail: 'two' },
  ])
})

test('a step that fails tells why, with the cure, and throws the same', async () => {
  const told: LabEvent[] = []
  const error = new LabError('no engine', { hint: 'Install one.' })
  await expect(
    step(
      event => told.push(event),
      'engine',
      () => Promise.reject(error),
    ),
  ).rejects.toBe(error)
  expect(told.at(-1)).toEqual({
    step: 'engine',
    state: 'failed',
    ms: expect.any(Number),
    detail: 'no engine\n  Install one.',
  })
})

test('all are waited for before the first failure is thrown', async () => {
  let ended = false
  const slow = new Promise<void>(resolve => setTimeout(resolve, 20)).then(() => {
    ended = true
  })
  await expect(settled([Promise.reject(new Error('first')), slow])).rejects.toThrow('first')
  expect(ended).toBe(true)
  expect(await settled([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2])
})

import { expect, test } from 'vitest'
import type { Telling } from '../../src/cli/twice.ts'
import { twice } from '../../src/cli/twice.ts'
import type { Event, Events, HostRecap } from '../../src/engine/events.ts'
import { event, hostRecap } from '../support/events.ts'

type Outcome = { exitCode: number; hosts: Record<string, Partial<HostRecap>> }

/** What is said, failed and told when the runs come out like this. */
async function told(...outcomes: readonly Outcome[]) {
  const all: string[] = []
  const left = [...outcomes]
  const run = async (telling: Telling = emit => emit) => {
    const { exitCode, hosts } = left.shift() ?? { exitCode: 99, hosts: {} }
    let last = exitCode
    const emit = telling((one: Event) => {
      if (one.event === 'recap') last = one.exitCode
      all.push(one.event)
    })
    emit(event('play'))
    const recaps = Object.entries(hosts).map(([name, counts]) => [name, hostRecap(counts)] as const)
    emit(event('recap', { exitCode, hosts: Object.fromEntries(recaps) as Events['recap']['hosts'] }))
    return last
  }
  const exitCode = await twice(run, {
    say: (...lines) => all.push(...lines.filter(line => line !== '')),
    fail: error => all.push(`error: ${error.message}`),
  })
  return { exitCode, all }
}

const FIRST = ['Run 1 of 2', 'play', 'recap']
const SECOND = 'Run 2 of 2: there must be nothing left to change'

test('twice, and nothing is left the second time', async () => {
  expect(
    await told({ exitCode: 0, hosts: { a: { changed: 9 } } }, { exitCode: 0, hosts: { a: { ok: 9 } } }),
  ).toEqual({
    exitCode: 0,
    all: [...FIRST, SECOND, 'play', 'recap'],
  })
})

test('a run that fails is the last', async () => {
  expect(await told({ exitCode: 3, hosts: {} })).toEqual({ exitCode: 3, all: FIRST })
})

test('something changes again: a failure, told before the recap', async () => {
  const again = { a: { changed: 1 }, b: {}, c: { changed: 2 } }
  expect(await told({ exitCode: 0, hosts: {} }, { exitCode: 0, hosts: again })).toEqual({
    exitCode: 3,
    all: [
      ...FIRST,
      SECOND,
      'play',
      'error: the second run of the same changed something again on a, c: a task does not find in sync what it made',
      'recap',
    ],
  })
})

test('a second run that fails is what it is', async () => {
  expect(
    (await told({ exitCode: 0, hosts: {} }, { exitCode: 4, hosts: { a: { changed: 1 } } })).exitCode,
  ).toBe(4)
})

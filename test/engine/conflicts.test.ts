import { expect, test } from 'vitest'
import { refuseConflicts } from '../../src/engine/conflicts.ts'
import type { Task } from '../../src/index.ts'
import { defineResource, handler, inSync, run, Secret, task, z } from '../../src/index.ts'
import { stages } from '../support/engine-run.ts'

const thing = defineResource({
  kind: 'thing',
  spec: z.object({ id: z.string(), value: z.unknown().optional() }),
  id: ({ id }) => `thing ${id}`,
  read: async () => undefined,
  plan: () => inSync(),
})
const wish = (name: string, id: string, value?: unknown): Task => task(name, thing({ id, value }))

test.each<[string, readonly Task[], readonly Task[]]>([
  ['the same wish twice', [wish('a', 'x', 1)], [wish('b', 'x', 1)]],
  ['equal secrets', [wish('a', 'x', new Secret('s'))], [wish('b', 'x', new Secret('s'))]],
  ['different things', [wish('a', 'x', 1)], [wish('b', 'y', 2)]],
])('%s is no conflict', (_, first, second) => {
  expect(() => refuseConflicts('h', stages(first, second))).not.toThrow()
})

test.each<[string, unknown, unknown]>([
  ['numbers', 1, 2],
  ['secrets', new Secret('s'), new Secret('t')],
  ['lists', ['a', 'b'], ['b', 'a']],
  ['functions', () => 1, () => 2],
  ['bytes', new Uint8Array([1]), new Uint8Array([2])],
])('two wishes that differ in %s are a mistake, also in two plays', (_, a, b) => {
  expect(() => refuseConflicts('h', stages([wish('first', 'x', a)], [wish('second', 'x', b)]))).toThrow(
    'first and second want thing x of h in two different ways',
  )
})

test('handlers of one name must do one thing, within a play', () => {
  const [one, same, other] = ['a', 'a', 'b'].map(word => handler('h', run`echo ${word}`)) as ReturnType<
    typeof handler
  >[]
  const by = (name: string, notify: ReturnType<typeof handler>): Task =>
    task(name, { check: () => inSync() }, { notify })
  expect(() => refuseConflicts('h', stages([by('a', one!), by('b', same!)]))).not.toThrow()
  expect(() => refuseConflicts('h', stages([by('a', one!)], [by('b', other!)]))).not.toThrow()
  expect(() => refuseConflicts('h', stages([by('a', one!), by('b', other!)]))).toThrow(
    'both called "h" and do different things',
  )
})

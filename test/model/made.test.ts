import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { handler, inSync, play, role, run, task } from '../../src/index.ts'
import { madeAt } from '../../src/model/made.ts'
import { file, reload } from '../../src/resources/index.ts'

const web = role({ name: 'web', dir: '', tasks: () => [] }) // made 1
const helped = () => file({ path: '/etc/x', content: '' }) // made 7

test.each<[string, object, number]>([
  ['a use of a role', web({}), 2], // made 2
  ['a play', play('p', { hosts: 'all' }, []), 3], // made 3
  ['a task', task('t', { check: () => inSync() }), 4], // made 4
  ['a resource', file({ path: '/etc/motd', content: '' }), 5], // made 5
  ['a handler', handler('h', run`true`), 6], // made 6
  ['what a helper of the user makes, in the helper', helped(), 7],
  ['a handler that one of ours makes, in the line that calls that', reload('ssh'), 8], // made 8
])('%s remembers where it was made', (_, value, n) => {
  const place = madeAt(value)
  const lines = readFileSync(import.meta.filename, 'utf8').split('\n')
  expect(place?.file).toBe('test/model/made.test.ts')
  expect(lines[(place?.line ?? 0) - 1]).toContain(`// made ${n}`)
})

test.each([[{}], [undefined], [null], ['x'], [() => 1]])('%o was made nowhere', value => {
  expect(madeAt(value)).toBeUndefined()
})

test('stacks of errors keep their length', () => {
  const { stackTraceLimit } = Error
  web()
  expect(Error.stackTraceLimit).toBe(stackTraceLimit)
})

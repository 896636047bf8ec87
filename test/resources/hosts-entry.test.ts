import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostsEntry } from '../../src/resources/index.ts'
import type { WantedHost } from '../../src/resources/parts/host-lines.ts'
import { withHost } from '../../src/resources/parts/host-lines.ts'
import { bench } from '../support/apply.ts'
import type { PrivateSystem } from '../support/private-system.ts'
import { privateSystem } from '../support/private-system.ts'

let system: PrivateSystem
beforeAll(async () => {
  system = await privateSystem()
})
afterAll(() => system[Symbol.dispose]())

const present = (address: string, ...names: string[]): WantedHost => ({ address, names, state: 'present' })
const absent = (address: string, ...names: string[]): WantedHost => ({ address, names, state: 'absent' })

test.each<[string, string, WantedHost, string]>([
  ['appends', '127.0.0.1 localhost\n', present('10.0.0.1', 'a', 'b'), '127.0.0.1 localhost\n10.0.0.1\ta b\n'],
  ['ends the last line first', '# x', present('10.0.0.1', 'a'), '# x\n10.0.0.1\ta\n'],
  ['appends to nothing', '', present('10.0.0.1', 'a'), '10.0.0.1\ta\n'],
  [
    'knows it with other spaces and letters',
    '10.0.0.1   A\tb # x\n',
    present('10.0.0.1', 'a', 'b'),
    '10.0.0.1   A\tb # x\n',
  ],
  ['knows an address by its meaning', '0:0:0:0:0:0:0:5 a\n', present('::5', 'a'), '0:0:0:0:0:0:0:5 a\n'],
  [
    'moves a name to its new address',
    '10.0.0.1 a\n10.0.0.9 z\n',
    present('10.0.0.2', 'a'),
    '10.0.0.9 z\n10.0.0.2\ta\n',
  ],
  [
    'leaves the other names',
    '10.0.0.1 a x # y\n',
    present('10.0.0.2', 'a'),
    '10.0.0.1\tx # y\n10.0.0.2\ta\n',
  ],
  ['leaves the other family', '::5 a\n', present('10.0.0.2', 'a'), '::5 a\n10.0.0.2\ta\n'],
  ['changes its line in its place', '10.0.0.1 b a\nz\n', present('10.0.0.1', 'a', 'b'), '10.0.0.1\ta b\nz\n'],
  ['removes what stands there twice', '10.0.0.1 a\n10.0.0.1 a\n', present('10.0.0.1', 'a'), '10.0.0.1 a\n'],
  ['takes no remark for a host', '#10.0.0.1 a\n', present('10.0.0.1', 'a'), '#10.0.0.1 a\n10.0.0.1\ta\n'],
  ['removes names', '10.0.0.1 a b\n10.0.0.2 a\n', absent('10.0.0.1', 'a'), '10.0.0.1\tb\n10.0.0.2 a\n'],
  ['removes an address', '10.0.0.1 a b\n10.0.0.2 a\n', absent('10.0.0.1'), '10.0.0.2 a\n'],
  ['removes nothing', '10.0.0.1 a\n', absent('10.0.0.3', 'a'), '10.0.0.1 a\n'],
])('%s', (_, before, wanted, after) => {
  expect(withHost(before, wanted)).toBe(after)
})

test('is the same when it is done twice', () => {
  const address = fc.constantFrom('10.0.0.1', '10.0.0.2', '::1', '0:0:0:0:0:0:0:1', '127.0.0.1')
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c.d'), { minLength: 1 })
  const line = fc.oneof(
    fc
      .tuple(address, names, fc.constantFrom('', ' # x', '\t'))
      .map(([at, all, end]) => `${at} ${all.join(' ')}${end}`),
    fc.constantFrom('', '# a', '10.0.0.1', '  '),
  )
  const text = fc
    .tuple(fc.array(line), fc.constantFrom('', '\n'))
    .map(([lines, end]) => lines.join('\n') + end)
  const state = fc.constantFrom('present' as const, 'absent' as const)
  const property = fc.property(text, address, names, state, (before, at, all, its) => {
    const wanted = { address: at, names: all, state: its }
    const once = withHost(before, wanted)
    expect(withHost(once, wanted)).toBe(once)
  })
  fc.assert(property, { numRuns: 2000 })
})

test.each([['dash'], ['busybox', 'sh']] as const)('names come and go over %s', async (...sh) => {
  using host = bench(system.far(sh))
  const wanted = hostsEntry({ address: '192.0.2.7', names: ['db.example.com', 'db'] })
  const before = system.inside('cat /etc/hosts')
  await host.converge(wanted)
  expect(system.inside('getent hosts db; getent hosts 192.0.2.7')).toMatch(
    /^192\.0\.2\.7 .*\n192\.0\.2\.7 +db\.example\.com db\n$/,
  )
  expect(await host.converge(wanted)).toBeUndefined()
  await host.converge(hostsEntry({ address: '192.0.2.8', names: ['db'] }))
  expect(system.inside('getent hosts db')).toMatch(/^192\.0\.2\.8 /)
  await host.converge(hostsEntry({ address: '192.0.2.8', names: ['db'], state: 'absent' }))
  await host.converge(hostsEntry({ address: '192.0.2.7', state: 'absent' }))
  expect(system.inside('cat /etc/hosts')).toBe(before)
})

test.each<[string, object]>([
  ['address', { address: '10.0.0' }],
  ['address', { address: '10.0.0.1 x' }],
  ['names', { names: [] }],
  ['names', { names: ['a', 'A'] }],
  ['names.0', { names: ['a b'] }],
  ['names.0', { names: ['a\nb'] }],
  ['names.0', { names: ['#a'] }],
])('a wrong %s is refused by its name', (name, given) => {
  expect(() => hostsEntry({ address: '10.0.0.1', names: ['a'], ...given })).toThrow(`hostsEntry({…}).${name}`)
})

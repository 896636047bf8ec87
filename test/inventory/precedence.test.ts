import { expect, test } from 'vitest'
import { explain } from '../../src/inventory/origin.ts'
import { showError } from '../../src/model/error.ts'
import { Secret } from '../../src/model/secret.ts'
import { hostOf, inventoryOf, known, mistakeOf } from './inventory-of.ts'

const hosts = (all: string, dc: string, a: string) => ({
  'hosts.yaml': `all: { vars: { ${all} }, children: { dc: { vars: { ${dc} }, children: { web: { hosts: { a: { ${a} } } } } } } }`,
})

/** At each one more level says `x`. */
const levels = [
  hosts('x: 1', '', ''),
  { 'group_vars/all.yaml': 'x: 2' },
  hosts('x: 1', 'x: 3', ''),
  { 'group_vars/dc.yml': 'x: 4' },
  { 'group_vars/web/one.yaml': 'x: 5' },
  hosts('x: 1', 'x: 3', 'x: 6'),
  { 'host_vars/a': 'x: 7' },
]

test.each([1, 2, 3, 4, 5, 6, 7])('level %i is stronger than those before', async x => {
  const files = Object.assign({}, ...levels.slice(0, x)) as Record<string, string>
  expect((await hostOf(files, 'a')).vars.number('x')).toBe(x)
})

test('--extra-vars are stronger than all, the last of them strongest', async () => {
  const host = await hostOf('all: { hosts: { a: { x: 1, port: 22 } } }', 'a', {
    extraVars: ['x=2', 'x=3', 'port=2222'],
  })
  expect([host.vars.number('x'), host.route]).toEqual([3, expect.objectContaining({ port: 2222 })])
})

test.each([
  ['x: 1', 'x: 1'],
  ['x: { a: [1, y] }', 'x: { a: [1, y] }'],
  ['x: !env SAME', 'x: !env SAME'],
  ['x: { a: 1 }', 'x: { b: 1 }'],
])('siblings that say %s and %s agree', async (one, other) => {
  const text = `web: { hosts: { a: }, vars: { ${one} } }\ngpu: { hosts: { a: }, vars: { ${other} } }`
  expect(await mistakeOf(text)).toBe('no mistake')
})

const neither = (host: string) =>
  `\n  Neither group lies in the other, so neither is stronger: set it on ${host}, or make the groups agree.`

test.each([
  ['x: 1', 'x: 2', '2:36: x of a is 2 in the group gpu and 1 in the group web (inventory/hosts.yaml:1:36)'],
  [
    'x: [1]',
    'x: [1, 2]',
    '2:36: x of a is [1,2] in the group gpu and [1] in the group web (inventory/hosts.yaml:1:36)',
  ],
  [
    'x: { a: 1 }',
    'x: 2',
    '2:36: x of a is 2 in the group gpu and {"a":1} in the group web (inventory/hosts.yaml:1:36)',
  ],
  [
    'x: !env ONE',
    'x: !env TWO',
    '2:41: x of a is a secret in the group gpu and a secret in the group web (inventory/hosts.yaml:1:41)',
  ],
  [
    'user: jo',
    'user: me',
    '2:39: user of a is "me" in the group gpu and "jo" in the group web (inventory/hosts.yaml:1:39)',
  ],
  [
    'user: jo',
    'ansible_user: me',
    '2:47: user/ansible_user of a is "me" in the group gpu and "jo" in the group web (inventory/hosts.yaml:1:39)',
  ],
])('siblings that say %s and %s disagree', async (one, other, mistake) => {
  const text = `web: { hosts: { a: }, vars: { ${one} } }\ngpu: { hosts: { a: }, vars: { ${other} } }`
  // The `x:` stands in column 31 of both lines.
  const shifted = mistake.replaceAll(/(\d):(\d\d)/g, (_, line, column) => `${line}:${Number(column) - 2}`)
  expect(await mistakeOf(text)).toBe(`inventory/hosts.yaml:${shifted}${neither('a')}`)
})

test.each([
  [
    'the host decides',
    'web: { hosts: { a: { x: 3 } }, vars: { x: 1 } }\ngpu: { hosts: { a: }, vars: { x: 2 } }',
    {},
    3,
  ],
  [
    '-e decides',
    'web: { hosts: { a: }, vars: { x: 1 } }\ngpu: { hosts: { a: }, vars: { x: 2 } }',
    { extraVars: ['x=3'] },
    3,
  ],
  [
    'a deeper group decides',
    'web: { vars: { x: 1 }, children: { small: { vars: { x: 3 }, hosts: { a: } } } }\ngpu: { hosts: { a: }, vars: { x: 2 } }',
    {},
    3,
  ],
])('siblings may disagree where %s', async (_, text, options, x) => {
  expect((await hostOf(text, 'a', options)).vars.number('x')).toBe(x)
})

test('siblings that disagree are no matter of hosts that are in one of them only', async () => {
  const fleet = await inventoryOf(
    'web: { hosts: { a: }, vars: { x: 1 } }\ngpu: { hosts: { b: }, vars: { x: 2 } }',
  )
  expect(fleet.select('all').map(host => host.vars.number('x'))).toEqual([1, 2])
})

test('a map that two siblings say differently is refused when it is read whole, and merged as a role', async () => {
  const text = 'web: { hosts: { a: }, vars: { r: { x: 1 } } }\ngpu: { hosts: { a: }, vars: { r: { y: 2 } } }'
  const host = await hostOf(text, 'a')
  expect(host.roleVars('r').inventory).toEqual({ x: 1, y: 2 })
  expect(() => host.vars.string('r')).toThrow(
    'r of a is {"y":2} in the group gpu and {"x":1} in the group web',
  )
})

test('one host said twice must be said alike', async () => {
  const text = 'web: { hosts: { a: { x: 1 } } }\ngpu: { hosts: { a: { x: 2 } } }'
  expect(await mistakeOf(text)).toBe(
    'inventory/hosts.yaml:2:25: x of a is 2 here and 1 at inventory/hosts.yaml:1:25\n  Say it once.',
  )
  expect(await mistakeOf('all: { hosts: { "n[1:3]": { x: 1 }, n2: { x: 2 } } }')).toContain(
    'x of n2 is 2 here and 1 at',
  )
})

test('two files beside must not contradict each other', async () => {
  const files = {
    'hosts.yaml': 'web: { hosts: { a: } }',
    'group_vars/web/a.yml': 'x: 1',
    'group_vars/web/b.yml': 'x: 2',
  }
  expect(await mistakeOf(files)).toBe(
    'inventory/group_vars/web/b.yml:1:4: x of a is 2 here and 1 at inventory/group_vars/web/a.yml:1:4\n  Say it once.',
  )
})

test('explain tells of each value who said it, what counts first', async () => {
  const files = {
    'hosts.yaml':
      'all: { vars: { x: 1, user: root }, children: { web: { vars: { x: 2 }, hosts: { a: { ansible_user: jo, password: hunter2 } } } } }',
    'group_vars/web.yaml': 'x: 3\nr: { y: 1 }\n',
    'host_vars/a.yaml': 'x: 4\n',
  }
  const fleet = await inventoryOf(files, { extraVars: ['x=5', 'r.z=6'], user: 'me', become: true })
  const told = Array.from(explain(known(fleet, 'a')), ([name, origins]) => [
    name,
    origins.map(({ name, value, level, place: { file, line, column } }) =>
      [name, String(JSON.stringify(value)), level, file, line, column]
        .filter(part => part !== undefined)
        .join(' '),
    ),
  ])
  expect(Object.fromEntries(told)).toEqual({
    user: [
      'user "me" command line -u',
      'ansible_user "jo" host inventory/hosts.yaml 1 99',
      'user "root" group all inventory/hosts.yaml 1 28',
    ],
    password: ['password "***" host inventory/hosts.yaml 1 113'],
    become: ['become true command line -b'],
    r: ['r.z 6 --extra-vars -e r.z', 'r {"y":1} group_vars/web inventory/group_vars/web.yaml 2 4'],
    x: [
      'x 5 --extra-vars -e x',
      'x 4 host_vars inventory/host_vars/a.yaml 1 4',
      'x 3 group_vars/web inventory/group_vars/web.yaml 1 4',
      'x 2 group web inventory/hosts.yaml 1 66',
      'x 1 group all inventory/hosts.yaml 1 19',
    ],
  })
})

test('no secret is in what explain tells', async () => {
  const text =
    'all: { hosts: { a: { password: poison-1, ansible_become_pass: poison-2, t: !unsafe "{{ x }}" } } }'
  const host = await hostOf(text, 'a', { password: new Secret('poison-3') })
  const told = JSON.stringify([...explain(host)])
  expect(told).not.toContain('poison')
  expect(told).toContain('{{ x }}')
  expect(showError(new Error(told))).toContain('***')
})

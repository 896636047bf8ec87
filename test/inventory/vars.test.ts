import { expect, test } from 'vitest'
import { showError } from '../../src/model/error.ts'
import { mode, secret, z } from '../../src/model/schema.ts'
import { Secret } from '../../src/model/secret.ts'
import { hostOf } from './inventory-of.ts'

const TEXT = `all:
  vars: { teleport_fqdn: tp.example.com }
  hosts:
    a:
      name: web
      count: 3
      version: 1.20
      on: true
      off: no
      names: [x, y]
      numbers: [1, 2]
      map: { inner: { port: 4x } }
      token: !env TOKEN
      plain_token: hunter2
      nothing:
      none: !unsafe "{{ x }}"
`
const a = () => hostOf(TEXT, 'a')

test('each value has the type that it is read as', async () => {
  const { vars } = await a()
  expect([vars.string('name'), vars.string('teleport_fqdn'), vars.string('none')]).toEqual([
    'web',
    'tp.example.com',
    '{{ x }}',
  ])
  expect([vars.number('count'), vars.flag('on'), vars.flag('off')]).toEqual([3, true, false])
  expect(vars.list('names')).toEqual(['x', 'y'])
  expect(Secret.is(vars.secret('token'))).toBe(true)
  expect(vars.read('map', z.object({ inner: z.record(z.string(), z.string()) }))).toEqual({
    inner: { port: '4x' },
  })
})

test('what is missing, or set to nothing, is what the reader says otherwise', async () => {
  const { vars } = await a()
  expect([vars.string('nope', 'x'), vars.number('nope', 1), vars.flag('nothing', true)]).toEqual([
    'x',
    1,
    true,
  ])
  expect(vars.list('nope', [])).toEqual([])
  expect(vars.read('nope', z.number().default(7))).toBe(7)
})

type Vars = Awaited<ReturnType<typeof a>>['vars']
const inner = z.object({ inner: z.object({ port: z.number() }) })

test.each<[string, (vars: Vars) => unknown, string]>([
  [
    'a number as text',
    vars => vars.string('version'),
    '7:16: version of a is 1.2, not a text\n  Write it in quotes: "1.2".',
  ],
  ['a text as number', vars => vars.number('name'), '5:13: name of a is "web", not a number'],
  ['a text as flag', vars => vars.flag('name'), '5:13: name of a is "web", not true or false'],
  ['a text as list', vars => vars.list('name'), '5:13: name of a is "web", not a list of texts'],
  ['numbers as list', vars => vars.list('numbers'), '11:16: numbers of a is [1,2], not a list of texts'],
  [
    'a secret as text',
    vars => vars.string('token'),
    '13:19: token of a is a secret, not a text\n  Read it with `vars.secret`.',
  ],
  [
    'a text as secret, which may be the secret',
    vars => vars.secret('plain_token'),
    '14:20: plain_token of a is a plain string, not a secret\n  Write !env NAME, !file PATH or !vault, so that nobody finds it in the file.',
  ],
  [
    'a schema',
    vars => vars.read('map', inner),
    '12:29: map.inner.port of a is "4x": expected number, received string',
  ],
  [
    'a name that a schema does not know',
    vars => vars.read('map', z.object({ iner: z.any() })),
    '12:14: map has no "inner"\n  Did you mean "iner"?',
  ],
  [
    'a mode',
    vars => vars.read('count', mode()),
    "6:14: count of a is 3: expected an octal file mode with its leading zero, such as '0644'",
  ],
  [
    'a name nearly there',
    vars => vars.string('teleport_fdqn'),
    '4:5: teleport_fdqn of a is missing\n  Did you mean "teleport_fqdn"?',
  ],
  [
    'a name far off',
    vars => vars.string('zebra_crossing'),
    '4:5: zebra_crossing of a is missing\n  Set it under `vars` of one of its groups, on the host itself, or with -e.',
  ],
  [
    'set to nothing',
    vars => vars.string('nothing'),
    '15:15: nothing of a is set to nothing\n  Give it a value.',
  ],
  [
    'a connection name',
    vars => vars.number('port'),
    '4:5: port of a is missing\n  "port" says how the host is reached, and is no variable.',
  ],
])('%s', async (_, read, mistake) => {
  const { vars } = await a()
  let error: unknown
  try {
    read(vars)
  } catch (thrown) {
    error = thrown
  }
  expect(showError(error)).toBe(`inventory/hosts.yaml:${mistake}`)
})

test("a role's variables are merged key by key over all levels, and keep their places", async () => {
  const files = {
    'hosts.yaml': `all:
  vars: { ssh-hardening: { max_auth_tries: 3, allow: [root], deep: { x: 1, y: 1 } } }
  children:
    dgx:
      vars: { ssh-hardening: { max_auth_tries: 4x } }
      hosts: { dgx01: { ssh-hardening: { deep: { x: 2 } } }, dgx02: { ssh-hardening: } }
`,
    'group_vars/dgx.yaml': 'ssh-hardening: { key: !env KEY }\n',
  }
  const host = await hostOf(files, 'dgx01', { extraVars: ['ssh-hardening.allow=[me]'] })
  const { inventory, extra, placeOf } = host.roleVars('ssh-hardening')
  expect(inventory).toEqual({
    max_auth_tries: '4x',
    allow: ['root'],
    // What is inside a variable is replaced whole.
    deep: { x: 2 },
    key: expect.any(Secret),
  })
  expect(extra).toEqual({ allow: ['me'] })
  expect(placeOf(['max_auth_tries'])).toEqual({ file: 'inventory/hosts.yaml', line: 5, column: 48 })
  expect(placeOf(['deep', 'x'])).toEqual({ file: 'inventory/hosts.yaml', line: 6, column: 53 })
  expect(placeOf(['allow', 0])).toEqual({ file: '-e ssh-hardening.allow' })
  expect(placeOf(['deep', 'x'], 'name')).toEqual({ file: 'inventory/hosts.yaml', line: 6, column: 50 })
  expect(placeOf(['max_auth_tries'], 'name')).toEqual({ file: 'inventory/hosts.yaml', line: 5, column: 32 })
  expect(placeOf(['nope'])).toEqual({ file: 'inventory/hosts.yaml', line: 6, column: 40 })
  expect(host.roleVars('tailscale').inventory).toEqual({})
})

test("a role's variables that are no map are refused when the role is used", async () => {
  const host = await hostOf('all: { hosts: { a: { r: true } } }', 'a')
  expect(host.vars.flag('r')).toBe(true)
  expect(() => host.roleVars('r')).toThrow("r of a is true, not a map of the role's variables")
  const extra = await hostOf('all: { hosts: { a: } }', 'a', { extraVars: ['r=5'] })
  expect(() => extra.roleVars('r')).toThrow("r of a is 5, not a map of the role's variables")
})

test('two siblings that disagree on a variable of a role are an error with both places', async () => {
  const text =
    'web: { hosts: { a: }, vars: { r: { x: 1, y: 1 } } }\ngpu: { hosts: { a: }, vars: { r: { x: 2, y: 1 } } }'
  const host = await hostOf(text, 'a')
  expect(() => host.roleVars('r')).toThrow(
    'r.x of a is 2 in the group gpu and 1 in the group web (inventory/hosts.yaml:1:39)',
  )
})

test('a secret schema takes what is a secret', async () => {
  const { vars } = await a()
  expect(Secret.is(vars.read('token', secret()))).toBe(true)
})

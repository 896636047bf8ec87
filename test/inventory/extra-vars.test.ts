import { expect, test } from 'vitest'
import { showError } from '../../src/model/error.ts'
import { z } from '../../src/model/schema.ts'
import { Secret } from '../../src/model/secret.ts'
import { folderWith, hostOf, mistakeOf } from './inventory-of.ts'

const TEXT = 'all: { hosts: { a: } }'
const said = async (extraVars: readonly string[], options = {}) =>
  hostOf(TEXT, 'a', { extraVars, ...options })

test.each([
  ['x=1', 1],
  ['x=yes', 'yes'],
  ['x=true', true],
  ['x=', ''],
  ['x=a=b', 'a=b'],
  ['x=two words', 'two words'],
  ['x="y=1 z=2"', 'y=1 z=2'],
  ['x=10.0.0.1:22', '10.0.0.1:22'],
  ['x=[1, two]', [1, 'two']],
  ['x={ y: 1 }', { y: 1 }],
  ['x=!unsafe "{{ y }}"', '{{ y }}'],
  ['x=line\n  two', 'line two'],
  ['{ x: 1 }', 1],
])('-e %s', async (text, value) => {
  const { vars } = await said([text])
  expect(vars.read('x', z.any())).toEqual(value)
})

test.each([
  [
    'x',
    '-e "x" is not NAME=VALUE\n  Write NAME=VALUE, ROLE.VARIABLE=VALUE for a variable of a role, or @FILE.',
  ],
  [
    '=x',
    '-e "=…" is not NAME=VALUE\n  Write NAME=VALUE, ROLE.VARIABLE=VALUE for a variable of a role, or @FILE.',
  ],
  [
    'a.b.c=hunter2',
    '-e "a.b.c=…" is not NAME=VALUE\n  Write NAME=VALUE, ROLE.VARIABLE=VALUE for a variable of a role, or @FILE.',
  ],
  [
    'x=1 y=hunter2',
    `-e x takes one value, and this looks like several\n  Write an -e for each, or quote the value for the shell and for YAML: -e 'x="…"'.`,
  ],
  [
    'x={{ y }}',
    '-e x: this is not YAML: a map or a list cannot be a name\n  Templates are not evaluated here: compute it in a .ts inventory, or write !unsafe "…" to keep the text.',
  ],
  [
    'x="{{ y }}"',
    '-e x: a template is not evaluated here\n  Compute it in a .ts inventory, or write !unsafe "…" to keep the text as it is.',
  ],
  [
    'x=*.lan',
    '-e x: "*.lan" stands for nothing: no "&.lan" comes before it\n  Put text that begins with "*" in quotes.',
  ],
  [
    '{ x: 1',
    '-e: this is not YAML: Flow map must end with a }\n  Close what "{" or "[" opened, and indent what is inside.',
  ],
  ['@gone.yaml', 'gone.yaml: the file cannot be read: there is no such file (ENOENT)'],
  ['@list.yaml', 'list.yaml:1:1: -e @list.yaml does not hold a map of variables'],
  [
    '@port.yaml',
    'port.yaml:1:7: port of a is 0, not a port number\n  A port is a whole number from 1 to 65535.',
  ],
  ['port=0', '-e port: port of a is 0, not a port number\n  A port is a whole number from 1 to 65535.'],
  ['prot=22', '-e prot: "prot" would be a variable that nobody reads\n  Did you mean "port"?'],
])('-e %s is refused', async (text, mistake) => {
  const cwd = folderWith({ 'inventory/hosts.yaml': TEXT, 'list.yaml': '[1]', 'port.yaml': 'port: 0' })
  expect(await mistakeOf(TEXT, { extraVars: [text], cwd })).toBe(mistake)
})

test('a file of variables, of roles too; the last word counts', async () => {
  const cwd = folderWith({
    'inventory/hosts.yaml': TEXT,
    'more.yaml': 'x: 2\nuser: jo\nssh-hardening: { max_auth_tries: 5, allow: [a] }\n',
  })
  const extraVars = ['x=1', 'ssh-hardening.max_auth_tries=4', '@more.yaml', 'ssh-hardening.allow=[b]']
  const host = await said(extraVars, { cwd })
  const { extra, placeOf } = host.roleVars('ssh-hardening')
  expect([host.vars.number('x'), host.route]).toEqual([2, expect.objectContaining({ user: 'jo' })])
  expect(extra).toEqual({ max_auth_tries: 5, allow: ['b'] })
  expect(placeOf(['max_auth_tries'])).toEqual({ file: 'more.yaml', line: 3, column: 34 })
  expect(placeOf(['allow'])).toEqual({ file: '-e ssh-hardening.allow' })
})

test('a secret on the command line is asked for, never written there', async () => {
  const { vars } = await said(['token=!env RAMPART_TEST_UNSET'])
  const secret = vars.secret('token')
  expect(Secret.is(secret)).toBe(true)
  expect(() => secret.reveal()).toThrow('RAMPART_TEST_UNSET is not set')
})

test('-u and --key are stronger than the inventory; a jump host keeps its own', async () => {
  const text = `all:
  vars: { key: /k/all }
  hosts:
    a: { user: root, via: own }
    b: { via: open }
    own: { user: jump, key: /k/jump }
    open: {}
`
  const line = { user: 'jo', key: 'keys/jo' }
  const routes = await Promise.all(
    ['a', 'b', 'own'].map(async name => {
      const { route } = await hostOf(text, name, line)
      if (route.transport !== 'ssh') throw new Error('not by ssh')
      const of = ({ user, key }: typeof route) =>
        `${user} ${key?.from === 'file' ? key.path.replace(/^\/tmp\/[^/]*/, '.') : 'agent'}`
      return [of(route), route.via && of(route.via)]
    }),
  )
  expect(routes).toEqual([
    ['jo ./keys/jo', 'jump /k/jump'],
    ['jo ./keys/jo', 'jo /k/all'],
    ['jo ./keys/jo', undefined],
  ])
})

test.each([
  ['', true],
  ['become: false', true],
  ['become: postgres', 'postgres'],
  ['ansible_become_user: postgres', 'postgres'],
])('-b where the inventory says { %s }', async (a, become) => {
  const options = { become: true }
  expect((await hostOf(`all: { hosts: { a: { ${a} } } }`, 'a', options)).become).toBe(become)
  expect((await hostOf(TEXT, 'localhost', options)).become).toBe(true)
})

test("a key's passphrase goes with every key's file", async () => {
  const passphrase = new Secret('p')
  const { route } = await hostOf('all: { hosts: { a: { key: /k } } }', 'a', { passphrase })
  expect(route).toMatchObject({ key: { from: 'file', path: '/k', passphrase } })
})

test('no value of -e is in an error', async () => {
  const words = ['poison=1 x=poison', 'a.b.poison=poison', 'password=[poison]', '{ password: { poison: 1 }']
  for (const word of words) {
    const error = await said([word]).then(() => '', showError)
    expect(error.replaceAll(/-e "?(a\.b\.)?poison/g, '').replace("-e 'poison", '')).not.toMatch(/poison/)
    expect(error).not.toBe('')
  }
})

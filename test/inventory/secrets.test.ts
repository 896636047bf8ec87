import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { showError } from '../../src/model/error.ts'
import { reveal, Secret } from '../../src/model/secret.ts'
import { folderWith, hostOf } from './inventory-of.ts'

const secretOf = async (written: string, options = {}) =>
  (await hostOf(`all:\n  hosts:\n    a: { t: ${written} }\n`, 'a', options)).vars.secret('t')

/** What reading it says, as a person sees it. */
function mistake(secret: Secret): string {
  try {
    return `it is ${secret.reveal()}`
  } catch (error) {
    return showError(error)
  }
}

test('!env is read when it is needed, not before', async () => {
  const secret = await secretOf('!env RAMPART_TEST_TOKEN')
  expect(mistake(secret)).toBe(
    'inventory/hosts.yaml:3:18: the environment variable RAMPART_TEST_TOKEN is not set\n  export RAMPART_TEST_TOKEN=… before the run.',
  )
  vi.stubEnv('RAMPART_TEST_TOKEN', 'now')
  try {
    expect(secret.reveal()).toBe('now')
  } finally {
    vi.unstubAllEnvs()
  }
})

test.each([
  ['one line', 'hunter2\n', 'hunter2'],
  ['one line of Windows', 'hunter2\r\n', 'hunter2'],
  ['no end of line', 'hunter2', 'hunter2'],
  ['blanks that belong to it', ' hunter2 \n', ' hunter2 '],
  ['several lines, as of a key', '-----BEGIN\nx\n-----END\n', '-----BEGIN\nx\n-----END\n'],
])('!file with %s', async (_, content, value) => {
  const file = join(folderWith({ secret: content }), 'secret')
  expect((await secretOf(`!file ${file}`)).reveal()).toBe(value)
})

test('!file starts at the folder of its file, and is read when it is needed', async () => {
  const host = await hostOf(
    {
      'hosts.yaml': 'all: { hosts: { a: } }',
      'host_vars/a/vars.yaml': 't: !file token.txt',
      'host_vars/a/token.txt': 'deep',
    },
    'a',
  )
  expect(host.vars.secret('t').reveal()).toBe('deep')
})

test('!file that is not there, or empty', async () => {
  const folder = folderWith({ empty: '\n' })
  expect(mistake(await secretOf(`!file ${folder}/nope`))).toBe(
    `inventory/hosts.yaml:3:19: the secret's file ${folder}/nope cannot be read: there is no such file (ENOENT)\n  A path after !file starts at the folder of the file that it stands in.`,
  )
  const empty = await secretOf(`!file ${folder}/empty`)
  expect(mistake(empty)).toBe(
    `inventory/hosts.yaml:3:19: ${folder}/empty is empty\n  Write the secret into it.`,
  )
  writeFileSync(`${folder}/empty`, 'full\n')
  expect(empty.reveal()).toBe('full')
})

test('!vault is made a secret by who can, else says that nobody can', async () => {
  const secret = await secretOf('!vault sealed', {
    decrypt: (sealed: string, at: object) => new Secret(() => `open ${sealed} ${JSON.stringify(at)}`),
  })
  expect(secret.reveal()).toBe('open sealed {"file":"inventory/hosts.yaml","line":3,"column":20}')
  expect(mistake(await secretOf('!vault sealed'))).toBe(
    'inventory/hosts.yaml:3:20: !vault cannot be read: no vault is available here\n  Use !env or !file.',
  )
})

test('passwords are secrets, in plain words or not; what is given by -k and -K is for who has none', async () => {
  const line = { password: new Secret('from -k'), becomePassword: new Secret('from -K') }
  const words = async (said: string) => {
    const { route, becomePassword } = await hostOf(`all: { hosts: { a: { ${said} } } }`, 'a', line)
    const { password } = route as { password?: Secret }
    return [password, becomePassword].map(each => each && reveal(each))
  }
  expect(await words('')).toEqual(['from -k', 'from -K'])
  expect(await words('password: own')).toEqual(['own', 'from -K'])
  expect(await words('ansible_ssh_pass: own, ansible_become_pass: other')).toEqual(['own', 'other'])
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { askSsh } from '../../src/controller/ssh-config.ts'
import { folderWith } from '../inventory/inventory-of.ts'

afterEach(() => vi.unstubAllEnvs())

const nobody = { user: undefined, port: undefined }

test('what ssh would do comes by keyword, what may stand several times as a list', async () => {
  const folder = folderWith({
    'ssh config':
      'Host a\n  HostName 10.0.0.1\n  IdentityFile /k/one\n  IdentityFile "/k/t w o"\nMatch user jo\n  Compression yes\n',
  })
  const answer = await askSsh({ host: 'a', user: 'jo', port: 2222 }, join(folder, 'ssh config'))
  if (answer.kind !== 'settings') throw new Error(JSON.stringify(answer))
  const told = ['hostname', 'user', 'port', 'identityfile', 'compression', 'proxyjump'].map(name =>
    answer.settings.get(name),
  )
  expect(told).toEqual([['10.0.0.1'], ['jo'], ['2222'], ['/k/one', '/k/t w o'], ['yes'], undefined])
})

test.each(['2001:db8::1', 'fe80::1%eth0', 'мир.example', 'a_b'])('the name %s comes whole', async host => {
  const answer = await askSsh({ host, ...nobody }, '/dev/null')
  expect(answer.kind === 'settings' && answer.settings.get('hostname')).toEqual([host])
})

test('what ssh does not understand is its own first line', async () => {
  const config = join(folderWith({ config: 'Host a\n  Nonsense yes\n' }), 'config')
  expect(await askSsh({ host: 'a', ...nobody }, config)).toEqual({
    kind: 'refused',
    said: `${config}: line 2: Bad configuration option: nonsense`,
  })
})

test('a name that looks like an option is a name', async () => {
  const answer = await askSsh({ host: '-oProxyCommand=id', ...nobody }, '/dev/null')
  expect(answer).toMatchObject({ kind: 'refused', said: expect.stringMatching(/invalid/) })
})

test('where there is no ssh, it says so', async () => {
  vi.stubEnv('PATH', folderWith({}))
  expect(await askSsh({ host: 'a', ...nobody })).toEqual({ kind: 'no-ssh' })
})

test('many are asked a few at a time, and none is forgotten', async () => {
  const folder = folderWith({
    config: 'Match exec "echo + >> FOLDER/log; sleep 0.05; echo - >> FOLDER/log"\n  User jo\n',
  })
  const hosts = Array.from({ length: 40 }, (_, i) => `h${i}`)
  const answers = await Promise.all(hosts.map(host => askSsh({ host, ...nobody }, join(folder, 'config'))))
  expect(answers.map(answer => answer.kind === 'settings' && answer.settings.get('host')?.[0])).toEqual(hosts)
  let running = 0
  const counts = readFileSync(join(folder, 'log'), 'utf8')
    .trim()
    .split('\n')
    .map(sign => (running += sign === '+' ? 1 : -1))
  expect([counts.length, counts.at(-1)]).toEqual([80, 0])
  expect(Math.max(...counts)).toBeLessThanOrEqual(8)
  expect(Math.max(...counts)).toBeGreaterThan(1)
})

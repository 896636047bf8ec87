import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LoginRefused, showError, VariableError } from '../../src/model/error.ts'
import type { Key, SshRoute } from '../../src/model/route.ts'
import { Secret } from '../../src/model/secret.ts'
import type { SshOptions } from '../../src/transport/ssh/index.ts'
import type { ScriptedServer, ServerScript } from '../support/ssh-server.ts'
import { startSshServer } from '../support/ssh-server.ts'
import { makeKey, routeTo, startSshd } from '../support/sshd.ts'
import type { Home } from '../support/try-ssh.ts'
import { makeHome, refusal, tryConnect } from '../support/try-ssh.ts'

const PASSWORD = 'poison-password'
let home: Home
let server: ScriptedServer
const at = (name: string): string => home.at(name)

beforeEach(() => {
  home = makeHome()
  mkdirSync(at('.ssh'), { mode: 0o700 })
})
afterEach(async () => {
  await server?.close()
  home.remove()
})

async function start(auth: ServerScript['auth'], more: ServerScript = {}): Promise<void> {
  server = await startSshServer({ ...more, ...(auth ? { auth } : {}) })
  writeFileSync(at('known_hosts'), server.knownHosts)
}

const route = (over: Partial<SshRoute>): SshRoute =>
  routeTo({ port: server.port, user: 'me', key: at('id'), knownHosts: at('known_hosts') }, over)
const file = (name: string, passphrase?: string): Key => ({
  from: 'file',
  path: at(name),
  ...(passphrase === undefined ? {} : { passphrase: new Secret(passphrase) }),
})
const base64 = (name: string): string => readFileSync(at(`${name}.pub`), 'utf8').split(' ')[1] ?? ''
const keysOffered = (): readonly (string | undefined)[] => server.offered.map(offer => offer.key)

async function refused(over: Partial<SshRoute>, options: Partial<SshOptions> = {}): Promise<LoginRefused> {
  const error = await refusal(LoginRefused, route(over), { ...home.options, ...options })
  expect(showError(error)).not.toContain(PASSWORD)
  return error
}

describe('a key file', () => {
  test('is the only thing offered', async () => {
    for (const name of ['id', '.ssh/id_ed25519', '.ssh/id_rsa']) makeKey(at(name), 'ed25519')
    await start(undefined)
    expect(await tryConnect(route({}), home.options)).toBe('127.0.0.1')
    expect(server.offered).toEqual([{ method: 'publickey', user: 'me', key: base64('id') }])
  })

  test('under ~', async () => {
    makeKey(at('.ssh/special'), 'ed25519')
    await start(undefined)
    expect(await tryConnect(route({ key: { from: 'file', path: '~/.ssh/special' } }), home.options)).toBe(
      '127.0.0.1',
    )
  })

  test('encrypted, with its passphrase', async () => {
    makeKey(at('locked'), 'ed25519', PASSWORD, '-a', '1')
    await start(undefined)
    expect(await tryConnect(route({ key: file('locked', PASSWORD) }), home.options)).toBe('127.0.0.1')
  })

  test.each([
    ['encrypted, without a passphrase', 'locked', undefined, 'no passphrase was given'],
    ['encrypted, with a wrong one', 'locked', 'wrong', 'the passphrase is wrong'],
    ['open to others', 'open', undefined, 'is open to others (mode 0644)'],
    ['public', 'open.pub', undefined, 'is a public key'],
    ['missing', 'missing', undefined, 'no such file'],
  ])('%s: a mistake, found before anything is dialled', async (_, name, passphrase, words) => {
    makeKey(at('locked'), 'ed25519', PASSWORD, '-a', '1')
    chmodSync(makeKey(at('open'), 'ed25519'), 0o644)
    await start(undefined)
    const error = await refusal(VariableError, route({ key: file(name, passphrase) }), home.options)
    expect(error.message).toContain(words)
    expect(error.message).toContain(at(name))
    expect(server.connections).toBe(0)
  })

  test('refused: one error that says what was tried and what is taken, and no second try', async () => {
    makeKey(at('id'), 'ed25519')
    await start(offer => offer.reject(['publickey', 'password']))
    const error = await refused({})
    expect(error.message).toBe(
      `web (127.0.0.1:${server.port}) does not let me in: tried the key ${at('id')}; it takes publickey, password`,
    )
    expect(error.hint).toContain("me's authorized_keys")
    expect(server.connections).toBe(1)
    expect(server.offered).toHaveLength(1)
  })

  test('where only a password is taken', async () => {
    makeKey(at('id'), 'ed25519')
    await start(offer => offer.reject(['password']))
    expect((await refused({})).hint).toContain('--ask-pass')
  })

  test('where nothing is taken that we can do', async () => {
    makeKey(at('id'), 'ed25519')
    await start(offer => offer.reject(['gssapi-with-mic' as never]))
    expect((await refused({})).hint).toContain('transport: openssh')
  })

  test('RSA is signed with SHA-2', async () => {
    const sshd = await startSshd({ config: ['LogLevel DEBUG3'] })
    try {
      makeKey(at('rsa'), 'rsa', '', '-b', '2048')
      writeFileSync(`${sshd.dir}/authorized_keys`, readFileSync(at('rsa.pub')))
      expect(await tryConnect(routeTo(sshd, { key: file('rsa') }), home.options)).toBe('127.0.0.1')
      expect(sshd.log()).toMatch(/Accepted publickey .* RSA/)
      expect(sshd.log()).toMatch(/signature alg rsa-sha2-|rsa-sha2-\d+ .*pkalg|pkalg rsa-sha2-/)
    } finally {
      await sshd.stop()
    }
  })
})

describe('nothing given', () => {
  test('the default files, in the order of ssh(1)', async () => {
    makeKey(at('.ssh/id_rsa'), 'rsa', '', '-b', '2048')
    makeKey(at('.ssh/id_ecdsa'), 'ecdsa')
    makeKey(at('.ssh/id_ed25519'), 'ed25519')
    await start(offer => offer.reject(['publickey']))
    await refused({ key: undefined })
    expect(keysOffered()).toEqual(['.ssh/id_ed25519', '.ssh/id_ecdsa', '.ssh/id_rsa'].map(base64))
  })

  test('what could not be offered is told when nothing else helped', async () => {
    makeKey(at('.ssh/id_ed25519'), 'ed25519', PASSWORD, '-a', '1')
    chmodSync(makeKey(at('.ssh/id_ecdsa'), 'ecdsa'), 0o644)
    await start(undefined)
    const error = await refused({ key: undefined })
    expect(error.message).toContain('nothing to offer it')
    expect(error.message).toContain(`${at('.ssh/id_ed25519')} is encrypted`)
    expect(error.message).toContain(`${at('.ssh/id_ecdsa')} is open to others`)
    expect(error.hint).toContain('--ask-pass')
  })
})

describe('a server that cuts', () => {
  test('after refusing: its answer, not an accident', async () => {
    makeKey(at('id'), 'ed25519')
    await start((offer, client) => {
      offer.reject(['publickey'])
      client.end()
    })
    const error = await refused({})
    expect(error.message).toContain('tried the key')
    expect(server.connections).toBe(1)
  })

  test('with "Too many authentication failures"', async () => {
    const sshd = await startSshd({ config: ['MaxAuthTries 1'] })
    try {
      makeKey(at('other'), 'ed25519')
      const to = routeTo(sshd, { key: file('other') })
      const error = await refusal(LoginRefused, to, home.options)
      expect(error.message).toContain('it said: Too many authentication failures')
      expect(sshd.log().match(/Connection from/g)).toHaveLength(1)
    } finally {
      await sshd.stop()
    }
  })
})

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import type { KeyboardAuthContext } from 'ssh2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LoginRefused, showError } from '../../src/model/error.ts'
import type { SshRoute } from '../../src/model/route.ts'
import { Secret } from '../../src/model/secret.ts'
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
})
afterEach(async () => {
  await server?.close()
  home.remove()
})

async function start(auth: ServerScript['auth'] & {}): Promise<void> {
  server = await startSshServer({ auth })
  writeFileSync(at('known_hosts'), server.knownHosts)
}

const route = (over: Partial<SshRoute>): SshRoute =>
  routeTo({ port: server.port, user: 'me', key: at('id'), knownHosts: at('known_hosts') }, over)

async function refused(over: Partial<SshRoute>): Promise<LoginRefused> {
  const error = await refusal(LoginRefused, route(over), home.options)
  expect(showError(error)).not.toContain(PASSWORD)
  return error
}

describe('a password', () => {
  const password = new Secret(PASSWORD)
  const withPassword = { key: undefined, password }

  test('by the method password', async () => {
    await start(offer =>
      offer.method === 'password' && offer.password === PASSWORD
        ? offer.accept()
        : offer.reject(['password']),
    )
    expect(await tryConnect(route(withPassword), home.options)).toBe('127.0.0.1')
    expect(server.offered.map(offer => offer.method)).toEqual(['none', 'password'])
  })

  test('by keyboard-interactive, one question', async () => {
    await start(offer => {
      if (offer.method !== 'keyboard-interactive') return offer.reject(['keyboard-interactive'])
      offer.prompt('Password: ', ([answer]) => (answer === PASSWORD ? offer.accept() : offer.reject()))
    })
    expect(await tryConnect(route(withPassword), home.options)).toBe('127.0.0.1')
  })

  test.each(['password', 'keyboard-interactive'] as const)('wrong, by %s: given once', async method => {
    let given = 0
    const ask = (offer: KeyboardAuthContext): void =>
      offer.prompt('Password: ', () => {
        given++
        offer.reject([method])
      })
    await start(offer => {
      if (offer.method === 'password') given++
      if (offer.method === 'keyboard-interactive') ask(offer)
      else offer.reject([method])
    })
    const error = await refused(withPassword)
    expect(given).toBe(1)
    expect(error.message).toContain('tried the password')
    expect(server.connections).toBe(1)
  })

  test('is not given again by keyboard-interactive after it was wrong', async () => {
    await start(offer => offer.reject(['password', 'keyboard-interactive']))
    await refused(withPassword)
    expect(server.offered.map(offer => offer.method)).toEqual(['none', 'password'])
  })

  test.each([
    [
      'two questions at once',
      (offer: KeyboardAuthContext) => offer.prompt(['Password: ', 'Code: '], () => offer.reject()),
    ],
    [
      'one after the other',
      (offer: KeyboardAuthContext) =>
        offer.prompt('Password: ', () => offer.prompt('Code: ', () => offer.reject())),
    ],
  ])('%s: refused, naming the transport that can', async (_, ask) => {
    await start(offer =>
      offer.method === 'keyboard-interactive' ? ask(offer) : offer.reject(['keyboard-interactive']),
    )
    const error = await refused(withPassword)
    expect(error.message).toContain('2 questions instead of one password')
    expect(error.message).toContain('transport: openssh')
  })

  test('that has expired', async () => {
    await start(offer => {
      if (offer.method !== 'password') return offer.reject(['password'])
      offer.requestChange('Change it', () => offer.reject())
    })
    expect((await refused(withPassword)).message).toContain('the password has expired')
  })

  test('after a key, where both are given', async () => {
    makeKey(at('id'), 'ed25519')
    await start(offer =>
      offer.method === 'password' ? offer.accept() : offer.reject(['publickey', 'password']),
    )
    expect(await tryConnect(route({ password }), home.options)).toBe('127.0.0.1')
    expect(server.offered.map(offer => offer.method)).toEqual(['publickey', 'password'])
  })

  test('beside a key, where both are wanted', async () => {
    makeKey(at('id'), 'ed25519')
    await start(offer => {
      if (offer.method === 'password') return offer.accept()
      return offer.method === 'publickey' && offer.signature
        ? offer.reject(['password'], true)
        : offer.method === 'publickey'
          ? offer.accept()
          : offer.reject()
    })
    expect(await tryConnect(route({ password }), home.options)).toBe('127.0.0.1')
    const alone = await refused({})
    expect(alone.message).toContain('which it took, but it wants more')
  })

  const canMakeUsers = process.getuid?.() === 0
  test.skipIf(!canMakeUsers)("a real sshd's", async () => {
    const name = `rampart-${process.pid}`
    const sshd = await startSshd({ config: ['PasswordAuthentication yes', 'PubkeyAuthentication no'] })
    execFileSync('useradd', ['-M', '-d', '/tmp', '-s', '/bin/sh', name], { stdio: 'ignore' })
    try {
      execFileSync('chpasswd', { input: `${name}:${PASSWORD}\n` })
      const to = (given: string) => routeTo(sshd, { user: name, key: undefined, password: new Secret(given) })
      expect(await tryConnect(to(PASSWORD), home.options)).toBe('127.0.0.1')
      const error = await refusal(LoginRefused, to('wrong'), home.options)
      expect(error.message).toContain('tried the password')
      expect(sshd.log().match(/Failed password/g)).toHaveLength(1)
    } finally {
      await sshd.stop()
      execFileSync('userdel', [name], { stdio: 'ignore' })
    }
  })
})

import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LoginRefused, VariableError } from '../../src/model/error.ts'
import type { Key, SshRoute } from '../../src/model/route.ts'
import type { SshOptions } from '../../src/transport/ssh/index.ts'
import { createSsh } from '../../src/transport/ssh/index.ts'
import type { ScriptedServer, ServerScript } from '../support/ssh-server.ts'
import { startSshServer } from '../support/ssh-server.ts'
import { makeKey, routeTo, startAgent, startSshd } from '../support/sshd.ts'
import type { Home } from '../support/try-ssh.ts'
import { makeHome, refusal, tryConnect } from '../support/try-ssh.ts'

let home: Home
let server: ScriptedServer
let agent: Awaited<ReturnType<typeof startAgent>> | undefined
const at = (name: string): string => home.at(name)
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `key${index}`)
const base64 = (name: string): string => readFileSync(at(`${name}.pub`), 'utf8').split(' ')[1] ?? ''
const file = (name: string): Key => ({ from: 'file', path: at(name) })
const FROM_AGENT: Key = { from: 'agent' }

beforeEach(() => {
  home = makeHome()
  mkdirSync(at('.ssh'))
})
afterEach(async () => {
  await agent?.stop()
  agent = undefined
  await server?.close()
  home.remove()
})

/** A server that takes these keys, and an agent that holds `held`. */
async function start(
  held: readonly string[],
  taken: readonly string[],
  more: ServerScript = {},
): Promise<SshOptions> {
  for (const name of held) makeKey(at(name), 'ed25519')
  const keys = taken.map(base64)
  server = await startSshServer({
    auth: offer => {
      const good = offer.method === 'publickey' && keys.includes(offer.key.data.toString('base64'))
      if (good) offer.accept()
      else offer.reject(['publickey'])
    },
    ...more,
  })
  writeFileSync(at('known_hosts'), server.knownHosts)
  agent = await startAgent(held.map(at))
  return { ...home.options, agentSocket: agent.socket }
}

const route = (key: Key | undefined): SshRoute =>
  routeTo({ port: server.port, user: 'me', key: '', knownHosts: at('known_hosts') }, { key })
const offered = (): readonly (string | undefined)[] => server.offered.map(offer => offer.key)

describe('an agent with twenty keys', () => {
  test('and a key file of which only the public half is readable: exactly that one is offered', async () => {
    const options = await start(names(20), ['key17'])
    rmSync(at('key17'))
    expect(await tryConnect(route(file('key17.pub')), options)).toBe('127.0.0.1')
    expect(offered()).toEqual([base64('key17')])
  })

  test('and an encrypted key file without a passphrase: exactly that one is offered', async () => {
    const options = await start(names(20), ['key17'])
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'passphrase', '-a', '1', '-f', at('key17')])
    expect(await tryConnect(route(file('key17')), options)).toBe('127.0.0.1')
    expect(offered()).toEqual([base64('key17')])
    await refusal(VariableError, route(file('key17')), { ...options, agentSocket: '' })
  })

  test('and a key file that can be read: the agent is not asked', async () => {
    const options = await start(names(20), ['key3'])
    expect(await tryConnect(route(file('key3')), { ...options, agentSocket: at('nowhere') })).toBe(
      '127.0.0.1',
    )
    expect(offered()).toEqual([base64('key3')])
  })

  test('and no key named: five are offered, one at a time, and the error says how to name one', async () => {
    const options = await start(names(20), [])
    const error = await refusal(LoginRefused, route(FROM_AGENT), options)
    expect(offered()).toEqual(names(5).map(base64))
    expect(error.message).toContain('15 more keys were not offered: sshd counts each')
    expect(error.hint).toContain('name another key')
    expect(server.connections).toBe(1)
  })

  test("and a default key's public half: that one comes first", async () => {
    const options = await start(names(20), ['key17'])
    writeFileSync(at('.ssh/id_ed25519.pub'), readFileSync(at('key17.pub')))
    expect(await tryConnect(route(FROM_AGENT), options)).toBe('127.0.0.1')
    expect(offered()).toEqual([base64('key17')])
  })

  test('one that has let us in is the first at the next host', async () => {
    const options = await start(names(20), ['key4'])
    const ssh = createSsh(options)
    try {
      for (const host of ['first', 'second'])
        await (await ssh.connect({ ...route(FROM_AGENT), host })).close()
    } finally {
      await ssh.close()
    }
    expect(offered()).toEqual(['key0', 'key1', 'key2', 'key3', 'key4', 'key4'].map(base64))
  })
})

describe('an agent', () => {
  test('logs in at a real sshd, by Ed25519, ECDSA and RSA', async () => {
    const sshd = await startSshd()
    const keys = [
      makeKey(at('e'), 'ed25519'),
      makeKey(at('c'), 'ecdsa'),
      makeKey(at('r'), 'rsa', '', '-b', '2048'),
    ]
    try {
      for (const key of keys) {
        writeFileSync(`${sshd.dir}/authorized_keys`, readFileSync(`${key}.pub`))
        const { socket, stop } = await startAgent([key])
        const answer = await tryConnect(routeTo(sshd, { key: FROM_AGENT }), {
          ...home.options,
          agentSocket: socket,
        })
        await stop()
        expect(answer).toBe('127.0.0.1')
      }
      expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(3)
    } finally {
      await sshd.stop()
    }
  })

  test('comes after the default files when nothing is named', async () => {
    const options = await start(['key0'], ['key0'])
    makeKey(at('.ssh/id_ed25519'), 'ed25519')
    expect(await tryConnect(route(undefined), options)).toBe('127.0.0.1')
    expect(offered()).toEqual(['.ssh/id_ed25519', 'key0'].map(base64))
  })

  test('that is not there is a mistake for who asked for it', async () => {
    const options = await start([], [])
    const unset = await refusal(VariableError, route(FROM_AGENT), { ...options, agentSocket: '' })
    expect(unset.message).toContain('SSH_AUTH_SOCK is not set')
    const gone = await refusal(VariableError, route(FROM_AGENT), { ...options, agentSocket: at('gone') })
    expect(gone.message).toBe(`the SSH agent at ${at('gone')} does not answer: no such file (ENOENT)`)
    expect(server.connections).toBe(0)
  })

  test('that is not there is no mistake for who did not ask', async () => {
    const options = await start(['key0'], ['key0'])
    writeFileSync(at('.ssh/id_ed25519'), readFileSync(at('key0')), { mode: 0o600 })
    expect(await tryConnect(route(undefined), { ...options, agentSocket: at('gone') })).toBe('127.0.0.1')
  })

  test('that is empty', async () => {
    const options = await start([], [])
    const error = await refusal(LoginRefused, route(FROM_AGENT), options)
    expect(error.message).toContain('nothing to offer it')
  })

  test.each([
    ['is silent', () => undefined, 'silent for 0.2 s'],
    ['hangs up', (socket: { destroy(): void }) => socket.destroy(), ''],
    [
      'talks nonsense',
      (socket: { end(text: string): void }) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'it is not an agent',
    ],
    [
      'is cut short',
      (socket: { end(bytes: Buffer): void }) =>
        socket.end(Buffer.from([0, 0, 0, 9, 12, 0, 0, 0, 1, 0, 0, 0, 99])),
      '',
    ],
    [
      'is locked',
      (socket: { end(bytes: Buffer): void }) => socket.end(Buffer.from([0, 0, 0, 1, 5])),
      'it refused to list its keys',
    ],
  ])('that %s', async (_, answer, words) => {
    const options = await start([], [])
    const fake = createServer(socket => void answer(socket as never)).listen(at('fake'))
    await once(fake, 'listening')
    const timeouts = { loginTimeout: 200 }
    const error = await refusal(VariableError, route(FROM_AGENT), {
      ...options,
      ...timeouts,
      agentSocket: at('fake'),
    })
    expect(error.message).toContain(`the SSH agent at ${at('fake')} does not answer: ${words}`)
    fake.close()
  })

  test('that dies between listing and signing', async () => {
    const options = await start(['key0'], [], {
      auth: offer => {
        if (offer.method !== 'publickey') return offer.reject()
        void agent?.stop().then(() => offer.accept())
        agent = undefined
      },
    })
    const error = await refusal(LoginRefused, route(FROM_AGENT), options)
    expect(error.message).toContain("the agent's key test ed25519 could not sign")
  })
})

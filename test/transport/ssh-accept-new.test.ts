import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HostKeyRefused } from '../../src/model/error.ts'
import type { SshRoute } from '../../src/model/route.ts'
import { fingerprint } from '../../src/transport/ssh/host-key.ts'
import type { SshOptions } from '../../src/transport/ssh/index.ts'
import type { ScriptedServer } from '../support/ssh-server.ts'
import { newKey, parsed, startSshServer } from '../support/ssh-server.ts'
import { makeKey, routeTo } from '../support/sshd.ts'
import type { Home } from '../support/try-ssh.ts'
import { makeHome, refusal, tryConnect } from '../support/try-ssh.ts'

let home: Home
let server: ScriptedServer
const at = (name: string): string => home.at(name)

beforeEach(async () => {
  home = makeHome()
  makeKey(at('id'), 'ed25519')
  server = await startSshServer()
})
afterEach(async () => {
  await server.close()
  home.remove()
})

const route = (over: Partial<SshRoute> = {}, to: Pick<ScriptedServer, 'port'> = server): SshRoute =>
  routeTo({ port: to.port, user: 'me', key: at('id'), knownHosts: at('known_hosts') }, over)
const connect = (to: SshRoute, options: Partial<SshOptions> = {}) =>
  tryConnect(to, { ...home.options, ...options })

async function refused(to: SshRoute, options: Partial<SshOptions> = {}): Promise<HostKeyRefused> {
  const error = await refusal(HostKeyRefused, to, { ...home.options, ...options })
  // Nothing was sent: no key, no name.
  expect(server.offered).toEqual([])
  return error
}

const ours = (): string => readFileSync(at('state/known_hosts'), 'utf8')

const printOf = (line: string): string => fingerprint(Buffer.from(line.split(' ')[1] ?? '', 'base64'))

describe('a key that is unknown', () => {
  test('is refused with its fingerprint and how to accept it', async () => {
    const error = await refused(route())
    expect(error.message).toContain(
      `is not known: it showed ssh-ed25519 ${printOf(server.hostKeys[0] ?? '')}`,
    )
    expect(error.hint).toContain('--accept-new')
    // The line that it gives is right.
    const line = new RegExp(`add this line to ${at('known_hosts')}: (.*)$`).exec(error.hint ?? '')?.[1]
    writeFileSync(at('known_hosts'), `${line}\n`)
    expect(await connect(route())).toBe('127.0.0.1')
  })

  test('--accept-new stores it in our own file, once, for us alone', async () => {
    const to = route({ knownHosts: undefined })
    expect(await connect(to, { acceptNew: true })).toBe('127.0.0.1')
    const stored = ours()
    expect(stored).toBe(`[127.0.0.1]:${server.port} ${server.hostKeys[0]} web\n`)
    expect(statSync(at('state/known_hosts')).mode & 0o777).toBe(0o600)
    expect(await connect(to, { acceptNew: true })).toBe('127.0.0.1')
    expect(await connect(to)).toBe('127.0.0.1')
    expect(ours()).toBe(stored)
    // OpenSSH reads the same.
    const found = execFileSync('ssh-keygen', [
      '-F',
      `[127.0.0.1]:${server.port}`,
      '-f',
      at('state/known_hosts'),
    ])
    expect(found.toString()).toContain('found: line 1')
  })

  test("--accept-new stores it in the host's own file, if it has one", async () => {
    expect(await connect(route(), { acceptNew: true })).toBe('127.0.0.1')
    expect(readFileSync(at('known_hosts'), 'utf8')).toBe(
      `[127.0.0.1]:${server.port} ${server.hostKeys[0]} web\n`,
    )
    expect(() => ours()).toThrow('ENOENT')
  })

  test('several connections and runs at once store it once or alike', async () => {
    const to = route({ knownHosts: undefined })
    const hosts = Array.from({ length: 10 }, (_, index) => ({ ...to, host: `web${index}` }))
    await Promise.all(hosts.map(host => connect(host, { acceptNew: true })))
    const lines = ours().trimEnd().split('\n')
    for (const line of lines)
      expect(line).toMatch(new RegExp(`^\\[127.0.0.1\\]:${server.port} ssh-ed25519 \\S+ web\\d$`))
    expect(await connect(to)).toBe('127.0.0.1')
  })

  test('is not stored when the host cannot prove that it holds it', async () => {
    const liar = parsed(newKey())
    const thief = parsed(newKey())
    liar.sign = (data, algorithm) => thief.sign(data, algorithm)
    const fraud = await startSshServer({ hostKeys: [liar] })
    try {
      const error = await refused(route({ knownHosts: undefined }, fraud), { acceptNew: true })
      expect(error.message).toContain('its signature is wrong')
      expect(fraud.offered).toEqual([])
      expect(() => ours()).toThrow('ENOENT')
    } finally {
      await fraud.close()
    }
  })

  test('is refused when it cannot be stored', async () => {
    writeFileSync(at('file'), '')
    const error = await refused(route({ knownHosts: undefined }), {
      acceptNew: true,
      stateDir: at('file/state'),
    })
    expect(error.message).toContain(`cannot be stored in ${at('file/state/known_hosts')}`)
  })
})

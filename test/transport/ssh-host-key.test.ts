import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HostKeyRefused } from '../../src/model/error.ts'
import type { SshRoute } from '../../src/model/route.ts'
import { fingerprint } from '../../src/transport/ssh/host-key.ts'
import type { SshOptions } from '../../src/transport/ssh/index.ts'
import type { ScriptedServer } from '../support/ssh-server.ts'
import { newKey, parsed, startSshServer } from '../support/ssh-server.ts'
import type { Sshd } from '../support/sshd.ts'
import { makeKey, routeTo, startSshd } from '../support/sshd.ts'
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

const printOf = (line: string): string => fingerprint(Buffer.from(line.split(' ')[1] ?? '', 'base64'))

describe('a key that is known', () => {
  test.each([
    ['the host', (line: string) => ({ own: line })],
    ['the user', (line: string) => ({ user: line })],
    ['the machine', (line: string) => ({ system: line })],
    ['us', (line: string) => ({ state: line })],
  ])('from the known_hosts of %s', async (_, where) => {
    const lines: { own?: string; user?: string; system?: string; state?: string } = where(server.knownHosts)
    for (const folder of ['.ssh', 'state']) mkdirSync(at(folder))
    writeFileSync(at('known_hosts'), lines.own ?? '')
    writeFileSync(at('.ssh/known_hosts'), lines.user ?? '')
    writeFileSync(at('system'), lines.system ?? '')
    writeFileSync(at('state/known_hosts'), lines.state ?? '')
    expect(await connect(route(), { systemKnownHosts: [at('system')] })).toBe('127.0.0.1')
  })

  test('hashed by ssh-keygen', async () => {
    writeFileSync(at('known_hosts'), server.knownHosts)
    execFileSync('ssh-keygen', ['-H', '-f', at('known_hosts')], { stdio: 'ignore' })
    expect(readFileSync(at('known_hosts'), 'utf8')).toMatch(/^\|1\|/)
    expect(await connect(route())).toBe('127.0.0.1')
  })

  test('by the name in the inventory', async () => {
    writeFileSync(at('known_hosts'), `[web]:${server.port} ${server.hostKeys[0]}\n`)
    expect(await connect(route())).toBe('127.0.0.1')
  })
})

describe('a key that has changed', () => {
  const other = newKey()
  const otherLine = `${parsed(other).type} ${parsed(other).getPublicSSH().toString('base64')}`

  test('is refused with both fingerprints, the line and the command that forgets it', async () => {
    const name = `[127.0.0.1]:${server.port}`
    writeFileSync(at('known_hosts'), `# first\n${name} ${otherLine}\n`)
    const error = await refused(route())
    expect(error.message).toContain(`showed ssh-ed25519 ${printOf(server.hostKeys[0] ?? '')}`)
    expect(error.message).toContain(`known is ssh-ed25519 ${printOf(otherLine)}`)
    expect(error.at).toEqual({ file: at('known_hosts'), line: 2 })
    const command = /set up anew: (.*)$/.exec(error.hint ?? '')?.[1] ?? ''
    expect(command).toContain('ssh-keygen -R')
    execFileSync('/bin/sh', ['-c', command], { stdio: 'ignore' })
    expect(await connect(route(), { acceptNew: true })).toBe('127.0.0.1')
  })

  test('is refused with --accept-new too', async () => {
    writeFileSync(at('known_hosts'), `[127.0.0.1]:${server.port} ${otherLine}\n`)
    expect((await refused(route(), { acceptNew: true })).message).toContain('has changed')
  })

  test('known by a pattern: the command takes out that line', async () => {
    writeFileSync(at('known_hosts'), `[127.0.0.*]:${server.port} ${otherLine}\nx ${otherLine}\n`)
    const error = await refused(route())
    execFileSync('/bin/sh', ['-c', /set up anew: (.*)$/.exec(error.hint ?? '')?.[1] ?? ''])
    expect(readFileSync(at('known_hosts'), 'utf8')).toBe(`x ${otherLine}\n`)
  })

  test('known by another type only', async () => {
    const rsa = parsed(newKey('rsa')).getPublicSSH().toString('base64')
    writeFileSync(at('known_hosts'), `[127.0.0.1]:${server.port} ssh-rsa ${rsa}\n`)
    expect((await refused(route(), { acceptNew: true })).message).toContain('known is ssh-rsa SHA256:')
  })
})

describe('what can never be trusted', () => {
  test('a revoked key, although it is known', async () => {
    writeFileSync(at('known_hosts'), `${server.knownHosts}@revoked * ${server.hostKeys[0]}\n`)
    const error = await refused(route(), { acceptNew: true })
    expect(error.message).toContain('is revoked')
    expect(error.at).toEqual({ file: at('known_hosts'), line: 2 })
  })

  test('a host that only an authority vouches for: certificates cannot be checked', async () => {
    writeFileSync(at('known_hosts'), `@cert-authority * ${server.hostKeys[0]}\n`)
    const error = await refused(route(), { acceptNew: true })
    expect(error.message).toContain('certificates of hosts cannot be checked')
    expect(error.hint).toContain('transport: openssh')
  })

  test('anybody, while a known_hosts file cannot be read', async () => {
    mkdirSync(at('.ssh/known_hosts'), { recursive: true })
    writeFileSync(at('known_hosts'), server.knownHosts)
    const error = await refused(route(), { acceptNew: true })
    expect(error.message).toBe(`${at('.ssh/known_hosts')} cannot be read: it is a folder (EISDIR)`)
    expect(server.connections).toBe(0)
  })
})

describe('several addresses', () => {
  test('one with a wrong key is passed over, and said so', async () => {
    const other = await startSshd()
    const warnings: string[] = []
    try {
      // Names, so that one machine can be known by two.
      const lines = `[first]:${server.port} ${other.hostKeys['ssh-ed25519']}\n[second]:${server.port} ${server.hostKeys[0]}\n`
      writeFileSync(at('known_hosts'), lines)
      const to = route({ addresses: ['first', 'second'] })
      const answer = await connect(to, {
        lookup: async () => ['127.0.0.1'],
        onWarning: text => warnings.push(text),
      })
      expect(answer).toBe('second')
      expect(warnings).toEqual([
        expect.stringMatching(/host key of web \(first:\d+\) has changed.*; second was used instead/),
      ])
    } finally {
      await other.stop()
    }
  })

  test('a new key at one address is refused if the host is known by another', async () => {
    const other = parsed(newKey())
    writeFileSync(
      at('known_hosts'),
      `[10.0.0.1]:${server.port} ssh-ed25519 ${other.getPublicSSH().toString('base64')}\n`,
    )
    const error = await refused(route({ addresses: ['127.0.0.1', '10.0.0.1'] }), {
      acceptNew: true,
      connectTimeout: 50,
    })
    expect(error.message).toContain('has changed')
  })
})

describe('a server with several keys', () => {
  let sshd: Sshd
  beforeEach(async () => {
    sshd = await startSshd({ hostKeys: ['ed25519', 'ecdsa', 'rsa'] })
  })
  afterEach(() => sshd.stop())

  test.each(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa'])(
    'is asked for the type that we know, %s',
    async type => {
      writeFileSync(at('known_hosts'), `[127.0.0.1]:${sshd.port} ${sshd.hostKeys[type]}\n`)
      expect(await connect(routeTo({ ...sshd, knownHosts: at('known_hosts') }))).toBe('127.0.0.1')
    },
  )
})

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  HostKeyRefused,
  HostUnreachable,
  InventoryError,
  LoginRefused,
  VariableError,
} from '../../src/model/error.ts'
import type { SshRoute } from '../../src/model/route.ts'
import { Secret } from '../../src/model/secret.ts'
import type { Sshd } from '../support/sshd.ts'
import { makeKey, routeTo, startSshd } from '../support/sshd.ts'
import { closedPort, startTcpProxy } from '../support/tcp-proxy.ts'
import { certify, opensshRefusal, processesWith } from '../support/try-openssh.ts'

let dir: string
let sshd: Sshd
const at = (name: string): string => join(dir, name)

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rampart-openssh-'))
  makeKey(at('users'), 'ed25519')
  makeKey(at('other'), 'ed25519')
  writeFileSync(at('empty'), '')
  sshd = await startSshd({ hostCertificate: true, config: [`TrustedUserCAKeys ${at('users.pub')}`] })
})
afterAll(async () => {
  await sshd.stop()
  rmSync(dir, { recursive: true })
})

const to = (over: Partial<SshRoute> = {}): SshRoute => routeTo(sshd, { transport: 'openssh', ...over })
const file = (path: string) => ({ key: { from: 'file', path } }) as const

describe('refuses', () => {
  test('S02 an unknown host key', async () => {
    const error = await opensshRefusal(HostKeyRefused, to({ knownHosts: at('empty') }))
    expect(error.message).toBe(`the host key of web (127.0.0.1:${sshd.port}) is not known to ssh`)
    expect(error.hint).toContain('--accept-new')
  })

  test('S01 a changed host key, also with --accept-new', async () => {
    const other = readFileSync(at('other.pub'), 'utf8')
    writeFileSync(at('changed'), `# first line\n[127.0.0.1]:${sshd.port} ${other}`)
    const error = await opensshRefusal(HostKeyRefused, to({ knownHosts: at('changed') }), { acceptNew: true })
    expect(error.message).toMatch(/^the host key of web \(.*\) has changed: it showed SHA256:\S+$/)
    expect(error.at).toEqual({ file: at('changed'), line: 2 })
    expect(error.hint).toContain(`-R "[127.0.0.1]:${sshd.port}"`)
  })

  test('a revoked host key', async () => {
    const key = sshd.hostKeys['ssh-ed25519']
    writeFileSync(at('revoked'), `@revoked * ${key}\n[127.0.0.1]:${sshd.port} ${key}\n`)
    const error = await opensshRefusal(HostKeyRefused, to({ knownHosts: at('revoked') }))
    expect(error.message).toContain('is revoked')
  })

  test('a host certificate for another name', async () => {
    const authority = readFileSync(join(sshd.dir, 'authority.pub'), 'utf8')
    writeFileSync(at('authorities'), `@cert-authority * ${authority}`)
    writeFileSync(at('config'), 'Host *\n  HostKeyAlias elsewhere\n')
    const error = await opensshRefusal(HostKeyRefused, to({ knownHosts: at('authorities') }), {
      config: at('config'),
    })
    expect(error.message).toMatch(/Certificate invalid: name is not a listed principal/)
  })

  test('a key that the host does not take', async () => {
    const error = await opensshRefusal(LoginRefused, to(file(at('other'))))
    expect(error.message).toBe(`web (127.0.0.1:${sshd.port}) does not let us in: it takes publickey`)
    expect(error.hint).toContain('ssh-add')
  })

  test('a certificate for another user', async () => {
    await opensshRefusal(
      LoginRefused,
      to(file(certify(at('users'), makeKey(at('stranger'), 'ed25519'), 'somebody-else'))),
    )
  })

  test('a password, with which it can do nothing', async () => {
    const error = await opensshRefusal(
      LoginRefused,
      to({ ...file(at('other')), password: new Secret('geheim-geheim') }),
    )
    expect(error.message).toContain('a password was given, and `transport: openssh` gives none')
    expect(error.hint).toContain('transport: ssh')
    expect(error.message + error.hint).not.toContain('geheim')
  })

  test('a key that is open to others', async () => {
    writeFileSync(at('open'), readFileSync(sshd.key))
    chmodSync(at('open'), 0o644)
    const error = await opensshRefusal(LoginRefused, to(file(at('open'))))
    expect(error.hint).toContain('chmod 600')
  })

  test('a key whose passphrase nobody gives', async () => {
    makeKey(at('locked'), 'ed25519', 'a passphrase')
    const error = await opensshRefusal(LoginRefused, to(file(at('locked'))))
    expect(error.hint).toContain('must be in the agent')
  })

  test('a key that is not there, before anything is dialled', async () => {
    const error = await opensshRefusal(VariableError, to(file(at('missing'))))
    expect(error.message).toBe(`the key ${at('missing')} cannot be read: no such file (ENOENT)`)
  })

  test('a jump host by another transport', async () => {
    await opensshRefusal(InventoryError, to({ via: routeTo(sshd, { host: 'bastion' }) }))
  })

  test('an ssh_config that ssh does not understand', async () => {
    writeFileSync(at('broken'), 'Nonsense yes\n')
    const error = await opensshRefusal(InventoryError, to(), { config: at('broken') })
    expect(error.message).toContain('Bad configuration option: nonsense')
  })

  test.each([
    ['a space', 'a b'],
    ['an option', '-oProxyCommand=true'],
    ['a user', 'root@127.0.0.1'],
  ])('an address that is none: %s', async (_, address) => {
    await opensshRefusal(HostUnreachable, to({ addresses: [address] }))
  })
})

describe('cannot reach', () => {
  test('N01 a closed port', async () => {
    const port = await closedPort()
    const error = await opensshRefusal(HostUnreachable, to({ port }))
    expect(error.message).toBe(
      `web (127.0.0.1:${port}) cannot be reached: connect to host 127.0.0.1 port ${port}: Connection refused`,
    )
    expect(error.hint).toContain('Is its sshd running')
  })

  test('a name that there is not', async () => {
    const error = await opensshRefusal(HostUnreachable, to({ addresses: ['no-such-host.invalid'] }))
    expect(error.message).toContain('Could not resolve hostname')
  })

  test('one that is silent, for longer than it may be', async () => {
    const proxy = await startTcpProxy(sshd.port)
    proxy.freeze()
    const error = await opensshRefusal(HostUnreachable, to({ port: proxy.port }), { connectTimeout: 1000 })
    expect(error.message).toMatch(/cannot be reached: .*timed out/i)
    await proxy.close()
  })

  test('one that takes too long to let us in', async () => {
    const proxy = await startTcpProxy(sshd.port)
    proxy.delay(1000)
    const limits = { connectTimeout: 100, loginTimeout: 100 }
    const error = await opensshRefusal(HostUnreachable, to({ port: proxy.port }), limits)
    expect(error.message).toContain('did not finish the login in time')
    expect(processesWith(`-p ${proxy.port} `)).toEqual([])
    await proxy.close()
  })

  test('anything without an ssh on this machine', async () => {
    const path = process.env['PATH']
    process.env['PATH'] = dir
    try {
      const error = await opensshRefusal(HostUnreachable, to())
      expect(error.message).toContain('there is no ssh on this machine')
    } finally {
      process.env['PATH'] = path
    }
  })
})

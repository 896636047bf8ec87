import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HostUnreachable, LoginRefused } from '../../src/model/error.ts'
import type { SshRoute } from '../../src/model/route.ts'
import { createOpenssh } from '../../src/transport/openssh.ts'
import type { Sshd } from '../support/sshd.ts'
import { makeKey, routeTo, startSshd } from '../support/sshd.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { ALONE, certify, opensshRefusal, processesWith, say, tryOpenssh } from '../support/try-openssh.ts'

let dir: string
let sshd: Sshd
const at = (name: string): string => join(dir, name)

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rampart-openssh-'))
  makeKey(at('users'), 'ed25519')
  sshd = await startSshd({ hostCertificate: true, config: [`TrustedUserCAKeys ${at('users.pub')}`] })
})
afterAll(async () => {
  await sshd.stop()
  rmSync(dir, { recursive: true })
})

const to = (over: Partial<SshRoute> = {}): SshRoute => routeTo(sshd, { transport: 'openssh', ...over })
const file = (path: string) => ({ key: { from: 'file', path } }) as const

/** A folder whose name means something to ssh and to shells. */
function oddFolder(): string {
  const path = at(`it's 100% "odd" %h`)
  mkdirSync(path, { recursive: true })
  return path
}

describe('lets in', () => {
  test('by a key', async () => {
    expect(await tryOpenssh(to())).toBe('in')
  })

  test('by a certificate of the user', async () => {
    expect(
      await tryOpenssh(to(file(certify(at('users'), makeKey(at('certified'), 'ed25519'), sshd.user)))),
    ).toBe('in')
    expect(sshd.log()).toContain('ED25519-CERT')
  })

  test('a host by its certificate alone', async () => {
    const authority = readFileSync(join(sshd.dir, 'authority.pub'), 'utf8')
    writeFileSync(at('authorities'), `@cert-authority * ${authority}`)
    // With a port in its name, which its certificate has not: that is HostKeyAlias's.
    writeFileSync(at('config'), 'Host *\n  HostKeyAlias 127.0.0.1\n')
    expect(await tryOpenssh(to({ knownHosts: at('authorities') }), { config: at('config') })).toBe('in')
  })

  test('through a ProxyCommand of ssh_config, which names all that the inventory leaves open', async () => {
    writeFileSync(
      at('proxied'),
      `Host cluster-node\n  User ${sshd.user}\n  IdentityFile ${sshd.key}\n  HostKeyAlias [127.0.0.1]:${sshd.port}\n` +
        `  UserKnownHostsFile ${sshd.knownHosts}\n  ProxyCommand bash -c 'exec 3<>/dev/tcp/127.0.0.1/${sshd.port}; cat <&3 & cat >&3; wait'\n`,
    )
    const open = { port: undefined, user: undefined, key: undefined, knownHosts: undefined }
    const route = to({ ...open, host: 'cluster-node', addresses: ['cluster-node'], named: false })
    expect(await tryOpenssh(route, { config: at('proxied') })).toBe('in')
  })

  test('with a key and a known_hosts in a folder with an odd name', async () => {
    const odd = oddFolder()
    for (const [from, name] of [
      [sshd.key, 'id'],
      [sshd.knownHosts, 'known'],
    ] as const)
      writeFileSync(join(odd, name), readFileSync(from), { mode: 0o600 })
    expect(await tryOpenssh(to({ ...file(join(odd, 'id')), knownHosts: join(odd, 'known') }))).toBe('in')
    const via = to({ ...file(join(odd, 'id')), knownHosts: join(odd, 'known'), host: 'bastion' })
    expect(await tryOpenssh(to({ via: { ...via, via: { ...via, host: 'outer' } } }))).toBe('in')
  })

  test('by the second address where the first is dead, and by the second of the jump host', async () => {
    const addresses = ['127.9.9.9', '127.0.0.1']
    const transport = createOpenssh(ALONE)
    const connection = await transport.connect(to({ addresses, via: to({ host: 'bastion', addresses }) }))
    expect(connection).toMatchObject({ address: '127.0.0.1', user: sshd.user })
    await transport.close()
  })

  test('and takes a new key with --accept-new, into the file of the host', async () => {
    writeFileSync(at('new'), '')
    const route = to({ knownHosts: at('new') })
    expect(await tryOpenssh(route, { acceptNew: true })).toBe('in')
    expect(readFileSync(at('new'), 'utf8')).toContain(' ssh-ed25519 ')
    expect(await tryOpenssh(route)).toBe('in')
  })

  test('despite a fatal cut before the login, by trying again', async () => {
    const proxy = await startTcpProxy(sshd.port)
    writeFileSync(
      at('behind'),
      readFileSync(sshd.knownHosts, 'utf8').replaceAll(`${sshd.port}`, `${proxy.port}`),
    )
    const route = to({ port: proxy.port, knownHosts: at('behind') })
    proxy.cutNext(2)
    expect(await tryOpenssh(route)).toBe('in')
    expect(proxy.taken).toBe(3)
    proxy.cutNext(9)
    const error = await opensshRefusal(HostUnreachable, route)
    expect(error.message).toMatch(/cannot be reached: .*Connection (?:closed|reset) by.*\(tried 4 times\)$/)
    await proxy.close()
  })
})

test('a login shell that is none, or never ends', async () => {
  const forced = await startSshd({ config: ['ForceCommand echo "This account is not available."; exit 1'] })
  const silent = await startSshd({ config: ['ForceCommand sleep 50'] })
  try {
    const error = await opensshRefusal(LoginRefused, routeTo(forced, { transport: 'openssh' }))
    expect(error.message).toContain(
      'the login shell ended (exit code 1) without starting /bin/sh; it said: This account is not available.',
    )
    const late = await opensshRefusal(LoginRefused, routeTo(silent, { transport: 'openssh' }))
    expect(late.message).toContain('the login shell did not start /bin/sh in time')
  } finally {
    await Promise.all([forced.stop(), silent.stop()])
  }
})

test('nothing that we do is in an argument but where to go', async () => {
  const transport = createOpenssh(ALONE)
  const connection = await transport.connect(to())
  await say(connection, 'echo canary-in-a-script')
  const lines = processesWith(`-p ${sshd.port} `)
  expect(lines).toHaveLength(1)
  expect(lines[0]?.line).not.toContain('canary')
  await transport.close()
  expect(processesWith(`-p ${sshd.port} `)).toEqual([])
})

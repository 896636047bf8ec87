import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { BecomeRefused, HostKeyRefused, HostUnreachable, LoginRefused } from '../../src/model/error.ts'
import type { SshRoute } from '../../src/model/route.ts'
import { createOpenssh } from '../../src/transport/openssh.ts'
import type { Transport } from '../../src/transport/transport.ts'
import { script } from '../support/far.ts'
import type { Sshd } from '../support/sshd.ts'
import { makeKey, routeTo, startSshd } from '../support/sshd.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import { closedPort, startTcpProxy } from '../support/tcp-proxy.ts'
import { ALONE, opensshRefusal, processesWith, say } from '../support/try-openssh.ts'

let dir: string
let bastion: Sshd
let node: Sshd
let proxy: TcpProxy
let openssh: Transport
let opened: string[]

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rampart-openssh-'))
  ;[bastion, node] = await Promise.all([startSshd(), startSshd()])
})
afterAll(async () => {
  await Promise.all([bastion.stop(), node.stop()])
  rmSync(dir, { recursive: true })
})
beforeEach(async () => {
  proxy = await startTcpProxy(bastion.port)
  opened = []
  openssh = createOpenssh({ ...ALONE, keepalive: 1000, onConnection: host => opened.push(host) })
})
afterEach(async () => {
  await openssh.close()
  await proxy.close()
  expect(processesWith(`-p ${proxy.port} `)).toEqual([])
})

/** To the bastion through the proxy, where the test can cut it. */
function direct(over: Partial<SshRoute> = {}): SshRoute {
  const knownHosts = join(dir, `known-${proxy.port}`)
  writeFileSync(
    knownHosts,
    readFileSync(bastion.knownHosts, 'utf8').replaceAll(`${bastion.port}`, `${proxy.port}`),
  )
  const way = { transport: 'openssh', host: 'bastion', knownHosts } as const
  return routeTo({ ...bastion, port: proxy.port }, { ...way, ...over })
}
const behind = (over: Partial<SshRoute> = {}): SshRoute =>
  routeTo(node, { transport: 'openssh', via: direct(), ...over })

const logins = (sshd: Sshd): number => sshd.log().match(/Accepted publickey/g)?.length ?? 0

describe('one ssh', () => {
  test('is all that a connection and its first shell need, whoever the shell is for', async () => {
    const connection = await openssh.connect(direct())
    const shell = connection.shell({ user: 'nobody', password: undefined })
    const [ending] = await Promise.all(shell.exchange([script('id -un')]))
    expect(ending?.kind === 'exited' && Buffer.from(ending.stdout).toString()).toBe('nobody\n')
    expect(proxy.taken).toBe(1)
    expect(await say(connection, 'id -un')).toBe(bastion.user)
    expect(proxy.taken).toBe(2)
    expect(opened).toEqual(['bastion', 'bastion'])
  })

  test('is not used by what nobody can become, and the next shell has another', async () => {
    const connection = await openssh.connect(direct())
    const shell = connection.shell({ user: 'nobody-at-all', password: undefined })
    await expect(shell.exchange([script('true')])[0]).rejects.toBeInstanceOf(BecomeRefused)
    expect(await say(connection, 'echo here')).toBe('here')
  })

  test('serves a fresh connection of its own, key exchange and all', async () => {
    const before = logins(bastion)
    const connection = await openssh.connect(direct())
    const fresh = await openssh.connectFresh(direct())
    expect(await say(fresh, 'echo new')).toBe('new')
    await fresh.close()
    expect(await say(connection, 'echo old')).toBe('old')
    expect([proxy.taken, logins(bastion) - before]).toEqual([2, 2])
  })

  test('ends with its connection, also one that no shell was asked of', async () => {
    const connection = await openssh.connect(direct())
    expect(processesWith(`-p ${proxy.port} `)).toHaveLength(1)
    await connection.close()
    expect(processesWith(`-p ${proxy.port} `)).toEqual([])
    const [ending] = await Promise.allSettled(connection.shell().exchange([script('true')]))
    expect(ending?.status).toBe('rejected')
  })

  test('that somebody kills is a loss', async () => {
    const connection = await openssh.connect(direct())
    const shell = connection.shell()
    await Promise.all(shell.exchange([script('true')]))
    const ending = shell.exchange([script('sleep 20', { timeout: 30_000 })])[0]
    for (const { pid } of processesWith(`-p ${proxy.port} `)) process.kill(pid, 'SIGKILL')
    expect(await ending).toMatchObject({ kind: 'lost' })
    expect((await connection.lost).message).toBe('ssh was killed by SIGKILL')
  })
})

describe('a connection that goes', () => {
  const faults: readonly (readonly [string, () => void, RegExp])[] = [
    ['is closed by the host', () => bastion.killSessions(), /closed by remote host/],
    ['is cut', () => proxy.cut(), /closed by remote host/],
    ['is reset', () => proxy.reset(), /reset|Broken pipe/i],
    ['freezes', () => proxy.freezeOpen(), /not responding/],
  ]
  test.each(faults)('%s: what was under way is lost, with the cause', async (_, fault, cause) => {
    const connection = await openssh.connect(direct())
    const shell = connection.shell()
    await Promise.all(shell.exchange([script('true')]))
    const [ending] = shell.exchange([script('sleep 20', { timeout: 30_000 })])
    fault()
    const lost = await connection.lost
    expect(lost.message).toMatch(/^the connection to bastion \(127.0.0.1:\d+\) was lost: /)
    expect(lost.message).toMatch(cause)
    expect(await ending).toMatchObject({ kind: 'lost', cause: lost })
    await expect(connection.shell().exchange([script('true')])[0]).rejects.toBe(lost)
  })
})

describe('a jump host', () => {
  test('is gone through, with its own key and known hosts', async () => {
    const connection = await openssh.connect(behind())
    expect(await say(connection, 'echo $SSH_CONNECTION')).toMatch(new RegExp(`127.0.0.1 ${node.port}$`))
    expect(opened).toEqual(['bastion', 'web'])
    expect(proxy.taken).toBe(1)
    await connection.close()
    await expect.poll(() => proxy.open).toBe(0)
  })

  test('two on the way', async () => {
    const far = routeTo(node, { transport: 'openssh', host: 'far', via: behind({ host: 'middle' }) })
    const connection = await openssh.connect(far)
    expect(await say(connection, 'echo far')).toBe('far')
    expect(opened).toEqual(['bastion', 'middle', 'far'])
  })

  test('whose key is not known, and one behind it', async () => {
    writeFileSync(join(dir, 'empty'), '')
    const knownHosts = join(dir, 'empty')
    const first = await opensshRefusal(HostKeyRefused, behind({ via: direct({ knownHosts }) }))
    expect(first.message).toMatch(/^web \(.*\) is behind bastion, and the host key of bastion is not known/)
    const second = await opensshRefusal(HostKeyRefused, behind({ knownHosts }))
    expect(second.message).toMatch(/^the host key of web \(.*\) is not known/)
  })

  test('that does not let us in', async () => {
    const key = { from: 'file', path: makeKey(join(dir, 'other'), 'ed25519') } as const
    const error = await opensshRefusal(LoginRefused, behind({ via: direct({ key }) }))
    expect(error.message).toMatch(/^web \(.*\) is behind bastion, and bastion does not let us in: it takes/)
  })

  test('that is not there, and a host that is not there behind it', async () => {
    const port = await closedPort()
    const first = await opensshRefusal(HostUnreachable, behind({ via: direct({ port }) }))
    expect(first.message).toMatch(
      /^web \(.*\) cannot be reached through bastion: connect to .*Connection refused$/,
    )
    const second = await opensshRefusal(HostUnreachable, behind({ port }))
    expect(second.message).toMatch(
      /^web \(.*\) cannot be reached from its jump host bastion: .*Connection refused$/,
    )
  })

  test('that forbids tunnels', async () => {
    const strict = await startSshd({ config: ['AllowTcpForwarding no'] })
    const via = routeTo(strict, { transport: 'openssh', host: 'strict' })
    const error = await opensshRefusal(HostUnreachable, behind({ via }))
    expect(error.hint).toContain('Allow TCP forwarding')
    await strict.stop()
  })

  test('that is cut: the host behind it is lost', async () => {
    const connection = await openssh.connect(behind())
    const shell = connection.shell()
    await Promise.all(shell.exchange([script('true')]))
    proxy.cut()
    expect((await connection.lost).message).toMatch(/^the connection to web .* was lost: /)
    expect(await shell.closed).toBeInstanceOf(Error)
  })
})

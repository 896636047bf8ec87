import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HostKeyRefused, HostUnreachable, LoginRefused, VariableError } from '../../src/model/error.ts'
import type { SshRoute } from '../../src/model/route.ts'
import type { SshOptions } from '../../src/transport/ssh/index.ts'
import { createSsh } from '../../src/transport/ssh/index.ts'
import type { Connection, Transport } from '../../src/transport/transport.ts'
import type { Sshd } from '../support/sshd.ts'
import { makeKey, routeTo, startSshd } from '../support/sshd.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import { closedPort, startTcpProxy } from '../support/tcp-proxy.ts'
import type { Home } from '../support/try-ssh.ts'
import { makeHome, refusal } from '../support/try-ssh.ts'

let home: Home
let bastion: Sshd
let node: Sshd
let proxy: TcpProxy
let ssh: Transport
let opened: string[]
let options: SshOptions

beforeEach(async () => {
  home = makeHome()
  ;[bastion, node] = await Promise.all([startSshd(), startSshd()])
  proxy = await startTcpProxy(bastion.port)
  opened = []
  options = { ...home.options, keepalive: 100, onConnection: host => opened.push(host) }
  ssh = createSsh(options)
})
afterEach(async () => {
  await ssh.close()
  await proxy.close()
  await Promise.all([bastion.stop(), node.stop()])
  home.remove()
})

/** To the bastion through the proxy, where the test can cut it. */
function jump(over: Partial<SshRoute> = {}): SshRoute {
  const knownHosts = home.at('known_bastion')
  writeFileSync(
    knownHosts,
    readFileSync(bastion.knownHosts, 'utf8').replaceAll(`${bastion.port}`, `${proxy.port}`),
  )
  return routeTo({ ...bastion, port: proxy.port }, { host: 'bastion', knownHosts, ...over })
}
const behind = (name: string, over: Partial<SshRoute> = {}): SshRoute =>
  routeTo(node, { host: name, via: jump(), ...over })

async function ask(connection: Connection, text: string): Promise<string> {
  const [ending] = connection.shell().exchange([{ text, timeout: 10_000 }])
  const answer = await ending
  return answer?.kind === 'exited' ? Buffer.from(answer.stdout).toString().trim() : `${answer?.kind}`
}

const logins = (sshd: Sshd): number => sshd.log().match(/Accepted publickey/g)?.length ?? 0

describe('a jump host', () => {
  test('one on the way', async () => {
    const connection = await ssh.connect(behind('web'))
    // The far end sees the bastion's address, and its own port.
    expect(await ask(connection, 'echo $SSH_CONNECTION')).toMatch(new RegExp(`127.0.0.1 ${node.port}$`))
    expect(connection.address).toBe('127.0.0.1')
    expect(opened).toEqual(['bastion', 'web'])
    expect(proxy.taken).toBe(1)
  })

  test('two on the way', async () => {
    const far = await startSshd()
    try {
      const connection = await ssh.connect(routeTo(far, { host: 'far', via: behind('middle') }))
      expect(await ask(connection, 'echo $SSH_CONNECTION')).toMatch(new RegExp(` ${far.port}$`))
      expect(opened).toEqual(['bastion', 'middle', 'far'])
      await connection.close()
      // With the last behind them, the jump hosts are left too.
      expect(proxy.open).toBe(0)
    } finally {
      await far.stop()
    }
  })

  test('is logged in to once for all behind it, and for itself', async () => {
    const connections = await Promise.all([
      ...['web1', 'web2', 'web3'].map(name => ssh.connect(behind(name))),
      ssh.connect(jump()),
    ])
    expect(await Promise.all(connections.map(connection => ask(connection, 'echo here')))).toEqual(
      Array(4).fill('here'),
    )
    expect(logins(bastion)).toBe(1)
    expect(logins(node)).toBe(3)
    expect(opened.filter(host => host === 'bastion')).toHaveLength(1)
    // It stays while somebody is behind it.
    for (const connection of connections.slice(1)) await connection.close()
    expect(await ask(connections[0] as Connection, 'echo still')).toBe('still')
    await connections[0]?.close()
    expect(proxy.open).toBe(0)
  })

  test('its own host key is checked, and the key of who is behind', async () => {
    writeFileSync(home.at('empty'), '')
    const first = await refusal(
      HostKeyRefused,
      behind('web', { via: jump({ knownHosts: home.at('empty') }) }),
      options,
    )
    expect(first.message).toMatch(
      /^web \(127.0.0.1:\d+\) is behind bastion, and the host key of bastion .* is not known/,
    )
    const second = await refusal(HostKeyRefused, behind('web', { knownHosts: home.at('empty') }), options)
    expect(second.message).toMatch(/^the host key of web .* is not known/)
    expect(logins(node)).toBe(0)
  })

  test('that refuses our login is asked once for all who come in the next half minute', async () => {
    makeKey(home.at('other'), 'ed25519')
    const via = jump({ key: { from: 'file', path: home.at('other') } })
    for (const name of ['web1', 'web2', 'web3']) {
      const error = await ssh.connect(behind(name, { via })).catch((refused: Error) => refused)
      expect(error).toBeInstanceOf(LoginRefused)
      expect((error as Error).message).toMatch(
        new RegExp(`^${name} .* is behind bastion, and bastion .* does not let`),
      )
    }
    expect(proxy.taken).toBe(1)
  })

  test('that does not answer is asked once for all who come right after', async () => {
    const port = await closedPort()
    const via = jump({ port })
    const errors = await Promise.all(
      ['web1', 'web2'].map(name => ssh.connect(behind(name, { via })).catch((error: Error) => error)),
    )
    errors.push(await ssh.connect(behind('web3', { via })).catch((error: Error) => error))
    const cause = `is behind bastion, and bastion (127.0.0.1:${port}) cannot be reached: connection refused (ECONNREFUSED)`
    expect(errors.map(String)).toEqual(
      [1, 2, 3].map(n => `HostUnreachable: web${n} (127.0.0.1:${node.port}) ${cause}`),
    )
    // One attempt: all three have the very same cause.
    expect(new Set(errors.map(error => (error as Error).cause)).size).toBe(1)
  })

  test('whose key is missing: the mistake itself, with no host in between', async () => {
    const via = jump({ key: { from: 'file', path: home.at('missing') } })
    const error = await refusal(VariableError, behind('web', { via }), options)
    expect(error.message).toContain(home.at('missing'))
  })

  test('from which the host cannot be reached', async () => {
    const port = await closedPort()
    const error = await refusal(HostUnreachable, behind('web', { port }), options)
    expect(error.message).toBe(
      `web (127.0.0.1:${port}) cannot be reached from its jump host bastion: connection refused`,
    )
    expect(error.hint).toContain('Is its sshd running')
  })

  test('that forbids tunnels', async () => {
    const strict = await startSshd({ config: ['AllowTcpForwarding no'] })
    try {
      const error = await refusal(
        HostUnreachable,
        behind('web', { via: routeTo(strict, { host: 'strict' }) }),
        options,
      )
      expect(error.message).toContain('its sshd forbids tunnels (AllowTcpForwarding or PermitOpen)')
    } finally {
      await strict.stop()
    }
  })
})

describe('N15 a jump host that goes', () => {
  const faults: readonly (readonly [string, () => void, RegExp])[] = [
    ['is killed', () => bastion.killSessions(), /closed by the other side|connection reset/],
    ['resets', () => proxy.reset(), /connection reset by the other side/],
    ['hangs up', () => proxy.cut(), /closed by the other side/],
    ['freezes', () => proxy.freeze(), /no sign of life for 0\.[34] s/],
  ]

  test.each(faults)('it %s: all behind it are lost for that one cause', async (_, fault, cause) => {
    const connections = await Promise.all(['web1', 'web2', 'web3'].map(name => ssh.connect(behind(name))))
    fault()
    for (const [index, connection] of connections.entries()) {
      const { message } = await connection.lost
      expect(message).toMatch(
        /^the connection to web\d .* was lost: its jump host is gone: the connection to bastion/,
      )
      expect(message).toMatch(cause)
      expect(message).toContain(`web${index + 1}`)
    }
  })

  test('and comes back: one new login for all', async () => {
    const connections = await Promise.all(['web1', 'web2'].map(name => ssh.connect(behind(name))))
    bastion.killSessions()
    await Promise.all(connections.map(connection => connection.lost))
    const again = await Promise.all(['web1', 'web2'].map(name => ssh.connect(behind(name))))
    expect(await Promise.all(again.map(connection => ask(connection, 'echo back')))).toEqual(['back', 'back'])
    expect(logins(bastion)).toBe(2)
  })

  test('who is behind goes alone: the jump host and the others stay', async () => {
    const other = await startSshd()
    try {
      const [gone, stays] = await Promise.all([
        ssh.connect(routeTo(other, { host: 'gone', via: jump() })),
        ssh.connect(behind('stays')),
      ])
      other.killSessions()
      expect((await gone.lost).message).toMatch(
        /^the connection to gone .* was lost: closed by the other side/,
      )
      expect(await ask(stays, 'echo here')).toBe('here')
    } finally {
      await other.stop()
    }
  })
})

describe('a fresh connection', () => {
  test('has a TCP connection, a key exchange and a login of its own at every hop', async () => {
    await ssh.connect(behind('web'))
    const fresh = await ssh.connectFresh(behind('web'))
    expect(await ask(fresh, 'echo new')).toBe('new')
    expect(opened).toEqual(['bastion', 'web', 'bastion', 'web'])
    expect(proxy.taken).toBe(2)
    expect([logins(bastion), logins(node)]).toEqual([2, 2])
    await fresh.close()
    expect(proxy.open).toBe(1)
  })

  test('does not lean on what was refused a moment ago', async () => {
    const text = readFileSync(`${bastion.dir}/authorized_keys`)
    writeFileSync(`${bastion.dir}/authorized_keys`, '')
    await expect(ssh.connect(behind('web'))).rejects.toBeInstanceOf(LoginRefused)
    writeFileSync(`${bastion.dir}/authorized_keys`, text)
    await expect(ssh.connect(behind('web'))).rejects.toBeInstanceOf(LoginRefused)
    expect(await ask(await ssh.connectFresh(behind('web')), 'echo in')).toBe('in')
  })
})

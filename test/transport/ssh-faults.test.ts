import { writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ConnectionLost, HostUnreachable } from '../../src/model/error.ts'
import type { SshOptions } from '../../src/transport/ssh/index.ts'
import { createSsh } from '../../src/transport/ssh/index.ts'
import { reach } from '../../src/transport/ssh/reach.ts'
import { createWorld } from '../../src/transport/ssh/world.ts'
import type { Connection, Ending, Shell, Transport } from '../../src/transport/transport.ts'
import type { Sshd } from '../support/sshd.ts'
import { routeTo, startSshd } from '../support/sshd.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import { closedPort, startBlackhole, startTcpProxy } from '../support/tcp-proxy.ts'
import type { Home } from '../support/try-ssh.ts'
import { makeHome, refusal, tryConnect } from '../support/try-ssh.ts'

let home: Home
let sshd: Sshd
let proxy: TcpProxy
let ssh: Transport
let opened: string[]
let options: SshOptions
let before: number

beforeAll(async () => {
  sshd = await startSshd()
})
afterAll(() => sshd.stop())
beforeEach(async () => {
  before = resources()
  home = makeHome()
  proxy = await startTcpProxy(sshd.port)
  opened = []
  options = { ...home.options, keepalive: 100, onConnection: host => opened.push(host) }
  ssh = createSsh(options)
})
afterEach(async () => {
  await ssh.close()
  await proxy.close()
  sshd.killSessions()
  home.remove()
  await settled()
})

/** How many sockets and timers there are; ending takes the event loop a moment. */
const resources = (): number =>
  process.getActiveResourcesInfo().filter(name => /TCPSocket|Timeout/.test(name)).length
async function settled(): Promise<void> {
  for (let left = 100; left > 0 && resources() > before; left--)
    await new Promise(resolve => setTimeout(resolve, 10))
  expect(resources()).toBeLessThanOrEqual(before)
}

/** To sshd through the proxy; the host key is known by the name of the port behind it. */
const route = (port = proxy.port) =>
  routeTo({ ...sshd, port }, { host: '127.0.0.1', addresses: ['127.0.0.1'], knownHosts: knownFor(port) })

function knownFor(port: number): string {
  const file = home.at(`known-${port}`)
  writeFileSync(
    file,
    Object.values(sshd.hostKeys)
      .map(key => `[127.0.0.1]:${port} ${key}\n`)
      .join(''),
  )
  return file
}

async function open(): Promise<{ connection: Connection; shell: Shell }> {
  const connection = await ssh.connect(route())
  const shell = connection.shell()
  expect((await run(shell, 'echo ready')).kind).toBe('exited')
  return { connection, shell }
}

function run(shell: Shell, text: string): Promise<Ending> {
  const [ending] = shell.exchange([{ text, timeout: 20_000 }])
  if (!ending) throw new Error('no ending')
  return ending
}

describe('before the login', () => {
  test('N01 refused: at once, once, with the cause', async () => {
    const error = await refusal(HostUnreachable, route(await closedPort()), options)
    expect(error.message).toContain('connection refused (ECONNREFUSED)')
    expect(opened).toEqual([])
  })

  test('N02 silent at TCP: within the connect timeout', async () => {
    const hole = await startBlackhole()
    const error = await refusal(HostUnreachable, route(hole.port), { ...options, connectTimeout: 200 })
    expect(error.message).toContain('no answer within 0.2 s')
    await hole.close()
  })

  test('silent after TCP: within the login timeout, and once', async () => {
    proxy.freeze()
    const error = await refusal(HostUnreachable, route(), { ...options, loginTimeout: 200 })
    expect(error.message).toContain('did not finish the login within 0.2 s')
    expect(proxy.taken).toBe(1)
  })

  test.each([0, 1, 20, 200, 1000, 1500])(
    'N05 cut after %i bytes: three more tries, then unreachable',
    async bytes => {
      proxy.cutAfter(bytes)
      if (bytes === 0) proxy.cutNext(10)
      const error = await refusal(HostUnreachable, route(), options)
      expect(error.message).toMatch(/was lost (?:before|during) the login: .* \(tried 4 times\)/)
      expect(proxy.taken).toBe(4)
    },
  )

  test('N05 cut three times: in at the fourth', async () => {
    proxy.cutNext(3)
    expect(await tryConnect(route(), options)).toBe('127.0.0.1')
    expect(proxy.taken).toBe(4)
    expect(opened).toHaveLength(4)
  })

  test('a slow way is no fault', async () => {
    proxy.delay(60)
    const { shell } = await open()
    expect(await run(shell, 'exit 7')).toMatchObject({ kind: 'exited', code: 7 })
  })
})

describe('after the login', () => {
  const faults: readonly (readonly [string, () => void, RegExp])[] = [
    ['N08 FIN', () => proxy.cut(), /closed by the other side/],
    ['N09 RST', () => proxy.reset(), /connection reset by the other side \(ECONNRESET\)/],
    ['N09 half-close', () => proxy.halfClose(), /closed by the other side/],
    ['N09 blackhole towards us', () => proxy.freeze('toClient'), /no sign of life for 0.[34] s/],
    ['N12 frozen', () => proxy.freeze(), /no sign of life for 0.[34] s/],
    ['kill -9 of the session', () => sshd.killSessions(), /closed by the other side|connection reset/],
    ['kill -STOP of the session', () => sshd.killSessions('SIGSTOP'), /no sign of life/],
  ]

  test.each(faults)('%s while a script runs: lost, with the cause, everywhere', async (_, fault, cause) => {
    const { connection, shell } = await open()
    const running = run(shell, 'sleep 10; echo done')
    const waiting = run(shell, 'echo next')
    await run(connection.shell(), 'true')
    fault()
    const lost = await connection.lost
    expect(lost).toBeInstanceOf(ConnectionLost)
    expect(lost.message).toMatch(cause)
    expect(lost.message).toContain('the connection to 127.0.0.1')
    // Never a success, never a code.
    expect(await running).toEqual({ kind: 'lost', cause: lost })
    expect(['lost', 'never-started']).toContain((await waiting).kind)
    expect(await shell.closed).toBe(lost)
    // What is asked for now ends at once too.
    await expect(run(connection.shell(), 'true')).rejects.toBe(lost)
    await connection.close()
  })

  test.each(faults)('%s: the next connection is a new one', async (_, fault) => {
    const { connection } = await open()
    fault()
    await connection.lost
    proxy.thaw()
    const { shell } = await open()
    expect((await run(shell, 'true')).kind).toBe('exited')
    expect(proxy.taken).toBe(2)
  })

  test('a peer that only sends is alive: data counts, not only replies to pings', async () => {
    const { connection, shell } = await open()
    const ending = await run(shell, 'for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; echo $i; done')
    expect(ending).toMatchObject({ kind: 'exited', code: 0 })
    let isLost = false
    void connection.lost.then(() => {
      isLost = true
    })
    await run(shell, 'sleep 1')
    expect(isLost).toBe(false)
  })

  test('a throw in a listener ends the connection, not the process, and is its cause', async () => {
    const world = createWorld(options)
    const login = await reach(route(), world, () => Promise.reject(new Error('no jump')))
    const stream = await login.exec('echo x')
    stream.on('data', () => {
      throw new Error('a mistake of ours')
    })
    expect((await login.lost).message).toContain('was lost: a mistake of ours')
    await world.scope.close()
  })
})

describe('closing', () => {
  test('a connection: its shells end, its promises settle, nothing is left', async () => {
    const { connection, shell } = await open()
    const running = run(shell, 'sleep 10')
    await vi.waitFor(() => expect(sshd.log()).toContain('Starting session: command'))
    await connection.close()
    expect(['lost', 'never-started']).toContain((await running).kind)
    expect((await connection.lost).message).toBe('the connection was closed by us')
    await vi.waitFor(() => expect(proxy.open).toBe(0))
    await connection.close()
  })

  test('a reset that comes while we close is no crash', async () => {
    const { connection } = await open()
    const closing = connection.close()
    proxy.reset()
    await closing
    expect((await connection.lost).message).toBe('the connection was closed by us')
  })

  test('a frozen connection does not hold us up', async () => {
    const { connection } = await open()
    proxy.freeze()
    await connection.close()
    expect((await connection.lost).message).toContain('closed by us')
  })

  test('the transport, with connections open and others on their way', async () => {
    const { connection, shell } = await open()
    const running = run(shell, 'sleep 10')
    const hole = await startBlackhole()
    const pending = [route(hole.port), route()].map(to =>
      ssh.connect(to).then(
        async late => ((await late.lost) ? 'lost' : ''),
        (error: Error) => error.message,
      ),
    )
    await ssh.close()
    expect(['lost', 'never-started']).toContain((await running).kind)
    await connection.lost
    expect((await Promise.all(pending))[0]).toContain('the run is over')
    await expect(ssh.connect(route(hole.port))).rejects.toThrow('the run is over')
    await hole.close()
  })
})

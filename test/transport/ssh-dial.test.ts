import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HostUnreachable } from '../../src/model/error.ts'
import { deadline, dial, lookupName, resolve } from '../../src/transport/ssh/dial.ts'
import { createLimiter } from '../../src/transport/ssh/limiter.ts'
import type { Scope } from '../../src/transport/ssh/scope.ts'
import { createScope } from '../../src/transport/ssh/scope.ts'
import type { Sshd } from '../support/sshd.ts'
import { routeTo, startSshd } from '../support/sshd.ts'
import { closedPort, startBlackhole } from '../support/tcp-proxy.ts'
import type { Home } from '../support/try-ssh.ts'
import { makeHome, refusal, tryConnect } from '../support/try-ssh.ts'

let scope: Scope
beforeEach(() => {
  scope = createScope()
})
afterEach(() => scope.close())

async function listen(host: string, port = 0): Promise<{ port: number; server: Server; came: () => number }> {
  let came = 0
  const server = createServer(socket => {
    came++
    socket.on('error', () => undefined).resume()
  }).listen(port, host)
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, server, came: () => came }
}

const words = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'it worked',
    (error: Error) => error.message,
  )

describe('dialling', () => {
  test('one address', async () => {
    const { port, server } = await listen('127.0.0.1')
    const socket = await dial(['127.0.0.1'], port, 1000, scope)
    expect(socket.remoteAddress).toBe('127.0.0.1')
    socket.destroy()
    server.close()
  })

  test('a dead address makes way for the next at once', async () => {
    const { port, server } = await listen('127.0.0.2')
    const socket = await dial(['127.0.0.1', '::1', '127.0.0.2'], port, 1000, scope)
    expect(socket.remoteAddress).toBe('127.0.0.2')
    socket.destroy()
    server.close()
  })

  test('a silent address makes way for the next', async () => {
    const hole = await startBlackhole()
    const { server, came } = await listen('127.0.0.2', hole.port)
    const socket = await dial(['127.0.0.1', '127.0.0.2'], hole.port, 5000, scope)
    expect(socket.remoteAddress).toBe('127.0.0.2')
    expect(came()).toBe(1)
    socket.destroy()
    server.close()
    await hole.close()
  })

  test('refused: says so with the system’s code', async () => {
    expect(await words(dial(['127.0.0.1'], await closedPort(), 1000, scope))).toBe(
      'connection refused (ECONNREFUSED)',
    )
  })

  test('silent: says for how long', async () => {
    const hole = await startBlackhole()
    expect(await words(dial(['127.0.0.1'], hole.port, 100, scope))).toBe('no answer within 0.1 s')
    await hole.close()
  })

  test('several: names each with its reason', async () => {
    const hole = await startBlackhole()
    expect(await words(dial(['127.0.0.1', '127.0.0.2'], hole.port, 300, scope))).toBe(
      '127.0.0.2: connection refused (ECONNREFUSED); 127.0.0.1: no answer within 0.3 s',
    )
    await hole.close()
  })

  test('ends with its scope, and does not begin after it', async () => {
    const hole = await startBlackhole()
    const dialling = words(dial(['127.0.0.1'], hole.port, 60_000, scope))
    await scope.close()
    expect(await dialling).toBe('the run is over')
    expect(await words(dial(['127.0.0.1'], hole.port, 60_000, scope))).toBe('the run is over')
    await hole.close()
  })
})

describe('names', () => {
  test.each(['127.0.0.1', '::1', 'fe80::1%eth0'])('%s is an address and asks nobody', async address => {
    const asked = (): Promise<never> => Promise.reject(new Error('asked'))
    expect(await resolve(address, asked, 1000)).toEqual([address])
  })

  test("the system's own", async () => {
    expect(await resolve('localhost', lookupName, 5000)).toContain('127.0.0.1')
  })

  test('an address twice is tried once; none is an error', async () => {
    expect(await resolve('x', async () => ['127.0.0.1', '127.0.0.1'], 1000)).toEqual(['127.0.0.1'])
    expect(await words(resolve('x', async () => [], 1000))).toBe('the name has no address')
  })

  test('a name server that is silent', async () => {
    expect(await words(resolve('x', () => new Promise(() => undefined), 100))).toBe(
      'the name server does not answer within 0.1 s',
    )
  })

  test('a deadline leaves no timer behind', async () => {
    const before = process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
    await deadline(Promise.resolve(1), 60_000, 'x')
    expect(process.getActiveResourcesInfo().filter(name => name === 'Timeout')).toHaveLength(before)
  })
})

describe('a host by its name', () => {
  let home: Home
  let sshd: Sshd
  beforeEach(async () => {
    home = makeHome()
    sshd = await startSshd()
  })
  afterEach(async () => {
    await sshd.stop()
    home.remove()
  })

  test.each([
    ['two addresses, the first dead', ['127.0.0.9', '127.0.0.1']],
    ['IPv6 dead', ['::1', '127.0.0.1']],
  ])('%s', async (_, found) => {
    const to = routeTo(sshd, { host: '127.0.0.1', addresses: ['web.example'] })
    expect(await tryConnect(to, { ...home.options, lookup: async () => found })).toBe('web.example')
  })

  test('no such name: one error, at once, that names it', async () => {
    const lookup = () =>
      Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }))
    const error = await refusal(HostUnreachable, routeTo(sshd, { addresses: ['web.example'] }), {
      ...home.options,
      lookup,
    })
    expect(error.message).toBe(`web (web.example:${sshd.port}) cannot be reached: no such name (ENOTFOUND)`)
    expect(error.hint).toContain('Check the name')
  })

  test('several addresses in the inventory: each is named with its reason', async () => {
    const port = await closedPort()
    const to = routeTo({ ...sshd, port }, { addresses: ['127.0.0.1', 'x.example'] })
    const error = await refusal(HostUnreachable, to, { ...home.options, lookup: async () => [] })
    expect(error.message).toBe(
      `web (127.0.0.1:${port}) cannot be reached: connection refused (ECONNREFUSED); ` +
        `web (x.example:${port}) cannot be reached: the name has no address`,
    )
  })

  test.each(['a b', 'x\ny', 'x,y', '*', '', '|1|x', '$(id)', '@x', '#x', 'x/y'])(
    '%j is no address',
    async address => {
      const error = await refusal(HostUnreachable, routeTo(sshd, { addresses: [address] }), home.options)
      expect(error.message).toBe(`${JSON.stringify(address)} is no address of web`)
    },
  )
})

describe('the limiter', () => {
  test('lets so many through for each key, the others in order', async () => {
    const limiter = createLimiter(2)
    const order: string[] = []
    const enter = async (key: string, name: string): Promise<() => void> => {
      const free = await limiter(key)
      order.push(name)
      return free
    }
    const waiting = ['1', '2', '3', '4'].map(name => enter('a', name))
    const other = enter('b', 'b')
    const [first, second] = await Promise.all([waiting[0], waiting[1], other])
    expect(order).toEqual(['1', '2', 'b'])
    first?.()
    first?.()
    await waiting[2]
    expect(order).toEqual(['1', '2', 'b', '3'])
    second?.()
    await waiting[3]
    expect(order).toEqual(['1', '2', 'b', '3', '4'])
  })

  test('is never exceeded', async () => {
    const limiter = createLimiter(8)
    let inside = 0
    let most = 0
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const free = await limiter('x')
        most = Math.max(most, ++inside)
        await new Promise(resolve => setTimeout(resolve, index % 3))
        inside--
        free()
      }),
    )
    expect(most).toBe(8)
  })
})

describe('a scope', () => {
  test('ends what was entered and not what left, once, and no error escapes', async () => {
    const ended: string[] = []
    scope.enter(() => void ended.push('a'))
    scope.enter(() => void ended.push('b'))()
    scope.enter(() => {
      throw new Error('x')
    })
    scope.enter(async () => {
      throw new Error('y')
    })
    await scope.close()
    expect(ended).toEqual(['a'])
    scope.enter(() => void ended.push('late'))
    await new Promise(resolve => setImmediate(resolve))
    expect(ended).toEqual(['a', 'late'])
  })

  test('wakes who pauses', async () => {
    const paused = words(scope.pause(60_000))
    await scope.close()
    expect(await paused).toBe('the run is over')
    expect(await words(scope.pause(60_000))).toBe('the run is over')
  })
})

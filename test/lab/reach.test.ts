import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { proveWayIn } from '../../src/lab/reach.ts'

async function server(...greetings: readonly (string | undefined)[]) {
  let visits = 0
  const listening = createServer(socket => {
    const greeting = greetings[Math.min(visits++, greetings.length - 1)]
    socket.on('error', () => undefined)
    if (greeting === undefined) socket.destroy()
    else socket.end(greeting)
  }).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  return {
    port: (listening.address() as AddressInfo).port,
    visits: () => visits,
    [Symbol.dispose]: () => listening.close(),
  }
}

test('an SSH server that answers is the way in', async () => {
  using sshd = await server('SSH-2.0-OpenSSH_9.2\r\n')
  await proveWayIn('127.0.0.1', { port: sshd.port })
  expect(sshd.visits()).toBe(1)
})

test('one that is not ready yet is waited for', async () => {
  using sshd = await server(undefined, undefined, 'SSH-2.0-OpenSSH_9.2\r\n')
  await proveWayIn('127.0.0.1', { port: sshd.port })
  expect(sshd.visits()).toBe(3)
})

test('something else, or nobody, is said so', async () => {
  using web = await server('HTTP/1.1 400 Bad Request\r\n')
  const notSsh = proveWayIn('127.0.0.1', { port: web.port, patience: 150 })
  await expect(notSsh).rejects.toThrow('does not reach it at 127.0.0.1: it says "HTTP/1.1 400 Bad Request"')
  await expect(proveWayIn('127.0.0.1', { port: 1, patience: 150 })).rejects.toThrow('ECONNREFUSED')
})

import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HostUnreachable, InventoryError, showError, VariableError } from '../../src/model/error.ts'
import type { SshRoute } from '../../src/model/route.ts'
import { Secret } from '../../src/model/secret.ts'
import { createSsh } from '../../src/transport/ssh/index.ts'
import { makeKey, routeTo } from '../support/sshd.ts'
import type { Home } from '../support/try-ssh.ts'
import { makeHome, refusal, tryConnect } from '../support/try-ssh.ts'

let home: Home
let server: Server | undefined
let came: number

beforeEach(() => {
  home = makeHome()
  makeKey(home.at('id'), 'ed25519')
  came = 0
})
afterEach(() => {
  server?.close()
  server = undefined
  home.remove()
})

/** Something that listens where sshd was expected. */
async function start(answer: (socket: Socket) => void): Promise<SshRoute> {
  const listening = createServer(socket => {
    came++
    socket.on('error', () => undefined)
    answer(socket)
  }).listen(0, '127.0.0.1')
  server = listening
  await once(listening, 'listening')
  return route((listening.address() as AddressInfo).port)
}
const route = (port: number, over: Partial<SshRoute> = {}): SshRoute =>
  routeTo({ port, user: 'me', key: home.at('id'), knownHosts: home.at('known_hosts') }, over)

describe('what listens there', () => {
  test.each([
    [
      'sshd that is full',
      'Exceeded MaxStartups\r\n',
      4,
      'sent us away: Exceeded MaxStartups (tried 4 times)',
      'MaxStartups',
    ],
    [
      'sshd that punishes us',
      'Not allowed at this time\r\n',
      1,
      'sent us away: Not allowed at this time',
      'PerSourcePenalties',
    ],
    [
      'a web server',
      'HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n',
      1,
      'sent us away: HTTP/1.1 400 Bad Request',
      'SSH server',
    ],
    [
      'something that writes to terminals',
      '\x1b]0;owned\x07\x1b[31m\u202Ered\r\n',
      1,
      'sent us away: ]0;owned [31m',
      'SSH server',
    ],
  ])('%s', async (_, words, tries, message, hint) => {
    const error = await refusal(HostUnreachable, await start(socket => socket.end(words)), home.options)
    expect(error.message).toContain(message)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none comes through is the point
    expect(showError(error)).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
    expect(error.hint).toContain(hint)
    expect(came).toBe(tries)
  })

  test.each([
    ['nothing but a version', 'SSH-2.0-x\r\n'],
    ['SSH 1', 'SSH-1.5-old\r\n'],
    ['a version and garbage', `SSH-2.0-x\r\n${'\xff'.repeat(100)}`],
    ['a version and a packet without end', 'SSH-2.0-x\r\n\x7f\xff\xff\xff\x14'],
    ['much text without a version', 'x'.repeat(300_000)],
  ])('%s', async (_, words) => {
    const to = await start(socket => socket.end(Buffer.from(words, 'latin1')))
    const error = await refusal(HostUnreachable, to, { ...home.options, loginTimeout: 300 })
    expect(error.message).toMatch(/sent us away|was lost before the login|did not finish the login/)
    expect(error.message.length).toBeLessThan(400)
  })
})

describe('mistakes, found before anything is dialled', () => {
  test('a password that is nowhere', async () => {
    const password = Secret.env('RAMPART_TEST_UNSET')
    const to = await start(socket => socket.destroy())
    expect((await refusal(VariableError, { ...to, password }, home.options)).message).toContain(
      'RAMPART_TEST_UNSET',
    )
    const ssh = createSsh(home.options)
    await expect(ssh.connectFresh({ ...to, password })).rejects.toBeInstanceOf(VariableError)
    await ssh.close()
    expect(came).toBe(0)
  })

  test('a jump host of another transport', async () => {
    const via: SshRoute = { ...route(22), host: 'bastion', transport: 'openssh' }
    const error = await refusal(InventoryError, route(22, { via }), home.options)
    expect(error.message).toBe('web is behind bastion, which has another transport')
    expect(error.hint).toContain('transport: openssh')
  })

  test('a host without an address', async () => {
    const error = await tryConnect(route(22, { addresses: [] }), home.options)
    expect(String(error)).toContain('web has no address')
  })

  test('a route of another transport is a mistake of ours', async () => {
    const ssh = createSsh(home.options)
    await expect(ssh.connect({ transport: 'local', host: 'localhost' })).rejects.toThrow(TypeError)
  })
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { read } from '../../src/index.ts'
import type { SshRoute } from '../../src/model/route.ts'
import { openSession } from '../../src/session/open.ts'
import type { Session } from '../../src/session/session.ts'
import { createSsh } from '../../src/transport/ssh/index.ts'
import type { Transport } from '../../src/transport/transport.ts'
import type { Sshd } from '../support/sshd.ts'
import { routeTo, startSshd } from '../support/sshd.ts'
import type { Home } from '../support/try-ssh.ts'
import { makeHome } from '../support/try-ssh.ts'

let home: Home
let bastion: Sshd
let node: Sshd
let ssh: Transport
let opened: string[]

beforeEach(async () => {
  home = makeHome()
  ;[bastion, node] = await Promise.all([startSshd(), startSshd()])
  opened = []
  ssh = createSsh({ ...home.options, onConnection: host => opened.push(host) })
})
afterEach(async () => {
  await ssh.close()
  await Promise.all([bastion.stop(), node.stop()])
  home.remove()
})

/** A session as `--check` opens it. */
const sessionOn = (route: SshRoute): Promise<Session> =>
  openSession({
    host: route.host,
    run: `counted-${route.host}`,
    owner: undefined,
    user: '',
    dial: () => ssh.connect(route),
    become: () => undefined,
    over: new AbortController().signal,
  })

/** How often an sshd has logged this. */
const count = (sshd: Sshd, text: string): number => sshd.log().split(text).length - 1

async function ask(session: Session, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    session.refresh()
    await session.epoch.ask(read`echo ${i}`, '')
  }
}

test('thirty hosts on one sshd: one connection, one login, one channel each, and none sent away', async () => {
  const names = Array.from({ length: 30 }, (_, i) => `h${i}`)
  const sessions = await Promise.all(names.map(host => sessionOn(routeTo(node, { host }))))
  await Promise.all(sessions.map(session => ask(session, 3)))
  expect(opened.sort()).toEqual([...names].sort())
  expect(count(node, 'Accepted publickey')).toBe(30)
  expect(count(node, 'server_input_channel_open: ctype session')).toBe(30)
  expect(count(node, 'drop connection')).toBe(0)
  expect(new Set(sessions.map(session => session.frames))).toEqual(new Set([4]))
  await Promise.all(sessions.map(session => session.close()))
})

test('behind a jump host: one login there for all, and one tunnel and one channel for each', async () => {
  const via = routeTo(bastion, { host: 'bastion' })
  const names = Array.from({ length: 12 }, (_, i) => `n${i}`)
  const sessions = await Promise.all(names.map(host => sessionOn(routeTo(node, { host, via }))))
  await Promise.all(sessions.map(session => ask(session, 2)))
  expect(opened.filter(host => host === 'bastion')).toHaveLength(1)
  expect(opened).toHaveLength(13)
  expect(count(bastion, 'Accepted publickey')).toBe(1)
  expect(count(bastion, 'server_input_channel_open: ctype session')).toBe(0)
  expect(count(bastion, 'server_input_channel_open: ctype direct-tcpip')).toBe(12)
  expect(count(node, 'server_input_channel_open: ctype session')).toBe(12)
  await Promise.all(sessions.map(session => session.close()))
})

test('two hundred questions of one turn are one frame', async () => {
  const session = await sessionOn(routeTo(node))
  expect(session.frames).toBe(1)
  const many = Array.from({ length: 200 }, (_, i) => session.epoch.ask(read`echo ${i}`, ''))
  expect((await Promise.all(many)).map(({ stdout }) => Number(stdout))).toEqual(many.map((_, i) => i))
  expect(session.frames).toBe(2)
  expect(session.connections).toBe(1)
  await session.close()
})

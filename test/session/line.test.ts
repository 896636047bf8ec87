import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { read, run } from '../../src/index.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const me = { user: '' }
const other = { user: 'other' }

test('the shells of two users live side by side', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  for (const user of ['other', '', 'other', '']) {
    await session.epoch.ask(read`echo ${user}`, user)
    await session.write([run`true`], { user })
  }
  expect(session.connections).toBe(1)
  await session.close()
})

test('what one user is asked after another has written sees it', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  await session.epoch.ask(read`true`, 'other')
  const written = session.write([run`sleep 0.3; touch ${host.path('made')}`], me)
  expect((await session.epoch.ask(read`test -e ${host.path('made')}`, 'other')).code).toBe(0)
  await written
  await session.close()
})

test('nothing is sent any more as one user once the host was lost as another', async () => {
  using host = new ScratchHost()
  const session = await host.session('first', 'ann@box')
  const first = session.write([run`sleep 1`], me)
  const second = session.write([run`touch ${host.path('made')}`], other)
  for (const write of [first, second]) write.catch(() => undefined)
  await sleep(200)
  host.reachable = false
  host.cut()
  await host.quiet()
  host.reachable = true
  const rival = await host.session('second', 'bob@box')
  await expect(first).rejects.toMatchObject({ name: 'ConnectionLost' })
  await expect(second).rejects.toMatchObject({ name: 'ConnectionLost', underWay: false })
  expect(session.lost?.message).toMatch("held by bob@box's run second")
  expect(existsSync(host.path('made'))).toBe(false)
  await session.close()
  await rival.close()
})

test('a line that was dropped for a question that took too long is held again before anything is written', async () => {
  using host = new ScratchHost()
  const session = await host.session('first', 'ann@box')
  await expect(session.epoch.ask(read({ timeout: 0.2 })`sleep 30`, '')).rejects.toThrow('no answer')
  host.killAll()
  await host.quiet()
  const rival = await host.session('second', 'bob@box')
  for (const user of ['', 'other']) {
    const write = session.write([run`touch ${host.path('made')}`], { user })
    await expect(write).rejects.toMatchObject({ name: 'ConnectionLost', underWay: false })
  }
  expect(existsSync(host.path('made'))).toBe(false)
  await rival.close()
  await session.close()
})

test('the lock is kept alive while another user is at work', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  using host = new ScratchHost()
  const session = await host.session()
  const lock = host.path('.local/state/rampart/lock')
  const write = session.write([run`until [ -e ${host.path('go')} ]; do sleep 0.1; done`], other)
  await vi.waitUntil(() => existsSync(`${host.homeOf('other')}/.local/state/rampart/receipts/test/1`))
  utimesSync(lock, 0, 0)
  vi.advanceTimersByTime(20_000)
  await vi.waitUntil(() => statSync(lock).mtimeMs > 0)
  writeFileSync(host.path('go'), '')
  await write
  await session.close()
})

test('whoever hangs up while the line is sought waits for nobody, and it is not found again behind their back', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const write = session.write([run`echo x >>${host.path('count')}; sleep 1`], me)
  write.catch(() => undefined)
  await sleep(200)
  host.reachable = false
  host.cut()
  await vi.waitUntil(() => host.tried === 2)
  host.over.abort()
  await expect(write).rejects.toMatchObject({ name: 'ConnectionLost', underWay: true })
  host.reachable = true
  await sleep(2500)
  expect(host.tried).toBe(2)
  expect(readFileSync(host.path('count'), 'utf8')).toBe('x\n')
})

test('whoever hangs up while the end of a mutation is awaited does not wait for it', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const write = session.write([run`sleep 30`], me)
  write.catch(() => undefined)
  await sleep(200)
  host.cut()
  await vi.waitUntil(() => session.connections === 2)
  await sleep(500)
  host.over.abort()
  await expect(write).rejects.toMatchObject({ name: 'ConnectionLost', underWay: true })
  await sleep(1500)
  expect(host.connected).toBe(2)
})

test('a mutation that is fed and goes on without us does not keep us from the lock', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const count = host.path('count')
  const write = session.write([run({ stdin: 'word' })`cat >>${count}; sleep 8; echo done`], me)
  await sleep(300)
  host.cut()
  expect((await write).stdout).toBe('done\n')
  expect(readFileSync(count, 'utf8')).toBe('word')
  await session.close()
})

test('whoever hangs up while a host is being opened waits for nobody', async () => {
  using host = new ScratchHost('/bin/sleep 60; #')
  const opening = host.session()
  opening.catch(() => undefined)
  await vi.waitUntil(() => host.connected === 1)
  host.over.abort()
  await expect(opening).rejects.toMatchObject({ name: 'ConnectionLost' })
  expect(host.tried).toBe(1)
  await expect(host.session()).rejects.toThrow('the run has ended')
})

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { read, run } from '../../src/index.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const me = { user: '' }

test('a look asks nothing to be written: without an owner no lock, no state', async () => {
  using host = new ScratchHost()
  const session = await host.session('look', null)
  await session.epoch.ask(read`true`, '')
  await session.close()
  expect(readdirSync(host.home)).toEqual([])
})

test('two runs cannot hold a host at once', async () => {
  using host = new ScratchHost()
  const first = await host.session('first', 'ann@box')
  await expect(host.session('second', 'bob@box')).rejects.toMatchObject({
    name: 'HostLocked',
    message: expect.stringMatching(
      /^scratch is held by ann@box's run first, which gave a sign of life \d s ago$/,
    ) as string,
  })
  const check = await host.session('third', null)
  await check.close()
  await first.close()
  const second = await host.session('second', 'bob@box')
  await second.close()
})

test('a child that outlives its mutation does not keep the lock, nor the reply', async () => {
  using host = new ScratchHost()
  const session = await host.session('a')
  const reply = await session.write([run`sleep 2 & echo "$!"`], me)
  await session.close()
  const next = await host.session('b')
  await next.close()
  process.kill(Number(reply.stdout), 0) // it is still there
  process.kill(Number(reply.stdout))
})

test('handlers are remembered before a change and forgotten after they ran, or if nothing was changed', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const pending = host.path('.local/state/rampart/pending')
  await session.write([run`true`], { ...me, note: new Map([['aaaa', 'reload x (play)']]) })
  expect(readFileSync(`${pending}/aaaa`, 'utf8')).toBe('reload x (play)\n')
  const nowhere = { path: host.path('no/dir'), content: '', mode: '0644' } as const
  await expect(session.write([nowhere], { ...me, note: new Map([['bbbb', 'y']]) })).rejects.toThrow()
  await expect(
    session.write([run`true`, run`exit 1`], { ...me, note: new Map([['cccc', 'z']]) }),
  ).rejects.toThrow()
  expect(readdirSync(pending).sort()).toEqual(['aaaa', 'cccc'])
  await session.close()
  const next = await host.session('next')
  expect([...next.hello.pending].sort()).toEqual(['aaaa', 'cccc'])
  await next.write([run`true`], { ...me, strike: ['aaaa'] })
  expect(readdirSync(pending)).toEqual(['cccc'])
  await next.close()
})

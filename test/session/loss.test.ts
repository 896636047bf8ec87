import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { read, run } from '../../src/index.ts'
import { ConnectionLost } from '../../src/model/error.ts'
import { openSession } from '../../src/session/open.ts'
import { openShell } from '../../src/transport/shell.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const me = { user: '' }

test('a question is asked again after the line was lost', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const answer = session.epoch.ask(read`sleep 0.3; echo done`, '')
  await sleep(150)
  host.cut()
  expect((await answer).stdout).toBe('done\n')
  expect(session.connections).toBe(2)
  await session.close()
})

test('a mutation that was under way when the line was lost is not run twice, and its true end is told', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const count = host.path('count')
  const end = session.write([run({ ok: [7] })`echo x >>${count}; sleep 0.5; echo said; exit 7`], me)
  await sleep(250)
  host.cut()
  expect(await end).toMatchObject({ code: 7, stdout: 'said\n' })
  expect(readFileSync(count, 'utf8')).toBe('x\n')
  await session.close()
})

test('of several mutations in one frame those that had not begun are sent again, in order, once', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const log = host.path('log')
  const all = [1, 2, 3, 4].map(i => session.write([run`echo ${i} >>${log}; sleep 0.2`], me))
  const look = session.epoch.ask(read`cat ${log}`, '')
  await sleep(300)
  host.cut()
  await Promise.all(all)
  expect((await look).stdout).toBe('1\n2\n3\n4\n')
  expect(readFileSync(log, 'utf8')).toBe('1\n2\n3\n4\n')
  await session.close()
})

test('a mutation killed in the middle is of unknown end', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const killed = run`read -r me _ </proc/self/stat; kill -9 $(ps -o ppid= -p $(ps -o ppid= -p "$me")); sleep 1`
  const end = session.write([killed], me)
  end.catch(() => undefined)
  await sleep(300)
  host.cut()
  await expect(end).rejects.toMatchObject({ name: 'ConnectionLost', underWay: true })
  await session.close()
})

test('a host that does not come back is lost: the write is under way, the read is not', {
  timeout: 60_000,
}, async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const write = session.write([run`sleep 5`], me)
  const look = session.epoch.ask(read`true`, '')
  write.catch(() => undefined)
  look.catch(() => undefined)
  await sleep(200)
  host.reachable = false
  host.cut()
  await expect(write).rejects.toMatchObject({ name: 'ConnectionLost', underWay: true })
  await expect(look).rejects.toMatchObject({ name: 'ConnectionLost', underWay: false })
  expect(session.lost?.message).toBe('no route to it')
  await expect(session.write([run`true`], me)).rejects.toMatchObject({
    name: 'ConnectionLost',
    underWay: false,
  })
  await session.close()
})

test('a question that takes too long fails alone', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const slow = session.epoch.ask(read({ timeout: 0.3 })`sleep 30`, '')
  await expect(slow).rejects.toMatchObject({
    name: 'CheckFailed',
    message: 'no answer within 0.3 s to: sleep 30',
  })
  session.refresh()
  expect((await session.epoch.ask(read`echo again`, '')).stdout).toBe('again\n')
  await session.close()
})

test('a line that is lost before its shell has begun is found again', async () => {
  using host = new ScratchHost()
  let failing = 2
  const session = await openSession({
    ...{
      host: 'scratch',
      run: 'test',
      owner: 'tester',
      user: '',
      become: () => undefined,
      over: host.over.signal,
    },
    dial: async () => {
      const connection = await host.dial()
      if (failing-- <= 0) return connection
      return { ...connection, shell: () => openShell(Promise.reject(new ConnectionLost('cut'))) }
    },
  })
  expect((await session.epoch.ask(read`echo here`, '')).stdout).toBe('here\n')
  expect(session.connections).toBe(3)
  await session.close()
})

test('a line that is lost again and again is given up: nothing was under way, and the host is lost', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const look = session.epoch.ask(read`sleep 5`, '')
  const cutting = setInterval(() => host.cut(), 100)
  await expect(look).rejects.toMatchObject({ name: 'ConnectionLost', underWay: false })
  clearInterval(cutting)
  expect(session.lost).toBeDefined()
  expect(session.connections).toBe(4)
  await session.close()
})

test('a host that another run took while the line was lost is not written to', async () => {
  using host = new ScratchHost()
  const session = await host.session('first', 'ann@box')
  host.cut()
  await host.quiet()
  const other = await host.session('second', 'bob@box')
  const write = session.write([run`echo x >>${host.path('count')}`], me)
  await expect(write).rejects.toMatchObject({ name: 'ConnectionLost', underWay: false })
  expect(session.lost?.message).toMatch("scratch is held by bob@box's run second")
  expect(existsSync(host.path('count'))).toBe(false)
  await session.close()
  await other.close()
})

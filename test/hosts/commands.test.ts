import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { rampartRun, startRampart, toldOf } from '../support/rampart.ts'
import { playbook } from './door.ts'
import { useLab } from './lab.ts'
import { atWork, countOf, forget, go, litter, OPS } from './look.ts'

const lab = useLab({ name: 'commands', nodes: 1 })
vi.setConfig({ testTimeout: 180_000 })

const host = 'bastion'
const args = (name: string, ...more: readonly string[]) => [
  playbook(name),
  ...['-i', lab.files.inventory, '-l', host, ...more],
]
const run = (tag: string) => rampartRun(args('commands', '-t', tag, '-v'))
const inside = async (script: string) => (await lab.inside(host, script)).stdout

test('H15 a command leaves a daemon that keeps its output: it ends when its shell does', async () => {
  const told = await run('daemon')
  expect(told).toMatchObject({ code: 0, recap: { hosts: { [host]: { changed: 1 } } } })
  expect(told.events.find(({ event }) => event === 'output')).toMatchObject({ text: 'started\n' })
  expect(await inside("pgrep -fc '^sleep 123[4]'; pkill -f '^sleep 123[4]'")).toBe('1\n')
  expect(await litter(lab, host)).toBe('')
})

test('H16 a command reads its input: that is at its end, and nothing of ours is eaten', async () => {
  const told = await run('reader')
  expect(told.code).toBe(0)
  expect(told.events.find(({ event }) => event === 'output')).toMatchObject({ text: 'read\n' })
})

test('H17 300 MB on one stream and 100 MB on the other: it is told in a bounded memory', async () => {
  const running = startRampart(['run', ...args('commands', '-t', 'flood'), '--json'])
  let peak = 0
  const watching = setInterval(() => {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(statusOf(running.pid))?.[1]
    peak = Math.max(peak, Number(found ?? 0))
  }, 20)
  const told = toldOf(await running.end)
  clearInterval(watching)
  expect(told).toMatchObject({ code: 0, recap: { hosts: { [host]: { changed: 1 } } } })
  expect(await inside('ls /root/flooded')).toBe('/root/flooded\n')
  // It has 130 MB when nothing is told. 16 MiB of each stream are kept, and copied and decoded once.
  expect(peak).toBeGreaterThan(50_000)
  expect(peak).toBeLessThan(350_000)
  expect(await litter(lab, host)).toBe('')
})

test('H19 ends of commands are told apart, and 255 is not a lost host', async () => {
  const told = await run('codes')
  expect(told).toMatchObject({
    code: 3,
    recap: { hosts: { [host]: { failed: 1, unreachable: 0, connections: 1 } } },
  })
  expect(told.tasks[0]?.error?.message.split('\n')).toEqual([
    "StepFailed: sh -c 'exit 1' exited 1",
    "StepFailed: sh -c 'exit 126' exited 126",
    'StepFailed: sh -c no-such-program exited 127: sh: 1: no-such-program: not found',
    "StepFailed: sh -c 'exit 143' exited 143",
    "StepFailed: sh -c 'exit 255' exited 255",
    "StepFailed: sh -c 'kill -9 $$' exited 137: Killed",
  ])
})

test('I03 a command longer than any argument can be', async () => {
  expect((await run('long')).code).toBe(0)
  expect(await inside('cat /root/long')).toBe('300000\n')
})

test('H22 the shell is killed at work, as for want of memory: its work goes on, once, and is waited for', async () => {
  await forget(lab, host)
  const running = startRampart(['run', ...args('count'), '--json'])
  await atWork(lab, host)
  await inside('kill -9 "$(cut -f 3 /run/rampart/lock)"')
  await go(lab, host)
  expect(toldOf(await running.end)).toMatchObject({ code: 0, recap: { hosts: { [host]: { changed: 1 } } } })
  expect(await countOf(lab, host)).toBe(1)
  expect(await litter(lab, host)).toBe('')
})

test.each([
  ['nproc', 1],
  ['nproc', 3],
  ['nofile', 8],
])('H22 a user who may have %s %i: an end with its reason, in a few tries', async (limit, count) => {
  await forget(lab, host)
  await go(lab, host, OPS)
  await inside(`echo 'ops hard ${limit} ${count}' >/etc/security/limits.d/ops.conf`)
  const told = await rampartRun(args('count', '-u', 'ops'))
  await inside('rm /etc/security/limits.d/ops.conf')
  const errors = told.events.flatMap(event => (event['error'] as Error | undefined) ?? [])
  expect(told.code).toBeOneOf([3, 4])
  expect(errors).toHaveLength(1)
  expect(errors[0]?.message).toMatch(/Cannot fork|Unable to exec|ended by itself|reset by the other side/)
  expect(told.recap.hosts[host]?.connections).toBeLessThanOrEqual(4)
  expect(await countOf(lab, host, OPS)).toBe(0)
})

const statusOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return '' // it has ended
  }
}

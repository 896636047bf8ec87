import { hostname, userInfo } from 'node:os'
import { expect, test, vi } from 'vitest'
import { command } from '../../src/controller/command.ts'
import type { Told } from '../support/rampart.ts'
import { program, rampartRun, startRampart, toldOf } from '../support/rampart.ts'
import { openDoor, playbook } from './door.ts'
import { useLab } from './lab.ts'
import type { Counted } from './look.ts'
import { atWork, countOf, forget, go, litter, OPS, ROOT, until } from './look.ts'

const lab = useLab({ name: 'interrupt', nodes: 1 })
vi.setConfig({ testTimeout: 180_000 })

const args = ({ user }: Counted = ROOT) => [
  playbook('count'),
  ...['-i', lab.files.inventory, '-l', 'bastion', '-u', user],
]
const start = (who?: Counted) => startRampart(['run', ...args(who), '--json'])
const again = () => rampartRun(args())
const statuses = ({ tasks }: Told) => tasks.map(({ task, status }) => `${task} ${status}`)
const settled = { code: 0, recap: { hosts: { bastion: { ok: 3, changed: 0 } } } }

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'R01 %s once: the host finishes what is under way, and begins nothing more',
  async signal => {
    await forget(lab, 'bastion')
    const running = start()
    await atWork(lab, 'bastion')
    running.kill(signal)
    await go(lab, 'bastion')
    const told = toldOf(await running.end)
    expect(statuses(told)).toEqual(['before ok', 'slow work changed', 'after skipped'])
    expect(told).toMatchObject({ code: 130, recap: { exitCode: 130 } })
    expect(await litter(lab, 'bastion')).toBe('')
    expect(await again()).toMatchObject(settled)
    expect(await countOf(lab, 'bastion')).toBe(1)
  },
)

test.each([2, 3])(
  'R01 Ctrl-C %i times: it leaves at once, the host finishes alone, and nobody does it again',
  async times => {
    await forget(lab, 'bastion')
    const running = start()
    await atWork(lab, 'bastion')
    for (let i = 0; i < times; i++) {
      running.kill('SIGINT')
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    const { code, stderr } = await running.end
    expect(code).toBe(130)
    expect(stderr).toContain('What was under way ends on the hosts by itself')
    // While it goes on, the host is not another's.
    const meanwhile = await again()
    expect(meanwhile.code).toBe(3)
    expect(JSON.stringify(meanwhile.events)).toMatch(
      /bastion is held by \S+'s run \S+, which gave a sign of life/,
    )
    await go(lab, 'bastion')
    await until(lab, 'bastion', 'flock -n /run/rampart/lock true')
    expect(await again()).toMatchObject(settled)
    expect(await countOf(lab, 'bastion')).toBe(1)
  },
)

test('R01 nobody reads on (| head -1): the run goes on to its end, and complains to nobody', async () => {
  await forget(lab, 'bastion')
  const line = `"$@" | head -n 1; echo "\${PIPESTATUS[0]}"`
  const piped = command(['bash', '-c', line, '-', process.execPath, program(), 'run', ...args()])
  await atWork(lab, 'bastion')
  await go(lab, 'bastion')
  const { stdout, stderr } = await piped
  expect(stdout).toMatch(/^.+\n0\n$/)
  expect(stderr).toBe('')
  expect(await again()).toMatchObject(settled)
  expect(await countOf(lab, 'bastion')).toBe(1)
  expect(await litter(lab, 'bastion')).toBe('')
})

test('R02 two runs on one host at once: one has it, the other is told whose it is; a dry run may look', async () => {
  await forget(lab, 'bastion')
  const both = [start(), start()]
  const ends = both.map(async ({ end }) => toldOf(await end))
  await atWork(lab, 'bastion')
  const refused = await Promise.race(ends)
  expect(refused).toMatchObject({ code: 3, tasks: [] })
  const owner = `${userInfo().username}@${hostname()}`
  expect(refused.events.find(({ event }) => event === 'host')).toMatchObject({
    status: 'refused',
    error: {
      name: 'HostLocked',
      message: expect.stringMatching(
        new RegExp(
          `^bastion is held by ${owner}'s run \\d{8}T\\d{6}Z-[0-9a-f]{6}, which gave a sign of life \\d+ s ago$`,
        ),
      ) as string,
    },
  })
  expect(await rampartRun([...args(), '--check'])).toMatchObject({
    code: 2,
    recap: { hosts: { bastion: { wouldChange: 1, ok: 2 } } },
  })
  await go(lab, 'bastion')
  const codes = (await Promise.all(ends)).map(({ code }) => code)
  expect(codes.sort()).toEqual([0, 3])
  expect(await countOf(lab, 'bastion')).toBe(1)
  expect(await litter(lab, 'bastion')).toBe('')
})

test('R04 a runner killed at work: its host is free when its work has ended, and nothing is done twice', async () => {
  await forget(lab, 'bastion')
  const running = start()
  await atWork(lab, 'bastion')
  running.kill('SIGKILL')
  await running.end
  expect((await again()).code).toBe(3)
  await go(lab, 'bastion')
  await until(lab, 'bastion', 'flock -n /run/rampart/lock true')
  expect(await again()).toMatchObject(settled)
  expect(await countOf(lab, 'bastion')).toBe(1)
})

test('R04 a runner killed behind a dead line: sshd never hears of it, and a minute later its host is free', async () => {
  await forget(lab, 'bastion')
  const door = await openDoor(lab, { user: 'ops' })
  const looking = startRampart([
    'run',
    playbook('slow-look'),
    '-i',
    door.inventory,
    '-l',
    'bastion',
    '--json',
  ])
  await until(lab, 'bastion', 'test -e /home/ops/looking')
  door.proxy.freezeOpen()
  looking.kill('SIGKILL')
  await looking.end
  await go(lab, 'bastion', OPS)
  const opsRun = () =>
    rampartRun([playbook('slow-look'), '-i', lab.files.inventory, '-l', 'bastion', '-u', 'ops'])
  expect((await opsRun()).code).toBe(3)
  await vi.waitUntil(async () => (await opsRun()).code === 0, { timeout: 100_000, interval: 5000 })
  await door.proxy.close()
  expect(await litter(lab, 'bastion')).toBe('')
})

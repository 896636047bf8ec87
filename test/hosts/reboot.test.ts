import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { docker } from '../../src/controller/docker.ts'
import { requireEngine } from '../../src/lab/engine.ts'
import type { Told } from '../support/rampart.ts'
import { rampartRun } from '../support/rampart.ts'
import { playbook } from './door.ts'
import { useLab } from './lab.ts'
import { litter } from './look.ts'

const lab = useLab({ name: 'reboot', nodes: 1 })
vi.setConfig({ testTimeout: 240_000 })

const host = 'dgx01'
const run = (...args: readonly string[]): Promise<Told> =>
  rampartRun([playbook('reboot'), '-i', lab.files.inventory, '-l', host, ...args])
const engine = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await docker(await requireEngine(), args)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  return stdout.trim()
}
const runs = async (): Promise<boolean> =>
  (await engine('inspect', '-f', '{{.State.Running}}', lab.container(host))) === 'true'
const tasksOf = ({ tasks }: Told) => tasks.map(({ task, status }) => `${task} ${status}`)

/** A machine starts anew by itself. A container ends, and somebody has to start it: its hardware, so to speak. */
async function withHardware(work: Promise<Told>): Promise<Told> {
  let isOver = false
  void work.finally(() => {
    isOver = true
  })
  while (!isOver) {
    if (!(await runs())) await engine('start', lab.container(host))
    await sleep(300)
  }
  return work
}

test('a node behind the bastion starts anew and is waited for; what comes next sees the new start', async () => {
  await lab.inside(host, 'touch /run/reboot-required; echo linux-image >/run/reboot-required.pkgs')
  const looked = await run('--check')
  expect(tasksOf(looked)).toEqual([
    'file /etc/before would-change',
    'reboot required would-change',
    'command note would-change',
  ])
  const told = await withHardware(run())
  expect(tasksOf(told)).toEqual([
    'file /etc/before changed',
    'reboot required changed',
    'command note changed',
  ])
  expect(told).toMatchObject({ code: 0, stderr: '' })
  expect(told.tasks[1]?.diff).toMatchObject({ changes: { reboot: ['required by linux-image', 'done'] } })
  expect(told.recap.hosts[host]?.connections).toBeGreaterThan(1)
  const { stdout } = await lab.inside(
    host,
    'set -- $(cat /proc/1/stat); shift 21; echo "$1"; cat /etc/started',
  )
  expect(new Set(stdout.trim().split('\n')).size).toBe(1)
  const again = await run()
  expect(again.recap.hosts[host]).toMatchObject({ ok: 3, changed: 0, frames: 2 })
  expect(await litter(lab, host)).toBe('')
})

test('a handler may reboot, and does not do so again in the next run', async () => {
  const told = await withHardware(run('-t', 'handler'))
  const handlers = told.events.filter(({ event }) => event === 'handler').map(({ status }) => status)
  expect({ code: told.code, handlers }).toEqual({ code: 0, handlers: ['changed'] })
  const again = await run('-t', 'handler')
  expect(again.recap.hosts[host]).toMatchObject({ ok: 1, changed: 0 })
})

test('a host that does not come back is of unknown end, and it is said for how long it was waited for', async () => {
  const told = await run('-t', 'vain')
  expect(told.code).toBe(3)
  expect(told.tasks.map(({ status, error }) => [status, error?.message])).toEqual([
    ['unknown', expect.stringMatching(/^it was told to reboot, and has not come back within 8 s: dgx01 .+/)],
  ])
  await engine('start', lab.container(host))
})

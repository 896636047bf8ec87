import { expect, test, vi } from 'vitest'
import { docker } from '../../src/controller/docker.ts'
import { requireEngine } from '../../src/lab/engine.ts'
import type { Told } from '../support/rampart.ts'
import { rampartRun, startRampart, toldOf } from '../support/rampart.ts'
import { playbook, readInventory } from './door.ts'
import { useLab } from './lab.ts'
import { atWork, countOf, forget, go, litter, until } from './look.ts'

const lab = useLab({ name: 'vanish' })
vi.setConfig({ testTimeout: 300_000 })

const hosts = ['bastion', 'dgx01', 'dgx02']
const start = (...args: readonly string[]) =>
  startRampart(['run', '-i', lab.files.inventory, '--json', ...args])
const engine = async (...args: readonly string[]) =>
  expect(await docker(await requireEngine(), args)).toMatchObject({ code: 0 })
const cluster = `${lab.name}-cluster`

const tasksOf = (told: Told, host: string) =>
  told.tasks.filter(task => task.host === host).map(({ task, status }) => `${task} ${status}`)
const hostEvents = (told: Told, host: string) =>
  told.events.filter(({ event, host: of }) => event === 'host' && of === host).map(({ status }) => status)
const whyLost = (told: Told, host: string) =>
  (
    told.events.find(event => event['host'] === host && event['status'] === 'lost')?.['error'] as
      | Error
      | undefined
  )?.message

/** A host that lost its runner without a word lets the next one in when it has been silent for a minute. */
async function converge(...args: readonly string[]): Promise<Told> {
  let told: Told | undefined
  await vi.waitUntil(
    async () => {
      told = await rampartRun([playbook('count'), '-i', lab.files.inventory, ...args])
      return told.code === 0
    },
    { timeout: 100_000, interval: 3000 },
  )
  return told as Told
}

test('N10 a host whose network goes and N12 one that freezes: lost, of unknown end; the others finish', async () => {
  await Promise.all(hosts.map(host => forget(lab, host)))
  const running = start(playbook('count'))
  await Promise.all(hosts.map(host => atWork(lab, host)))
  const looking = start(playbook('slow-look'), '-l', 'dgx01', '-u', 'ops', '--check')
  await until(lab, 'dgx01', 'test -e /home/ops/looking')
  await engine('network', 'disconnect', cluster, lab.container('dgx01'))
  await engine('pause', lab.container('dgx02'))
  await go(lab, 'bastion')

  const [told, looked] = [toldOf(await running.end), toldOf(await looking.end)]
  expect(tasksOf(told, 'bastion')).toEqual(['before ok', 'slow work changed', 'after ok'])
  for (const host of ['dgx01', 'dgx02']) {
    expect(tasksOf(told, host)).toEqual(['before ok', 'slow work unknown', 'after skipped'])
    expect(hostEvents(told, host)).toEqual(['connected', 'lost'])
  }
  expect(told.code).toBe(3)
  // With nothing under way it is no failed task.
  expect(hostEvents(looked, 'dgx01')).toEqual(['connected', 'lost'])
  expect(looked).toMatchObject({
    code: 4,
    recap: { hosts: { dgx01: { skipped: 1, unreachable: 1, failed: 0 } } },
  })

  const address = readInventory(lab).all.children.dgx.hosts.dgx01.address
  await engine('network', 'connect', '--ip', address, cluster, lab.container('dgx01'))
  await engine('unpause', lab.container('dgx02'))
  await Promise.all(['dgx01', 'dgx02'].map(host => go(lab, host)))
  await lab.inside('dgx01', 'touch /home/ops/go')
  await Promise.all(hosts.map(host => until(lab, host, 'test -e /root/done')))
  const again = await converge()
  for (const host of hosts) {
    expect(again.recap.hosts[host]).toMatchObject({ ok: 3, changed: 0 })
    expect(await countOf(lab, host)).toBe(1)
  }
})

test('N15 the bastion dies and comes back, H12 a node behind it too: what went on is told, what died is of unknown end', async () => {
  await Promise.all(hosts.map(host => forget(lab, host)))
  const running = start(playbook('count'), '-l', 'dgx')
  await Promise.all(['dgx01', 'dgx02'].map(host => atWork(lab, host)))
  await Promise.all(
    ['dgx01', 'bastion'].map(async host => {
      await engine('kill', lab.container(host))
      await engine('start', lab.container(host))
    }),
  )
  await go(lab, 'dgx02')
  const told = toldOf(await running.end)
  expect(tasksOf(told, 'dgx02')).toEqual(['before ok', 'slow work changed', 'after ok'])
  expect(tasksOf(told, 'dgx01')).toEqual(['before ok', 'slow work unknown', 'after skipped'])
  expect(told).toMatchObject({ code: 3, stderr: '' })
  expect(await countOf(lab, 'dgx01')).toBe(1)
  expect(await countOf(lab, 'dgx02')).toBe(1)
  // The next run looks for itself, finds it undone, and does it.
  await go(lab, 'dgx01')
  const again = await converge('-l', 'dgx')
  expect(again.recap.hosts).toMatchObject({ dgx01: { changed: 1 }, dgx02: { changed: 0 } })
  expect(await litter(lab, 'dgx02')).toBe('')
})

test('N15 the bastion dies for good: all behind it are lost for one cause, in one line each', async () => {
  await Promise.all(hosts.map(host => forget(lab, host)))
  const running = start(playbook('count'), '-l', 'dgx')
  await Promise.all(['dgx01', 'dgx02'].map(host => atWork(lab, host)))
  await engine('kill', lab.container('bastion'))
  const told = toldOf(await running.end)
  await engine('start', lab.container('bastion'))
  expect(told.code).toBe(3)
  for (const host of ['dgx01', 'dgx02']) {
    expect(tasksOf(told, host)).toEqual(['before ok', 'slow work unknown', 'after skipped'])
    expect(whyLost(told, host)).toMatch(
      /^dgx0\d \(\S+\) is behind bastion, and bastion \(\S+\) cannot be reached: .+$/,
    )
  }
})

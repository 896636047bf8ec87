import { expect, test, vi } from 'vitest'
import type { Told } from '../support/rampart.ts'
import { rampartRun, startRampart, toldOf } from '../support/rampart.ts'
import type { Door } from './door.ts'
import { openDoor, playbook } from './door.ts'
import { useLab } from './lab.ts'
import type { Counted } from './look.ts'
import { ADMIN, atWork, countOf, forget, go, litter, OPS, ROOT } from './look.ts'

const lab = useLab({ name: 'cut', nodes: 1 })
vi.setConfig({ testTimeout: 180_000 })

const start = (name: string, { inventory }: Door, ...more: readonly string[]) =>
  startRampart(['run', playbook(name), '-i', inventory, '-l', 'bastion', '--json', ...more])

/** It was done, once, and that is what was told. */
async function expectDone(told: Told, who: Counted, connections: number): Promise<void> {
  expect(told.tasks.map(({ task, status }) => `${task} ${status}`)).toEqual([
    'before ok',
    'slow work changed',
    'after ok',
  ])
  expect(told).toMatchObject({
    code: 0,
    stderr: '',
    recap: { hosts: { bastion: { changed: 1, connections } } },
  })
  expect(await countOf(lab, 'bastion', who)).toBe(1)
}

test.each<[string, (door: Door) => void]>([
  ['N08 FIN', ({ proxy }) => proxy.cut()],
  ['N09 RST', ({ proxy }) => proxy.reset()],
  ['N09 half-close', ({ proxy }) => proxy.halfClose()],
])(
  '%s in the middle of a mutation: it is waited for, done once, and its true end is told',
  async (_, fault) => {
    await forget(lab, 'bastion')
    const door = await openDoor(lab)
    const running = start('count', door)
    await atWork(lab, 'bastion')
    fault(door)
    await vi.waitUntil(() => door.proxy.taken === 2, 30_000)
    await go(lab, 'bastion')
    await expectDone(toldOf(await running.end), ROOT, 2)
    expect(await litter(lab, 'bastion')).toBe('')
  },
)

test('N09 a blackhole towards us, N12 a frozen line and a stopped sshd: found out, and the end that came meanwhile is told', async () => {
  await forget(lab, 'bastion')
  const stopped = (signal: string) => lab.inside('bastion', `pkill -${signal} -f '[s]shd.*: admin'`)
  const faults: readonly [Counted, (door: Door) => unknown][] = [
    [ROOT, ({ proxy }) => proxy.freezeOpen('toClient')],
    [OPS, ({ proxy }) => proxy.freezeOpen()],
    [ADMIN, () => stopped('STOP')],
  ]
  await Promise.all(
    faults.map(async ([who, fault]) => {
      const door = await openDoor(lab, { user: who.user })
      const running = start('count', door)
      await atWork(lab, 'bastion', who)
      await fault(door)
      await go(lab, 'bastion', who)
      await expectDone(toldOf(await running.end), who, 2)
      await door.proxy.close()
    }),
  )
  await stopped('CONT')
  expect(await litter(lab, 'bastion')).toBe('')
})

test('N07 FIN in the middle of a look: it is asked again, and nothing of it shows', async () => {
  const door = await openDoor(lab)
  await lab.inside('bastion', 'rm -f /root/looking /root/go')
  const running = start('slow-look', door, '--check')
  await vi.waitUntil(async () => (await lab.inside('bastion', 'test -e /root/looking')).code === 0, 60_000)
  door.proxy.cut()
  await go(lab, 'bastion')
  const told = toldOf(await running.end)
  expect(told).toMatchObject({
    code: 0,
    stderr: '',
    recap: { hosts: { bastion: { ok: 2, connections: 2 } } },
  })
  expect(told.events.map(({ event }) => event)).toEqual(['start', 'host', 'play', 'task', 'task', 'recap'])
  expect(await litter(lab, 'bastion')).toBe('')
})

test('N16 300 ms to the host and back: slower, no fault', async () => {
  await forget(lab, 'bastion')
  await go(lab, 'bastion')
  const door = await openDoor(lab)
  door.proxy.delay(150)
  await expectDone(toldOf(await start('count', door).end), ROOT, 1)
  expect(await rampartRun([playbook('count'), '-i', door.inventory, '-l', 'bastion'])).toMatchObject({
    code: 0,
    recap: { hosts: { bastion: { ok: 3, changed: 0, frames: 2, connections: 1 } } },
  })
})

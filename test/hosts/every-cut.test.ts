import { expect, test, vi } from 'vitest'
import { rampartRun } from '../support/rampart.ts'
import type { Door } from './door.ts'
import { openDoor, playbook } from './door.ts'
import { useLab } from './lab.ts'
import { litter } from './look.ts'

/** A play is cut at so many places; `RAMPART_TEST_CUTS=all` cuts it at every KiB of its traffic. */
const CUTS = process.env['RAMPART_TEST_CUTS'] === 'all' ? Number.POSITIVE_INFINITY : 8

const lab = useLab({ name: 'every-cut', nodes: 1 })
vi.setConfig({ testTimeout: CUTS === 8 ? 300_000 : 3_600_000 })

const run = ({ inventory }: Door) => rampartRun([playbook('whole'), '-i', inventory, '-l', 'bastion'])
const reset = () =>
  lab.inside('bastion', 'rm -rf /root/whole /var/lib/rampart; userdel -rf whole; groupdel whole; true')

/** All that the playbook is to bring about, and how often it did what must be done once. */
const state = async (): Promise<string> =>
  (
    await lab.inside(
      'bastion',
      'cd /root/whole; sha256sum *; stat -c "%n %a %U" . * ~whole/.ssh/*; id whole; cat ~whole/.ssh/authorized_keys',
    )
  ).stdout.replaceAll(/[ug]id=\d+/g, '')

/** Places spread evenly over the traffic of a run, in bytes. */
function places(bytes: number, count: number): readonly number[] {
  const all = Math.floor(bytes / 1024)
  const some = Math.min(all, count)
  return Array.from({ length: some }, (_, i) => 1024 * Math.floor(((i + 0.5) * all) / some))
}

let bytes = 0
let whole = ''

test('a run that nobody cuts', async () => {
  const door = await openDoor(lab)
  expect(await run(door)).toMatchObject({ code: 0, recap: { hosts: { bastion: { changed: 11 } } } })
  bytes = door.proxy.bytes
  whole = await state()
  expect(whole.split('\n').length).toBeGreaterThan(15)
  expect(bytes).toBeGreaterThan(20_000)
})

test('N14 cut once, anywhere: the run itself brings all about, each thing once', async () => {
  for (const place of places(bytes, CUTS)) {
    await reset()
    const door = await openDoor(lab)
    door.proxy.cutOnceAfter(place)
    const told = await run(door)
    expect({ place, code: told.code, stderr: told.stderr }).toEqual({ place, code: 0, stderr: '' })
    expect(door.proxy.taken).toBe(2)
    expect(told.recap.hosts['bastion']).toMatchObject({ changed: 11 })
    expect({ place, state: await state() }).toEqual({ place, state: whole })
    expect({ place, litter: await litter(lab, 'bastion') }).toEqual({ place, litter: '' })
    expect(await run(door)).toMatchObject({ code: 0, recap: { hosts: { bastion: { changed: 0, ok: 10 } } } })
  }
})

test.each([5, 8, 12])(
  'N14 a line that breaks every %i KiB: lost is not failed, and the next run brings about the rest, each thing once',
  async kibibytes => {
    await reset()
    const door = await openDoor(lab)
    door.proxy.cutAfter(kibibytes * 1024)
    const told = await run(door)
    const statuses = new Set(told.tasks.map(({ status }) => status))
    expect(statuses.has('failed')).toBe(false)
    // So little may not even be enough to be let in.
    const lost = told.events.filter(({ status }) => status === 'lost' || status === 'unreachable')
    if (told.code === 0) expect(lost).toEqual([])
    else expect([told.code, lost.length]).toEqual([statuses.has('unknown') ? 3 : 4, 1])
    door.proxy.cutAfter(Number.POSITIVE_INFINITY)
    const again = await run(door)
    expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 0, stderr: '' })
    expect(await state()).toBe(whole)
  },
)

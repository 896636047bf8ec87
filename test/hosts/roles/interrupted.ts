import { expect, test } from 'vitest'
import { startRampart } from '../../support/rampart.ts'
import { until } from '../look.ts'
import type { RolesBench } from './bench.ts'
import { tasks } from './bench.ts'
import { DRIFTS } from './drifts.ts'

const TASKS = [
  'engine settings',
  'sites are read',
  'site',
  'proxy settings',
  'proxy unit',
  'vendor account',
  'aliases',
]

/** A runner that dies at work, again and again, each time a task further. */
export function interrupted({ lab, args, run, inside, converged }: RolesBench): void {
  test('a run that is killed after any task is brought to its end by those after it', async () => {
    for (const [host, task, script] of DRIFTS) if (TASKS.includes(task)) await inside(host, script)
    let kills = 0
    for (;;) {
      const running = startRampart(['run', ...(await args()), '--json'])
      const isAtWork = await running.until('"status":"changed"').then(
        () => true,
        () => false,
      )
      if (!isAtWork) break
      running.kill('SIGKILL')
      await running.end
      kills++
      for (const host of ['bastion', 'dgx01']) await until(lab, host, 'flock -n /run/rampart/lock true')
    }
    expect(kills).toBeGreaterThanOrEqual(TASKS.length)
    expect(tasks(await run(), 'changed')).toEqual([])
    await converged()
    expect(await inside('bastion', 'ls /var/lib/rampart/pending 2>/dev/null; true')).toBe('')
  })
}

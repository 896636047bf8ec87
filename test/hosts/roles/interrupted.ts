import { expect, test } from 'vitest'
import { startRampart } from '../../support/rampart.ts'
import { until } from '../look.ts'
import type { RolesBench } from './bench.ts'
import { failures } from './bench.ts'
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

/** A runner that dies at work, after one task and after another. */
export function interrupted({ lab, args, run, inside, converged }: RolesBench): void {
  test('a run that is killed after any task is brought to its end by those after it', async () => {
    await run() // whatever another try has left
    for (const [host, task, script] of DRIFTS.filter(([, task]) => TASKS.includes(task))) {
      await inside(host, script)
      const running = startRampart(['run', ...(await args()), '--json'])
      await running.until('"status":"changed"')
      running.kill('SIGKILL')
      await running.end
      for (const one of ['bastion', 'dgx01']) await until(lab, one, 'flock -n /run/rampart/lock true')
      const next = await run()
      expect(next.code, `${task}: ${failures(next)}`).toBe(0)
    }
    await converged()
    expect(await inside('bastion', 'ls /var/lib/rampart/pending 2>/dev/null; true')).toBe('')
  })
}

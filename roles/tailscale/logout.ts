import type { Plan, Probe } from 'rampart'
import { CheckFailed, drift, inSync, read, run } from 'rampart'
import { wayIn } from './came.ts'
import { nodeOf } from './node.ts'

/** That the host is no member of a tailnet: its key is made worthless there, not only forgotten here. */
export const loggedOut: { check(probe: Probe): Promise<Plan> } = {
  async check(probe) {
    const [program, service, way] = await Promise.all([
      probe.ask(read`command -v tailscale`),
      probe.ask(read`systemctl is-active --quiet tailscaled.service`),
      wayIn(probe),
    ])
    if (program.code !== 0) return inSync()
    if (service.code === 0 && !(await nodeOf(probe)).HaveNodeKey) return inSync()
    if (way === 'tailnet')
      throw new CheckFailed('leaving the tailnet would cut the way rampart came', {
        hint: 'Reach the host by its own address: put that first in addresses.',
      })
    return drift({ kind: 'fields', changes: { tailnet: ['a member', 'none'] } }, [
      run`systemctl start tailscaled.service`,
      run({ timeout: 120 })`timeout 90 tailscale logout`,
    ])
  },
}

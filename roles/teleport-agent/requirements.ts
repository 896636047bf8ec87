import type { Facts, Plan, Probe } from 'rampart'
import { CheckFailed, inSync, read } from 'rampart'
import { isMap, parsed } from '../teleport-bastion/tctl.ts'
import type { Variables } from './variables.ts'

/** That there is a cluster which takes an agent of this version: it refuses those that are newer than itself. */
export function cluster({ bastion, version }: Variables) {
  return {
    on: [bastion],
    async check(probe: Probe<string>): Promise<Plan<never>> {
      const { stdout } = await probe
        .on(bastion)
        .ask(read`curl -ks --max-time 10 https://127.0.0.1:3080/webapi/ping`)
      const ping = parsed(stdout)
      const found = isMap(ping) ? ping['server_version'] : undefined
      if (typeof found !== 'string')
        throw new CheckFailed(`there is no cluster on ${bastion}`, {
          hint: 'Run the role teleport-bastion there first.',
        })
      if (!isNewer(version, found)) return inSync()
      throw new CheckFailed(`the agent is to be ${version}, and the cluster is ${found}, which is older`, {
        hint: `Upgrade the cluster first, or set version: ${found}.`,
      })
    },
    // It only looks.
    apply: () => Promise.resolve(),
  }
}

/** Whether one version comes after another: `18.10.0` after `18.6.1`. */
export function isNewer(one: string, other: string): boolean {
  const [a, b] = [one, other].map(text => text.split(/[.-]/).slice(0, 3).map(Number))
  const at = a?.findIndex((part, i) => part !== (b?.[i] ?? 0)) ?? -1
  return at >= 0 && (a?.[at] ?? 0) > (b?.[at] ?? 0)
}

/** That the kernel can tell what sessions do (BPF, Teleport's page on enhanced session recording). */
export function recordingKernel({ kernel }: Facts): { check(probe: Probe): Plan } {
  return {
    check() {
      const [major = 0, minor = 0] = kernel.split(/[.-]/).map(Number)
      if (major > 5 || (major === 5 && minor >= 8)) return inSync()
      throw new CheckFailed(`Linux ${kernel} cannot record what programs do in a session: 5.8 can`, {
        hint: 'Set enhanced_recording: false, and know that only what terminals show is recorded.',
      })
    },
  }
}

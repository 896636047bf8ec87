import type { Plan, Probe } from 'rampart'
import { CheckFailed, drift, inSync, run } from 'rampart'
import { isIn, nodeOf } from './node.ts'
import { different, flagsBack, flagsTo, preferences } from './preferences.ts'
import type { Variables } from './variables.ts'
import { noted } from './way-back.ts'

/** The preferences of a node, each by itself: `tailscale up` would set back all that it is not told. */
export function settings(vars: Variables, hostname: string): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const node = await nodeOf(probe)
      if (!isIn(node)) throw new CheckFailed(`the host is not in the tailnet: it is ${node.BackendState}`)
      const changes = different(preferences(vars, hostname, node.prefs))
      if (changes.length === 0) return inSync()
      return drift(
        {
          kind: 'fields',
          changes: Object.fromEntries(changes.map(({ flag, is, wanted }) => [flag, [is, wanted] as const])),
        },
        // It is guarded wherever that risk is one.
        [noted(set(flagsBack(changes))), set(flagsTo(changes))],
      )
    },
  }
}

/** Without the flag tailscale asks on the terminal, if it was the way in, whether that is meant. */
export const set = (flags: readonly string[]) => run`tailscale set --accept-risk=lose-ssh ${flags}`

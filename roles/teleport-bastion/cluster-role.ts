import type { Plan, Probe } from 'rampart'
import { drift, inSync, run } from 'rampart'
import { roleDifferences } from './rbac-differences.ts'
import type { JsonMap } from './tctl.ts'
import { mapIn, resource, tctlWithInput } from './tctl.ts'

/** A role of the cluster. What tctl says of creating one tells nothing ("created" always), so the role itself is asked for. */
export function clusterRole(wanted: JsonMap): { check(probe: Probe): Promise<Plan> } {
  const name = String(mapIn(wanted, 'metadata')['name'])
  const create = run({ stdin: JSON.stringify(wanted) })`${tctlWithInput('create', '-f')}`
  return {
    async check(probe) {
      const live = await resource(probe, 'roles', name)
      if (live === undefined)
        return drift({ kind: 'fields', changes: { role: ['absent', 'present'] } }, [create])
      const changes = roleDifferences(live, wanted)
      return Object.keys(changes).length === 0 ? inSync() : drift({ kind: 'fields', changes }, [create])
    },
  }
}

import type { Plan, Probe } from 'rampart'
import { drift, inSync, read, run } from 'rampart'

const DENY = '/etc/at.deny'

/**
 * That at(1) refuses the user. Where there is no at.deny, it refuses everybody but root, or at.allow says who may: then
 * a file of ours would let in all others.
 */
export function noAtJobs(name: string): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const { code } = await probe.ask(read`[ ! -e ${DENY} ] || grep -qxF -e ${name} -- ${DENY}`)
      if (code === 0) return inSync()
      return drift({ kind: 'fields', changes: { [DENY]: [`without ${name}`, `with ${name}`] } }, [
        // Its last line may have no end.
        run`[ -z "$(tail -c 1 ${DENY})" ] || echo >>${DENY}; printf '%s\\n' ${name} >>${DENY}`,
      ])
    },
  }
}

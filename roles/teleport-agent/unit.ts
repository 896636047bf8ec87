import type { Plan, Probe } from 'rampart'
import { CheckFailed, drift, inSync, read, run } from 'rampart'

const PROGRAM = '/usr/local/bin/teleport'

/** The agent's unit: the package has it, and if it does not, the program writes it itself. */
export function unit(): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const [program, found] = await Promise.all([
        probe.ask(read`[ -x ${PROGRAM} ]`),
        probe.ask(read`systemctl cat teleport.service`),
      ])
      if (program.code !== 0)
        throw new CheckFailed(`there is no ${PROGRAM}`, { hint: 'The package before it brings it.' })
      if (found.code === 0) return inSync()
      return drift({ kind: 'fields', changes: { 'teleport.service': ['absent', 'present'] } }, [
        run`${PROGRAM} install systemd -o /etc/systemd/system/teleport.service && systemctl daemon-reload`,
      ])
    },
  }
}

import type { Plan, Probe } from 'rampart'
import { CheckFailed, inSync, read } from 'rampart'
import { isMap, parsed } from './tctl.ts'
import type { Variables } from './variables.ts'

/** That the cluster, if there is one, has this name: Teleport would go on with its old one and say nothing. */
export function sameCluster({ cluster_name, data_dir }: Variables): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const [live, written] = await Promise.all([
        probe.ask(read`curl -ks --max-time 10 https://127.0.0.1:3080/webapi/ping`),
        probe.ask(
          read`! [ -e ${data_dir}/data/host_uuid ] || sed -n 's/^  cluster_name: *"\\{0,1\\}\\([^"]*\\)"\\{0,1\\}$/\\1/p' ${data_dir}/config/teleport.yaml`,
        ),
      ])
      const ping = parsed(live.stdout)
      const name = isMap(ping) ? ping['cluster_name'] : undefined
      const found = typeof name === 'string' ? name : written.stdout.trim()
      if (found === '' || found === cluster_name) return inSync()
      throw new CheckFailed(`there is a cluster ${found} already, and a cluster keeps its name for ever`, {
        hint: `Set cluster_name: ${found}. For another cluster stop this one and move ${data_dir}/data away; then every node has to join anew.`,
      })
    },
  }
}

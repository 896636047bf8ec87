import type { Plan, Probe } from 'rampart'
import { CheckFailed, drift, inSync, read, run } from 'rampart'
import { CONTAINER, isMap, parsed } from './tctl.ts'
import type { Variables } from './variables.ts'

/** That the running container is reached where it should be and nowhere else, whatever its compose file says. */
export function published({ publish_addrs, data_dir }: Variables): { check(probe: Probe): Promise<Plan> } {
  const wanted = [...new Set(publish_addrs)].map(address => `${address} 3080 -> 3080/tcp`).sort()
  return {
    async check(probe) {
      const { code, stdout, stderr } = await probe.ask(
        read`docker inspect --format '{{json .NetworkSettings.Ports}}' ${CONTAINER}`,
      )
      const ports = parsed(stdout)
      if (code !== 0 || (ports !== null && !isMap(ports)))
        throw new CheckFailed(`Docker does not tell what is published: ${stderr.trim()}`)
      const found = Object.entries(ports ?? {})
        .flatMap(([port, bindings]) =>
          (Array.isArray(bindings) ? bindings : []).map(binding =>
            isMap(binding) ? `${binding['HostIp']} ${binding['HostPort']} -> ${port}` : port,
          ),
        )
        .sort()
      if (found.join() === wanted.join()) return inSync()
      const changes = { published: [found.join(', ') || 'nothing', wanted.join(', ')] } as const
      return drift({ kind: 'fields', changes }, [
        run({
          timeout: 300,
          unit: true,
        })`docker compose --ansi never -f ${data_dir}/docker-compose.yml up --detach --force-recreate`,
      ])
    },
  }
}

/** As Docker writes it before a port. */
export const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)

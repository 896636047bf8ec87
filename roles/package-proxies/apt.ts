import type { Plan, Probe } from 'rampart'
import { CheckFailed, inSync, read } from 'rampart'
import type { Variables } from './variables.ts'

export type Setting = readonly [name: string, value: string]

/** apt-transport-http(1): a proxy for one host. For https apt would fall back to http's, but not from one for all hosts. */
export function aptSettings({ proxy_url, hosts, extra_hosts, direct_hosts }: Variables): readonly Setting[] {
  const address = `${proxy_url.replace(/\/$/, '')}/`
  return [
    ...[...new Set([...hosts, ...extra_hosts])].map(host => [host, address] as const),
    ...direct_hosts.map(host => [host, 'DIRECT'] as const),
  ].flatMap(([host, value]) =>
    ['http', 'https'].map(scheme => [`Acquire::${scheme}::Proxy::${host}`, value] as const),
  )
}

/** That apt has them: a file of a later name may say otherwise, which is somebody's decision, so it is named. */
export function aptInForce(settings: readonly Setting[]): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const { stdout } = await probe.ask(read`apt-config dump`)
      const lines = stdout.split('\n')
      const found = (name: string) =>
        lines.findLast(line => line.startsWith(`${name} "`))?.slice(name.length + 2, -2) ?? 'nothing'
      const wrong = settings.filter(([name, value]) => found(name) !== value)
      if (wrong.length === 0) return inSync()
      throw new CheckFailed(
        wrong.map(([name, value]) => `apt has ${name} ${found(name)}, not ${value}`).join('\n'),
        {
          hint: 'A file in /etc/apt/apt.conf.d with a later name, or /etc/apt/apt.conf, says so.',
        },
      )
    },
  }
}

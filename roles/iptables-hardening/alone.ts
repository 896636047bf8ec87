import type { Plan, Probe } from 'rampart'
import { CheckFailed, drift, inSync, read, run } from 'rampart'
import type { Variables } from './variables.ts'

/** Programs that fill INPUT by themselves. */
const OTHERS = ['ufw', 'firewalld'] as const

/**
 * That nobody else is the master of this host's filter: two firewalls undo each other, and rules of iptables-legacy are
 * seen by no program of today's, but by every packet.
 */
export function alone({ takeover, ipv6 }: Variables): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const [active, legacy, v6] = await Promise.all([
        activeOthers(probe),
        probe.ask(LEGACY),
        probe.ask(read`test -e /proc/net/if_inet6`),
      ])
      if (active.length > 0 && !takeover)
        throw new CheckFailed(`${active.join(' and ')} is the firewall of this host`, {
          hint: 'takeover: true stops and disables it once our rules are in force; or keep it, and leave this role out.',
        })
      if (legacy.stdout.trim() !== '')
        throw new CheckFailed(
          `iptables-legacy of this host has rules, besides those of iptables: ${firstLine(legacy.stdout)}`,
          {
            hint: 'See them with iptables-legacy-save; who made them should use iptables, and iptables-legacy -F takes them away.',
          },
        )
      if (!ipv6 && v6.code === 0)
        throw new CheckFailed('this host has IPv6, which would stay open', { hint: 'Leave ipv6 out.' })
      return inSync()
    },
  }
}

/** Stops ufw and firewalld and keeps them from coming back, where they are. */
export const othersStopped = {
  async check(probe: Probe): Promise<Plan> {
    const active = await activeOthers(probe)
    const units = active.map(name => `${name}.service`)
    if (units.length === 0) return inSync()
    return drift(
      { kind: 'fields', changes: Object.fromEntries(active.map(name => [name, ['active', 'stopped']])) },
      [
        run`systemctl disable --now -- ${units}`,
        // firewalld takes Docker's rules with it.
        ...(active.includes('firewalld') ? [run`systemctl try-restart docker.service`] : []),
      ],
    )
  },
}

export const OTHER_UNITS = OTHERS.map(name => `unit:${name}.service` as const)

async function activeOthers(probe: Probe): Promise<readonly string[]> {
  const { stdout } = await probe.ask(
    read`for unit in ${OTHERS}; do systemctl --quiet is-active "$unit.service" 2>/dev/null && echo "$unit"; done`,
  )
  return stdout.split('\n').filter(name => name !== '')
}

/** Asking where the kernel has no such table would make one. */
const LEGACY = read`PATH=$PATH:/usr/sbin:/sbin
case $(iptables -V 2>/dev/null) in *nf_tables*) ;; *) exit 0 ;; esac
for one in ip:iptables ip6:ip6tables; do
  [ -s "/proc/net/\${one%%:*}_tables_names" ] || continue
  "\${one#*:}-legacy-save" 2>/dev/null | grep -m 1 '^-A'
done`

const firstLine = (text: string): string => text.split('\n')[0] ?? ''

import type { Plan, Probe } from 'rampart'
import { CheckFailed, drift, inSync, read, run } from 'rampart'
import type { Variables } from './variables.ts'

/**
 * That the running proxy listens where it should and nowhere else. A reload opens no socket and closes none, so another
 * address takes a restart, which ends the tunnels that there are: only then is there one.
 */
export function listening({ listen, port }: Pick<Variables, 'listen' | 'port'>): {
  check(probe: Probe): Promise<Plan>
} {
  const wanted = listen.map(address => `${bracketed(address)}:${port}`).sort()
  return {
    async check(probe) {
      const { code, stdout, stderr } = await probe.ask(read`ss -Hltnp`)
      if (code !== 0)
        throw new CheckFailed(`this host does not say who listens: ${stderr.trim()}`, {
          hint: "Put packages({ names: ['iproute2'] }) before it.",
        })
      const lines = stdout.split('\n').map(line => line.trim().split(/\s+/))
      const ours = lines.flatMap(([, , , local = '', , who = '']) =>
        who.includes('"tinyproxy"') ? [local] : [],
      )
      const others = lines.flatMap(([, , , local = '', , who = '']) =>
        wanted.includes(local) && !who.includes('"tinyproxy"') ? [`${local} is taken: ${who}`] : [],
      )
      if (others.length > 0)
        throw new CheckFailed(others.join('\n'), {
          hint: 'Give the proxy another port, or stop that program.',
        })
      const found = ours.sort().join(' ')
      if (found === wanted.join(' ')) return inSync()
      return drift({ kind: 'fields', changes: { listens: [found || 'nowhere', wanted.join(' ')] } }, [
        run`systemctl restart tinyproxy.service`,
        // It listens a moment after it started; what is found then is checked again.
        run`left=20
until [ "$(ss -Hltnp | grep -c '"tinyproxy"')" -ge ${wanted.length} ]; do
  [ "$left" -gt 0 ] || { journalctl --no-pager -q -n 20 -u tinyproxy.service >&2; tail -n 5 /var/log/tinyproxy/tinyproxy.log >&2; exit 1; }
  sleep 0.25; left=$((left - 1))
done`,
      ])
    },
  }
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)

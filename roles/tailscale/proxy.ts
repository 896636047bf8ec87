import type { Plan, Probe, Resource } from 'rampart'
import { CheckFailed, drift, inSync, read, run } from 'rampart'
import { block } from 'rampart/resources'
import type { Variables } from './variables.ts'

/** The unit's own EnvironmentFile, which its package brings. Of two lines of one name the later counts (systemd.exec(5)). */
export const DEFAULTS = '/etc/default/tailscaled'

const UNIT = 'tailscaled.service'

function environment({
  proxy_url,
  no_proxy,
}: Variables): readonly (readonly [name: string, value: string])[] {
  if (proxy_url === undefined) return []
  const address = `${proxy_url.replace(/\/$/, '')}/`
  return [
    ['HTTP_PROXY', address],
    ['HTTPS_PROXY', address],
    ['NO_PROXY', no_proxy.join(',')],
  ]
}

/** tailscaled's way out, beside what the package and its user have in the file (net/http, ProxyFromEnvironment). */
export function proxySettings(vars: Variables): Resource {
  const lines = environment(vars).map(([name, value]) => `${name}=${value}\n`)
  const where = { path: DEFAULTS, name: 'proxy' }
  return block(lines.length === 0 ? { ...where, state: 'absent' } : { ...where, content: lines.join('') })
}

/** That the daemon has it: it reads the file when it starts. */
export function proxyInForce(vars: Variables): { check(probe: Probe): Promise<Plan> } {
  const wanted = environment(vars)
  return {
    async check(probe) {
      const [running, file] = await Promise.all([
        probe.ask(
          read`pid=$(systemctl show -p MainPID --value ${UNIT}) && [ "$pid" != 0 ] && tr '\\0' '\\n' <"/proc/$pid/environ"`,
        ),
        probe.ask(read`cat -- ${DEFAULTS}`),
      ])
      if (running.code !== 0)
        throw new CheckFailed('tailscaled does not run', { hint: 'systemctl status tailscaled' })
      const [has, says] = [running.stdout, file.stdout].map(text => text.split('\n'))
      const wrong = wanted.filter(([name, value]) => valueIn(has, name) !== value)
      if (wrong.length === 0) return inSync()
      const others = wrong.filter(([name, value]) => valueIn(says, name) !== value)
      if (others.length > 0)
        throw new CheckFailed(
          others
            .map(([name]) => `${DEFAULTS} has another ${name} after ours: ${valueIn(says, name) ?? 'none'}`)
            .join('\n'),
          { hint: 'Remove that line: the last one counts.' },
        )
      const changes = wrong.map(([name, value]) => [name, [valueIn(has, name) ?? 'none', value]] as const)
      return drift({ kind: 'fields', changes: Object.fromEntries(changes) }, [run`systemctl restart ${UNIT}`])
    },
  }
}

/** The last line of that name, without the quotes that systemd takes away. */
function valueIn(lines: readonly string[] | undefined, name: string): string | undefined {
  const line = lines?.findLast(one => one.trimStart().startsWith(`${name}=`))
  return line
    ?.slice(line.indexOf('=') + 1)
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
}

import type { Command, Probe } from 'rampart'
import { CheckFailed, read } from 'rampart'
import { panelLayout } from './panel.ts'
import type { Variables } from './variables.ts'

/** The file that is ours, in a folder whose `*.conf` the web server reads. */
export const VHOST = 'teleport.conf'

/** Where a web server has its things on this host, and how one talks to it. */
export interface Layout {
  readonly flavor: '1panel' | 'package' | 'nginx'
  /** The folder of sites on the host, and as the web server sees it. */
  readonly folder: string
  readonly inside: string
  /** The web server's program. */
  readonly program: Command<'read'>
  /** Its unit; a container has none. */
  readonly unit: string | undefined
  /** Prints the process id of its master; 0 or nothing if it does not run. */
  readonly master: Command<'read'>
  readonly reload: Command<'write' | 'read'>
  /** Prints the last that it said. */
  readonly log: Command<'read'>
  /** Where something that it sees is on the host; undefined if that is inside a container alone. */
  readonly onHost: (path: string) => string | undefined
}

/** OpenResty's package, the same on every distribution. */
export const PACKAGE_CONF = '/usr/local/openresty/nginx/conf'

/** Which web server there is, of those that `flavor` allows; undefined if there is none yet. */
export async function findLayout(
  probe: Probe,
  { flavor, expected_container }: Pick<Variables, 'flavor' | 'expected_container'>,
): Promise<Layout | undefined> {
  const { stdout } = await probe.ask(read`
if command -v docker >/dev/null; then
  for name in $(docker ps --all --format '{{.Names}}' | grep -i openresty); do
    docker inspect --format '{{.Name}} {{.State.Running}} {{.HostConfig.NetworkMode}} {{json .Mounts}}' "$name"
  done
fi
[ ! -x /usr/local/openresty/bin/openresty ] || echo package
PATH=$PATH:/usr/sbin; ! command -v nginx >/dev/null || echo nginx`)
  const lines = stdout.split('\n').filter(line => line !== '')
  const allows = (what: Layout['flavor']): boolean => flavor === 'auto' || flavor === what
  const containers = lines.filter(line => line.startsWith('/'))
  if (allows('1panel') && (containers.length > 0 || flavor === '1panel'))
    return panelLayout(containers, expected_container)
  if (allows('package') && lines.includes('package')) return packageLayout
  if (allows('nginx') && lines.includes('nginx')) return nginxLayout
  return undefined
}

/** The same, where there must be one by now. */
export async function requireLayout(probe: Probe, vars: Variables): Promise<Layout> {
  const layout = await findLayout(probe, vars)
  if (layout) return layout
  throw new CheckFailed('there is no web server on this host yet', {
    hint: 'The tasks before this one install it; run the role as a whole.',
  })
}

const packageLayout: Layout = {
  flavor: 'package',
  folder: `${PACKAGE_CONF}/conf.d`,
  inside: `${PACKAGE_CONF}/conf.d`,
  program: read`/usr/local/openresty/bin/openresty`,
  unit: 'openresty.service',
  master: read`systemctl show -p MainPID --value openresty.service`,
  reload: read`systemctl reload openresty.service`,
  log: read`tail -n 5 /usr/local/openresty/nginx/logs/error.log`,
  onHost: path => path,
}

const nginxLayout: Layout = {
  flavor: 'nginx',
  folder: '/etc/nginx/conf.d',
  inside: '/etc/nginx/conf.d',
  program: read`PATH=$PATH:/usr/sbin nginx`,
  unit: 'nginx.service',
  master: read`systemctl show -p MainPID --value nginx.service`,
  reload: read`systemctl reload nginx.service`,
  log: read`tail -n 5 /var/log/nginx/error.log`,
  onHost: path => path,
}

import type { Facts } from 'rampart'
import { flushHandlers, handler, role, run, task } from 'rampart'
import { aptRepository, file, packages, service, yumRepository } from 'rampart/resources'
import { joined, TOKEN_FILE } from './joined.ts'
import { cluster, recordingKernel } from './requirements.ts'
import { unit } from './unit.ts'
import type { Variables } from './variables.ts'
import { variables } from './variables.ts'

const ROOTS = { owner: 'root', group: 'root' } as const

/** Running sessions survive it. An agent that does not run is started by what lets it join. */
const reloadAgent = handler(
  'reload teleport',
  run`! systemctl -q is-active teleport.service || systemctl reload teleport.service`,
)
/** Ends the sessions of the node: only for another program or another environment. */
const restartAgent = handler('restart teleport', run`systemctl try-restart teleport.service`)

/** A node of the cluster: Teleport's agent, which goes out to it through the bastion's proxy and listens nowhere. */
export default role({
  name: 'teleport-agent',
  dir: import.meta.dirname,
  vars: variables,
  tasks: ({ vars, facts, host, template }) => {
    const { proxy_url: proxy, proxy_addr, tunnel_public_addr } = vars
    return [
      vars.enhanced_recording && task('kernel records', recordingKernel(facts)),
      task('cluster', cluster(vars)),
      repository(facts, vars),
      packages({ names: ['curl'] }),
      task(
        'agent package',
        packages({
          names: [`${vars.edition === 'enterprise' ? 'teleport-ent' : 'teleport'}=${vars.version}`],
          hold: vars.hold_package,
        }),
        { notify: restartAgent },
      ),
      task('agent unit', unit()),
      task(
        'agent environment',
        file({
          path: '/etc/default/teleport',
          content: template('templates/environment.ejs', {
            proxy: proxy === undefined ? undefined : `${proxy.replace(/\/$/, '')}/`,
            ...{ no_proxy: vars.no_proxy, force_conn_upgrade: vars.force_conn_upgrade },
            ...{ tunnel_public_addr, tunnel_addr: tunnel_public_addr ?? proxy_addr },
          }),
          mode: '0640',
          ...ROOTS,
        }),
        { notify: restartAgent },
      ),
      task(
        'agent settings',
        file({
          path: '/etc/teleport.yaml',
          content: template('templates/teleport.yaml.ejs', {
            ...vars,
            nodename: vars.nodename ?? host.name,
            token_file: TOKEN_FILE,
          }),
          mode: '0600',
          ...ROOTS,
          validate: candidate => run`/usr/local/bin/teleport configure --test=${candidate}`,
        }),
        { notify: reloadAgent },
      ),
      flushHandlers(),
      task('joined', joined(vars)),
      service({ unit: 'teleport' }),
    ]
  },
})

/** The vendor's repositories have a path for each system, and a component or a folder for each major version. */
function repository({ os, arch }: Facts, vars: Variables) {
  const { version, proxy_url: proxy, key_fingerprint: fingerprint } = vars
  const channel = vars.channel ?? `stable/v${version.split('.')[0]}`
  const through = proxy === undefined ? {} : { proxy: proxy.replace(/\/$/, '') }
  if (os.family === 'rhel') {
    const id = ['amzn', 'centos'].includes(os.id) ? os.id : 'rhel'
    return yumRepository({
      id: 'teleport',
      name: 'Gravitational Teleport packages',
      baseurl: `https://yum.releases.teleport.dev/${id}/${os.version.split('.')[0]}/Teleport/${arch}/${channel}`,
      key: { url: 'https://yum.releases.teleport.dev/gpg', fingerprint },
      repoGpgcheck: true,
      ...through,
    })
  }
  return aptRepository({
    name: 'teleport',
    uris: `https://apt.releases.teleport.dev/${os.id === 'debian' ? 'debian' : 'ubuntu'}`,
    suites: os.codename,
    components: channel,
    key: { url: 'https://apt.releases.teleport.dev/gpg', fingerprint },
    ...through,
    replaces: ['/etc/apt/sources.list.d/teleport.list'],
  })
}

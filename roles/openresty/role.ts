import type { Facts } from 'rampart'
import { reveal, role, task } from 'rampart'
import { aptRepository, directory, line, packages, service } from 'rampart/resources'
import { certificate, tlsFile } from './certificate.ts'
import { inForce } from './in-force.ts'
import { only } from './installed.ts'
import type { Layout } from './layout.ts'
import { PACKAGE_CONF } from './layout.ts'
import type { Variables } from './variables.ts'
import { tlsFiles, variables } from './variables.ts'
import { vhost } from './vhost.ts'

/**
 * The cluster's web address: one site on port 443 that hands everything, WebSockets and tunnels with it, to Teleport on
 * the loopback. It goes beside what a panel or a distribution has, and changes none of that.
 */
export default role({
  name: 'openresty',
  dir: import.meta.dirname,
  vars: variables,
  tasks: ({ vars, facts, template }) => {
    const { certificate: chain, certificate_key: key } = vars
    const isPackage = (layout: Layout | undefined): boolean => layout?.flavor === 'package'
    const wantsPackage = (layout: Layout | undefined): boolean =>
      vars.flavor === 'nginx' ? false : layout === undefined || isPackage(layout)
    return [
      task(
        'repository',
        only(vars, wantsPackage, () => repository(facts, vars)),
      ),
      task(
        'web server',
        only(
          vars,
          layout => layout === undefined,
          () => packages({ names: [vars.flavor === 'nginx' ? 'nginx' : 'openresty'], recommends: false }),
        ),
      ),
      task(
        'folder of sites',
        only(vars, isPackage, () =>
          directory({ path: `${PACKAGE_CONF}/conf.d`, owner: 'root', group: 'root', mode: '0755' }),
        ),
      ),
      // The package's own settings read no folder.
      task(
        'sites are read',
        only(vars, isPackage, () => include),
      ),
      chain !== undefined &&
        key !== undefined && [
          task('key of the certificate', tlsFile(vars, 'key', key)),
          task('certificate file', tlsFile(vars, 'cert', chain)),
        ],
      task('certificate', certificate(vars)),
      task(
        'site',
        vhost(vars, reveal(template('templates/teleport.conf.ejs', { ...vars, ...tlsFiles(vars) }))),
      ),
      task(
        'service',
        only(
          vars,
          layout => layout?.unit !== undefined,
          layout => service({ unit: layout?.unit ?? 'nginx' }),
        ),
      ),
      task('site in force', inForce(vars)),
    ]
  },
})

const include = line({
  path: `${PACKAGE_CONF}/nginx.conf`,
  line: `    include ${PACKAGE_CONF}/conf.d/*.conf;`,
  regexp: /^\s*include\s+(\/usr\/local\/openresty\/nginx\/conf\/)?conf\.d\/\*\.conf;/,
  insertAfter: /^\s*http\s*\{/,
  validate: '/usr/local/openresty/bin/openresty -t -q -c %s',
})

/** openresty.org, Linux packages: Debian's component has another name than Ubuntu's, and other architectures a path. */
function repository({ os, arch }: Facts, { key_fingerprint }: Variables) {
  const base = `https://openresty.org/package${['aarch64', 'arm64'].includes(arch) ? '/arm64' : ''}`
  const isUbuntu = os.id === 'ubuntu'
  return aptRepository({
    name: 'openresty',
    uris: `${base}/${isUbuntu ? 'ubuntu' : 'debian'}`,
    suites: os.codename,
    components: isUbuntu ? 'main' : 'openresty',
    key: { url: 'https://openresty.org/package/pubkey.gpg', fingerprint: key_fingerprint },
    replaces: ['/etc/apt/sources.list.d/openresty.list'],
  })
}

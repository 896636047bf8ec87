import { role, run, task } from 'rampart'
import { composeProject, directory, dockerImage, dropIn, file, packages } from 'rampart/resources'
import { isTailnet } from '../forward-proxy/networks.ts'
import { sameCluster } from './cluster-name.ts'
import { clusterRole } from './cluster-role.ts'
import { inForce, sameEdition } from './in-force.ts'
import { bracketed, published } from './published.ts'
import { observerRole, vendorRole } from './rbac.ts'

import { clusterUser, newLink } from './users.ts'
import { imageOf, OBSERVER_ROLES, VENDOR_ROLE, variables } from './variables.ts'

const ROOTS = { owner: 'root', group: 'root' } as const

/**
 * Teleport's auth and proxy services in a container of the bastion's engine, reached on the loopback alone, and who may do
 * what in the cluster. Needs Docker with compose (role docker).
 */
export default role({
  name: 'teleport-bastion',
  dir: import.meta.dirname,
  vars: variables,
  tasks: ({ vars, template }) => {
    const image = imageOf(vars)
    const config = `${vars.data_dir}/config`
    return [
      packages({ names: ['curl'] }),
      task('cluster name', sameCluster(vars)),
      directory({ path: vars.data_dir, mode: '0750', ...ROOTS }),
      directory({ path: config, mode: '0750', ...ROOTS }),
      directory({ path: `${vars.data_dir}/data`, mode: '0700', ...ROOTS }),
      // Before the settings: it is what tries them.
      dockerImage({ name: image }),
      vars.license !== undefined &&
        task(
          'license',
          file({ path: `${config}/license.pem`, content: vars.license, mode: '0600', ...ROOTS }),
        ),
      task(
        'teleport settings',
        file({
          path: `${config}/teleport.yaml`,
          content: template('templates/teleport.yaml.ejs', {
            ...vars,
            audit_sessions_uri: vars.audit_sessions_uri,
          }),
          mode: '0640',
          ...ROOTS,
          validate: candidate => run`docker run --rm --network none --entrypoint /usr/local/bin/teleport \
-v ${candidate}:/teleport.yaml:ro ${image} configure --test=/teleport.yaml`,
        }),
      ),
      vars.publish_addrs.some(isTailnet) &&
        task(
          'docker after tailscale',
          dropIn({
            unit: 'docker',
            name: 'rampart-teleport',
            content: '[Unit]\nWants=tailscale-online.target\nAfter=tailscale-online.target\n',
          }),
        ),
      task(
        'container',
        composeProject({
          project: 'teleport',
          directory: vars.data_dir,
          files: ['docker-compose.yml'],
          content: template('templates/docker-compose.yml.ejs', {
            ...{ image, nodename: vars.nodename },
            published: [...new Set(vars.publish_addrs)].map(bracketed),
          }),
          mode: '0640',
        }),
      ),
      task('settings in force', inForce(vars)),
      task('published ports', published(vars)),
      task(edition(vars.edition), sameEdition(vars)),
      task(`cluster role ${VENDOR_ROLE}`, clusterRole(vendorRole(vars))),
      task('cluster role session-observer', clusterRole(observerRole(vars))),
      vars.manage_users.map(user => task(`cluster user ${user.name}`, clusterUser(vars, user))),
      vars.observers.map(name =>
        task(`cluster user ${name}`, clusterUser(vars, { name, roles: OBSERVER_ROLES })),
      ),
      vars.reset_users.map(name => task(`new link for ${name}`, newLink(vars, name))),
    ]
  },
})

/** Who runs this sees in every run what the license of the free edition says. */
const edition = (edition: 'oss' | 'enterprise'): string =>
  edition === 'enterprise'
    ? 'edition: enterprise'
    : 'edition: community, licensed below 100 employees and $10M a year'

import { play, playbook, z } from 'rampart'
import adminSshConfig from '../../../roles/admin-ssh-config/role.ts'
import docker from '../../../roles/docker/role.ts'
import forwardProxy from '../../../roles/forward-proxy/role.ts'
import openresty from '../../../roles/openresty/role.ts'
import packageProxies from '../../../roles/package-proxies/role.ts'
import vendorAccount from '../../../roles/vendor-account/role.ts'

/** The smaller roles of the access stack, each where it belongs; an administrator works on the bastion as `ops`. */
export default playbook(
  play('bastion', { hosts: 'bastion', become: true }, host => {
    const keys = host.vars.read('key_fingerprints', z.record(z.string(), z.string()))
    return [
      docker({ key_fingerprint: keys['docker'] ?? '' }),
      openresty({
        server_name: host.vars.string('teleport_fqdn'),
        key_fingerprint: keys['openresty'] ?? '',
      }),
      forwardProxy,
    ]
  }),
  play('nodes', { hosts: 'dgx', become: true }, host => [
    packageProxies({ proxy_url: host.vars.string('egress_proxy_url') }),
    vendorAccount,
  ]),
  play('administrator', { hosts: 'bastion', become: 'ops' }, host => [
    adminSshConfig({
      hosts: host.hosts('all').map(({ name, address, via }) => ({
        ...{ name, address },
        // From the bastion itself there is nothing to jump through.
        ...(via === undefined || via === host.name ? {} : { via }),
      })),
    }),
  ]),
)

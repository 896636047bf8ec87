import { play, playbook, z } from 'rampart'
import openresty from '../roles/openresty/role.ts'

/** The cluster's web address on the bastion. What is not given under `openresty` in the inventory is the role's default. */
export default playbook(
  play('web address', { hosts: 'bastion', become: true }, host => {
    const keys = host.vars.read('key_fingerprints', z.record(z.string(), z.string()).default({}))
    return [
      openresty({
        server_name: host.vars.string('teleport_fqdn'),
        ...(keys['openresty'] === undefined ? {} : { key_fingerprint: keys['openresty'] }),
      }),
    ]
  }),
)

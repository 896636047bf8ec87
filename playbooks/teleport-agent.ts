import { play, playbook, z } from 'rampart'
import teleportAgent from '../roles/teleport-agent/role.ts'

/** The nodes of the cluster. What differs between them, such as `labels`, stands under `teleport-agent` in the inventory. */
export default playbook(
  play('nodes of the cluster', { hosts: 'dgx', become: true }, host => {
    const keys = host.vars.read('key_fingerprints', z.record(z.string(), z.string()).default({}))
    return [
      teleportAgent({
        proxy_addr: `${host.vars.string('teleport_fqdn')}:443`,
        proxy_url: host.vars.string('egress_proxy_url'),
        ...(keys['teleport'] === undefined ? {} : { key_fingerprint: keys['teleport'] }),
      }),
    ]
  }),
)

import { play, playbook, z } from 'rampart'
import nodes from '../../../playbooks/teleport-agent.ts'
import cluster from '../../../playbooks/teleport-bastion.ts'
import docker from '../../../roles/docker/role.ts'
import forwardProxy from '../../../roles/forward-proxy/role.ts'
import openresty from '../../../roles/openresty/role.ts'

/** What the cluster needs before it, and the cluster with its nodes, by their own playbooks. */
export default playbook(
  play('before', { hosts: 'bastion', become: true }, host => {
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
  ...cluster.plays,
  ...nodes.plays,
)

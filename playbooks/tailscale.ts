import { play, playbook, z } from 'rampart'
import tailscale from '../roles/tailscale/role.ts'

/** The tailnet: the bastion, and the nodes behind it through its proxy. The key and the tags are the inventory's. */
export default playbook(
  play('tailnet', { hosts: 'bastion:dgx', become: true }, host => {
    const keys = host.vars.read('key_fingerprints', z.record(z.string(), z.string()).default({}))
    return [
      tailscale({
        ...(keys['tailscale'] === undefined ? {} : { key_fingerprint: keys['tailscale'] }),
        ...(host.via === undefined ? {} : { proxy_url: host.vars.string('egress_proxy_url') }),
      }),
    ]
  }),
)

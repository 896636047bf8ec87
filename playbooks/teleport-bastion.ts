import { play, playbook } from 'rampart'
import teleportBastion from '../roles/teleport-bastion/role.ts'

/** The cluster on the bastion, whose engine is there by now. What else it is given stands under `teleport-bastion`. */
export default playbook(
  play('cluster', { hosts: 'bastion', become: true }, host => [
    teleportBastion({
      cluster_name: host.vars.string('cluster_name'),
      fqdn: host.vars.string('teleport_fqdn'),
    }),
  ]),
)

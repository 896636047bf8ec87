import { play, playbook } from 'rampart'
import openresty from '../roles/openresty/role.ts'

/** The cluster's web address on the bastion. What is not given under `openresty` in the inventory is the role's default. */
export default playbook(
  play('web address', { hosts: 'bastion', become: true }, host => [
    openresty({ server_name: host.vars.string('teleport_fqdn') }),
  ]),
)

import { play, playbook } from 'rampart'
import packageProxies from '../roles/package-proxies/role.ts'

/** The nodes' way to their packages, by the bastion's proxy. */
export default playbook(
  play('way to the packages', { hosts: 'dgx', become: true }, host => [
    packageProxies({ proxy_url: host.vars.string('egress_proxy_url') }),
  ]),
)

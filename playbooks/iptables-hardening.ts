import { isIP } from 'node:net'
import type { Host } from 'rampart'
import { play, playbook } from 'rampart'
import iptablesHardening from '../roles/iptables-hardening/role.ts'

/** Only what is named answers: on the nodes ssh to the bastion, on the bastion ssh, the web, and the proxy to the nodes. */
export default playbook(
  play('firewall of the nodes', { hosts: 'dgx', become: true }, host => [
    iptablesHardening({
      public_tcp: [],
      guarded_ports: [{ port: 22, allow_cidrs: [...sshFrom(host)] }],
      trusted_ifaces: [],
    }),
  ]),

  play('firewall of the bastion', { hosts: 'bastion', become: true }, host => [
    iptablesHardening({
      guarded_ports: [{ port: 8888, allow_cidrs: [...host.vars.list('lan_cidrs')] }],
      docker_user: true,
    }),
  ]),
)

/** Who may log in on a node: whoever `node_ssh_cidrs` names, else the bastion by the address that has the proxy. */
function sshFrom({ vars }: Host): readonly string[] {
  const url = vars.string('egress_proxy_url', '')
  const proxy = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : ''
  return vars.list('node_ssh_cidrs', isIP(proxy) === 0 ? vars.list('lan_cidrs') : [proxy])
}

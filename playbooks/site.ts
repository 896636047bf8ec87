import { play, playbook } from 'rampart'
import sshHardening from '../roles/ssh-hardening/role.ts'

/** The access stack of one bastion and the nodes behind it: nodes first, the bastion, which decides whether they stay reachable, last. */
export default playbook(
  play('harden ssh on the nodes', { hosts: 'dgx', become: true }, [sshHardening]),

  play('harden ssh on the bastion', { hosts: 'bastion', become: true }, host => [
    sshHardening({
      tcp_forwarding: 'local',
      permit_open: host.hosts('dgx').map(node => `${node.address}:22`),
    }),
  ]),
)

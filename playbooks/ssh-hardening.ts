import { play, playbook } from 'rampart'
import sshHardening from '../roles/ssh-hardening/role.ts'

/** Keys only, modern algorithms, and only who is named; the bastion is the way to the nodes, and to nothing else. */
export default playbook(
  play('harden ssh on the nodes', { hosts: 'dgx', become: true }, [sshHardening]),

  play('harden ssh on the bastion', { hosts: 'bastion', become: true }, host => [
    sshHardening({
      tcp_forwarding: 'local',
      permit_open: host.hosts('dgx').map(node => `${node.address}:22`),
    }),
  ]),
)

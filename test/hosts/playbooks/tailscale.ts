import { play, playbook } from 'rampart'
import tailnet from '../../../playbooks/tailscale.ts'
import forwardProxy from '../../../roles/forward-proxy/role.ts'

/** The nodes' way out, and the tailnet by its own playbook. */
export default playbook(play('way out', { hosts: 'bastion', become: true }, [forwardProxy]), ...tailnet.plays)

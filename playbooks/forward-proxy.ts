import { play, playbook } from 'rampart'
import forwardProxy from '../roles/forward-proxy/role.ts'

/** The bastion's proxy, the only way out of the nodes; its variables are the inventory's. */
export default playbook(play('forward proxy', { hosts: 'bastion', become: true }, [forwardProxy]))

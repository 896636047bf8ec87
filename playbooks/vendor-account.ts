import { play, playbook } from 'rampart'
import vendorAccount from '../roles/vendor-account/role.ts'

/** The account that vendors work in, on the nodes. */
export default playbook(play('vendor account', { hosts: 'dgx', become: true }, [vendorAccount]))

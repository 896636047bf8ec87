import { play, playbook } from 'rampart'
import adminSshConfig from '../roles/admin-ssh-config/role.ts'

/** The fleet's names for the ssh of whoever runs this: on this machine, as this user. */
export default playbook(
  play('ssh aliases', { hosts: 'localhost' }, host => [
    adminSshConfig({
      hosts: host.hosts('all').map(({ name, address, via }) => ({
        ...{ name, address },
        ...(via === undefined ? {} : { via }),
      })),
    }),
  ]),
)

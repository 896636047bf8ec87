import { play, playbook } from 'rampart'
import { directory, file } from 'rampart/resources'

/** Little, but with a look, a write and a second look. */
export default playbook(
  play('small', { hosts: 'all' }, [
    directory({ path: '/tmp/rampart-small' }),
    file({ path: '/tmp/rampart-small/file', content: "it's here\n", mode: '0600' }),
  ]),
)

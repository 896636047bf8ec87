import { handler, play, playbook, run, task } from 'rampart'
import { file } from 'rampart/resources'

const failing = handler('a handler that fails', run`exit 3`)
const waiting = handler('a handler that waits', run`until [ -e /root/go ]; do sleep 0.1; done`)

/** A file that is guarded, also where a guard is weak if that is wanted. */
export default playbook(
  play('weak', { hosts: 'all' }, ({ vars }) => [
    task('a file', file({ path: '/etc/guarded', content: vars.string('content', 'one') }), {
      guard: { within: 45, weak: vars.flag('weak', false) },
      notify: [
        ...(vars.flag('fails', false) ? [failing] : []),
        ...(vars.flag('waits', false) ? [waiting] : []),
      ],
    }),
  ]),
)

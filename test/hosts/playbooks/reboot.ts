import { handler, play, playbook, read, run, task } from 'rampart'
import { command, file, reboot } from 'rampart/resources'

const anew = handler('start anew', run({ reboot: true })`systemctl reboot`)
const started = read`set -- $(cat /proc/1/stat); shift 21; [ "$(cat /etc/started 2>/dev/null)" = "$1" ]`

/** Each start of the host is noted by what comes after the reboot. */
export default playbook(
  play('required', { hosts: 'all', tags: ['required'] }, [
    file({ path: '/etc/before', content: 'one\n' }),
    reboot({ if: 'required', message: 'it is "time"' }),
    command({
      name: 'note',
      run: run`set -- $(cat /proc/1/stat); shift 21; echo "$1" >/etc/started`,
      unless: started,
    }),
  ]),
  play('by a handler', { hosts: 'all', tags: ['handler', 'never'] }, [
    task('setting', file({ path: '/etc/setting', content: 'two\n' }), { notify: anew }),
  ]),
  play('in vain', { hosts: 'all', tags: ['vain', 'never'] }, [reboot({ if: read`true`, timeout: 8 })]),
)

import { createHash } from 'node:crypto'
import { handler, play, playbook, run, Secret, task } from 'rampart'
import { authorizedKeys, command, directory, file, group, line, user } from 'rampart/resources'

/** Text that no compression makes short. */
const noise = Array.from({ length: 120 }, (_, i) => createHash('sha256').update(`${i}`).digest('hex')).join(
  '\n',
)

const told = handler('tell', run`echo told >>/root/whole/told`)

/** One of each kind. `/root/whole/made` and `/root/whole/told` have a line for each time that something was done. */
export default playbook(
  play('whole', { hosts: 'all' }, [
    directory({ path: '/root/whole', mode: '0755' }),
    task('noise', file({ path: '/root/whole/noise', content: noise }), { notify: told }),
    file({ path: '/root/whole/secret', content: new Secret(() => `s3cret ${noise.slice(0, 900)}`) }),
    line({ path: '/root/whole/lines', line: 'one = 1', create: true }),
    line({ path: '/root/whole/lines', line: 'two = 2' }),
    group({ name: 'whole' }),
    user({ name: 'whole', groups: ['whole'] }),
    authorizedKeys({
      user: 'whole',
      keys: [{ key: `ssh-ed25519 ${'AAAAC3NzaC1lZDI1NTE5AAAAIP'.padEnd(68, 'A')}` }],
    }),
    task(
      'made',
      command({
        run: run`echo made >>/root/whole/made; sleep 0.2; touch /root/whole/done`,
        creates: '/root/whole/done',
      }),
    ),
    file({ path: '/root/whole/last', content: 'last\n' }),
  ]),
)

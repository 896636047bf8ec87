import { handler, play, playbook, run, task } from 'rampart'
import { command, file, reload } from 'rampart/resources'

const within = 45
const SETTINGS = '/etc/ssh/sshd_config.d/50-guard.conf'
type Guard = Exclude<NonNullable<Parameters<typeof task>[2]>['guard'], true | undefined>

/** A setting of sshd with a guard of its own kind. */
const sshd = (name: string, lines: readonly string[], guard: Guard = {}) =>
  task(name, file({ path: SETTINGS, content: `${lines.join('\n')}\n`, mode: '0600' }), {
    guard: { touches: ['unit:ssh.service'], within, ...guard },
    notify: reload('ssh'),
  })

const change = (tag: string, hosts: string, items: Parameters<typeof play>[2]) =>
  play(tag, { hosts, tags: [tag, 'never'] }, items)

const failing = handler('a handler that fails', run`exit 3`)
const noForwarding = ['AllowTcpForwarding no']

/** One play for each change, chosen by its tag. */
export default playbook(
  change('bad', 'dgx', [sshd('nobody may log in', ['AllowUsers nobody'])]),
  change('good', 'all', [sshd('a good setting', ['MaxAuthTries 5'])]),
  change('behind', 'bastion', [sshd('no way through', noForwarding)]),
  change('through', 'bastion', [sshd('no way through', noForwarding, { through: ['dgx01'] })]),
  change('open', 'all', [sshd('passwords remain', ['MaxAuthTries 4'], { refused: ['password'] })]),
  change('shut', 'all', [
    sshd('passwords are refused', ['PasswordAuthentication no', 'KbdInteractiveAuthentication no'], {
      refused: ['password', 'port:2022'],
    }),
  ]),
  change('moved', 'all', [
    sshd('another port', ['Port 2022'], { login: { port: 2022 }, refused: ['port:22'] }),
  ]),
  change('two', 'all', [
    sshd('a port more', ['Port 22', 'Port 2022'], { login: { port: 2022 }, refused: ['port:22'] }),
  ]),
  change('elsewhere', 'all', [sshd('a wrong port', ['Port 2022'], { login: { port: 2023 } })]),
  change('stuck', 'all', [
    task(
      'a change for good',
      command({ name: 'it', run: run`echo x >/etc/guarded`, creates: '/etc/guarded' }),
      {
        guard: { undo: [run`[ -e /root/mended ] && rm /etc/guarded`], within },
        notify: failing,
      },
    ),
  ]),
)

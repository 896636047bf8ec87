import { drift, inSync, play, playbook, read, run, task } from 'rampart'
import { command } from 'rampart/resources'

const SETTINGS = '/etc/ssh/sshd_config.d/50-guard.conf'

/**
 * A guarded change that waits for `/root/go`: before it has touched anything (`wait: before`), or when it has. With
 * `lockout` nobody can log in any more once it is made.
 */
export default playbook(
  play('slow', { hosts: 'all' }, ({ vars }) => {
    const wait = run`touch /root/begun; until [ -e /root/go ]; do sleep 0.1; done`
    const line = vars.flag('lockout', false) ? 'AllowUsers nobody' : 'MaxAuthTries 5'
    const change = run`printf '%s\n' ${line} >${SETTINGS} && echo x >>/etc/guarded && systemctl reload ssh`
    return [
      task(
        'slow change',
        {
          check: async probe => {
            const { code } = await probe.ask(read`test -e /etc/guarded`)
            if (code === 0) return inSync()
            const changes = { it: ['absent', 'there'] } as const
            return drift(
              { kind: 'fields', changes },
              vars.string('wait', 'after') === 'before' ? [wait, change] : [change, wait],
            )
          },
        },
        {
          guard: {
            touches: ['file:/etc/guarded', `file:${SETTINGS}`, 'unit:ssh.service'],
            within: vars.number('within', 45),
          },
        },
      ),
      command({ name: 'after', run: run`true`, unless: read`true` }),
    ]
  }),
)

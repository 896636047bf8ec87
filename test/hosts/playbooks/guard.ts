import type { Item } from 'rampart'
import { drift, handler, inSync, play, playbook, read, run, task } from 'rampart'
import { authorizedKeys, file, group, iptablesChain, reload, sudoers, user } from 'rampart/resources'

/** The least that a guard may wait: who waits for the host itself waits so long. */
const within = 45
const SETTINGS = '/etc/ssh/sshd_config.d/50-guard.conf'
const STRANGER = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGnHPtkO1QR6CRGTlbOEZ6LVQ1bkK8fdKCLQKfYhB0Aj stranger'

const failing = handler('a handler that fails', run`exit 3`)

/** A setting of sshd, guarded as a role would guard it. */
const sshd = (name: string, content: string) =>
  task(name, file({ path: SETTINGS, content, mode: '0600' }), {
    guard: { touches: ['unit:ssh.service'], within },
    notify: reload('ssh'),
  })

/** A change by hand: a file, and sshd, which it stops. */
const byHand = task(
  'by hand',
  {
    check: async probe => {
      const { code } = await probe.ask(read`test -e /etc/guarded`)
      return code === 0 ? inSync() : drift({ kind: 'fields', changes: { it: ['absent', 'there'] } })
    },
    apply: async host => {
      await host.upload({ path: '/etc/guarded', content: 'by hand\n', mode: '0604' })
      await host.run(run`systemctl stop ssh`)
    },
  },
  { guard: { touches: ['file:/etc/guarded', 'unit:ssh.service'], within } },
)

/** A change whose way back is steps of its own. */
const withUndo = task(
  'with an undo',
  {
    check: async probe => {
      const { code } = await probe.ask(read`test -e /etc/guarded.d/one`)
      const changes = { it: ['absent', 'there'] } as const
      return code === 0
        ? inSync()
        : drift({ kind: 'fields', changes }, [run`mkdir /etc/guarded.d; touch /etc/guarded.d/one`])
    },
  },
  {
    guard: {
      undo: [
        run`rm -rf /etc/guarded.d`,
        run({ stdin: "it's\n" })`cat >/root/undone`,
        { path: '/root/undone too', content: 'was here\n', mode: '0640' },
      ],
      within,
    },
    notify: failing,
  },
)

const change = (tag: string, ...items: readonly Item[]) =>
  play(tag, { hosts: 'all', tags: [tag, 'never'] }, items)

const chain = (...rules: Parameters<typeof iptablesChain>[0]['rules'] & object[]) =>
  iptablesChain({ name: 'RAMPART-GUARD', from: 'INPUT', rules })

/** One play for each change, chosen by its tag. */
export default playbook(
  change('good', sshd('a good setting', 'MaxAuthTries 5\n')),
  change(
    'nobody',
    sshd('nobody may log in', 'AllowUsers nobody\n'),
    file({ path: '/etc/after', content: '' }),
  ),
  change(
    'firewall',
    task('a wall', chain({ protocol: 'tcp', port: 22, target: 'DROP' }), { guard: { within } }),
  ),
  change(
    'newcomers',
    task('a wall for newcomers', chain({ protocol: 'tcp', port: 22, states: ['NEW'], target: 'DROP' }), {
      guard: { within },
    }),
  ),
  change(
    'keys',
    task('other keys', authorizedKeys({ user: 'root', keys: [STRANGER], exclusive: true }), {
      guard: { within },
    }),
  ),
  change('shell', task('no shell', user({ name: 'ops', shell: '/usr/sbin/nologin' }), { guard: { within } })),
  change(
    'sudo',
    task('no sudo', sudoers({ name: 'ops', content: 'ops ALL=(ALL) NOPASSWD: /bin/true\n' }), {
      guard: { within },
    }),
  ),
  change('hand', byHand),
  change('undo', withUndo),
  change(
    'account',
    task('a group', group({ name: 'guarded' }), { guard: { within } }),
    task('an account', user({ name: 'carol', groups: ['guarded', 'adm'], shell: '/bin/sh' }), {
      guard: { within },
      notify: failing,
    }),
  ),
)

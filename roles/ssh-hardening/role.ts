import { role, task } from 'rampart'
import { authorizedKeys, command, directory, group, packages, reload, service, user } from 'rampart/resources'
import { effective } from './effective.ts'
import { DROP_IN, settings } from './settings.ts'
import { variables } from './variables.ts'

const reloadSshd = reload('ssh')

/**
 * Keys only, no passwords, modern algorithms, and only who is named. What would not let the runner in is refused before
 * it takes its place, and the change counts only once a fresh login has proven that the way in still works.
 */
export default role({
  name: 'ssh-hardening',
  dir: import.meta.dirname,
  vars: variables,
  tasks: ({ vars, template }) => {
    const [adminGroup = 'ssh-admins', ...otherGroups] = vars.allow_groups
    const keyUsers = [...new Set(vars.admin_keys.map(key => key.user))]
    return [
      packages({ names: ['openssh-server'] }),
      group({ name: adminGroup, system: true }),
      otherGroups.map(name => group({ name })),
      vars.admins.map(name => user({ name, groups: [adminGroup], append: true })),
      vars.root_owned_keys &&
        directory({ path: '/etc/ssh/authorized_keys.d', mode: '0755', owner: 'root', group: 'root' }),
      keyUsers.map(name =>
        authorizedKeys({
          user: name,
          keys: vars.admin_keys
            .filter(key => key.user === name)
            .map(({ key, options }) => (options === undefined ? { key } : { key, options })),
          exclusive: vars.exclusive_keys,
          ...(vars.root_owned_keys ? { path: `/etc/ssh/authorized_keys.d/${name}` } : {}),
        }),
      ),
      task(
        'host key',
        command({
          run: "ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key",
          creates: '/etc/ssh/ssh_host_ed25519_key',
        }),
      ),
      task('sshd settings', settings(vars, template), {
        notify: reloadSshd,
        guard: { touches: [`file:${DROP_IN}`, 'unit:ssh.service'], refused: ['password'] },
      }),
      task('sshd settings in force', effective(vars, template)),
      service({ unit: 'ssh' }),
    ]
  },
})

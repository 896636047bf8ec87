import { role, Secret, task } from 'rampart'
import { command, group, line, sudoers, user } from 'rampart/resources'
import { noAtJobs } from './no-at-jobs.ts'
import { keyFiles, noKeys } from './no-keys.ts'
import { ruleOf, sudoInForce } from './sudo.ts'
import { variables } from './variables.ts'

/**
 * The account that vendors work in. Teleport logs in as it and records what is done; by itself it has no way in: no
 * password, no keys, no group that is root in all but name.
 */
export default role({
  name: 'vendor-account',
  dir: import.meta.dirname,
  vars: variables,
  tasks: ({ vars, template }) => {
    const { name, uid, comment, shell, groups, sudo_commands } = vars
    const home = vars.home ?? `/home/${name}`
    return [
      group({ name }),
      task(
        'vendor account',
        user({
          ...{ name, group: name, groups, comment, shell, home },
          ...(uid === undefined ? {} : { uid }),
          // No password hashes to it, so none can be typed.
          password: new Secret('*'),
        }),
        { guard: true },
      ),
      task('no keys of the vendor', noKeys(name, home), { guard: { touches: keyFiles(name, home) } }),
      sudo_commands.length > 0
        ? sudoers({
            name,
            content: template('templates/sudoers.ejs', { name, rules: sudo_commands.map(ruleOf) }),
          })
        : sudoers({ name, state: 'absent' }),
      task('sudo in force', sudoInForce(name, sudo_commands)),
      // Its processes would go on after its session, and after its recording.
      task(
        'no lingering',
        command({ run: ['loginctl', 'disable-linger', name], removes: `/var/lib/systemd/linger/${name}` }),
      ),
      !vars.allow_cron && [
        task('no cron jobs', line({ path: '/etc/cron.deny', line: name, create: true })),
        task('no at jobs', noAtJobs(name)),
      ],
    ]
  },
})

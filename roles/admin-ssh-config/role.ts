import { reveal, role, task } from 'rampart'
import { directory, file } from 'rampart/resources'
import { inHome } from './home.ts'
import { hostKeys } from './host-keys.ts'
import { inForce } from './in-force.ts'
import { included } from './include.ts'
import { variables } from './variables.ts'

/**
 * The fleet's hosts by their names, for the ssh of whoever administers it: `ssh dgx01`, by key, through the bastion, at
 * once. In files of its own; of `~/.ssh/config` one line is ours, the first.
 */
export default role({
  name: 'admin-ssh-config',
  dir: import.meta.dirname,
  vars: variables,
  tasks: ({ vars, template }) => {
    const folder = (name: string) => inHome(home => directory({ path: `${home}/${name}`, mode: '0700' }))
    const content = reveal(template('templates/config.ejs', vars))
    return [
      task('~/.ssh', folder('.ssh')),
      task('~/.ssh/config.d', folder('.ssh/config.d')),
      task(
        'aliases',
        inHome(home => file({ path: `${home}/.ssh/config.d/${vars.file_name}.conf`, content, mode: '0600' })),
      ),
      vars.host_keys && [
        task('~/.ssh/known_hosts.d', folder('.ssh/known_hosts.d')),
        task('host keys', hostKeys(vars)),
      ],
      task('aliases are read', inHome(included)),
      task(
        'aliases in force',
        inHome(home => inForce(vars, home)),
      ),
    ]
  },
})

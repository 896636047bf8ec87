import { flushHandlers, role, task } from 'rampart'
import { aptRepository, directory, packages, restart, service } from 'rampart/resources'
import { daemonSettings } from './daemon.ts'
import { atLeast, members } from './engine.ts'
import { variables } from './variables.ts'

const restartDocker = restart('docker')

/** Docker's own engine with compose, from Docker's repository. For the bastion: on DGX nodes the engine is the workloads'. */
export default role({
  name: 'docker',
  dir: import.meta.dirname,
  vars: variables,
  tasks: ({ vars, facts }) => [
    vars.remove.length > 0 &&
      task("the distribution's engine", packages({ names: vars.remove, state: 'absent' })),
    aptRepository({
      name: 'docker',
      uris: `https://download.docker.com/linux/${facts.os.id === 'ubuntu' ? 'ubuntu' : 'debian'}`,
      suites: facts.os.codename,
      components: vars.channel,
      key: {
        url: `https://download.docker.com/linux/${facts.os.id === 'ubuntu' ? 'ubuntu' : 'debian'}/gpg`,
        fingerprint: vars.key_fingerprint,
      },
      replaces: ['/etc/apt/sources.list.d/docker.list'],
    }),
    packages({ names: vars.packages }),
    directory({ path: '/etc/docker', owner: 'root', group: 'root', mode: '0755' }),
    task('engine settings', daemonSettings(vars.daemon), { notify: restartDocker }),
    service({ unit: 'docker' }),
    flushHandlers(),
    task('engine version', atLeast(vars.minimum_version)),
    task('group docker', members(vars.group_members)),
  ],
})

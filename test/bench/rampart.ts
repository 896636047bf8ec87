import { toldOf } from '../support/rampart.ts'
import type { Tool } from './tool.ts'
import { endedWell, put } from './tool.ts'
import { CONF, DIRECTORY_MODE, FILE_MODE } from './work.ts'

/** A build of rampart; `program` is its `dist/js/main.js`. */
export const rampart = (program: string, name = 'rampart'): Tool => ({
  name,
  isPeer: false,
  can: () => true,
  async prepare({ work, hosts, key, knownHosts, dry, folder }) {
    const entries = hosts.map(({ name, address, port }) => [name, { address, port }])
    const inventory = {
      all: { vars: { user: 'root', key, known_hosts: knownHosts }, hosts: Object.fromEntries(entries) },
    }
    const given = JSON.stringify(work, null, 2)
    const playbook = `import { play, playbook } from 'rampart'
import { directory, file, line, packages, service, user } from 'rampart/resources'

const work = ${given}

export default playbook(
  play('bench', { hosts: 'all' }, [
    work.directories.map(path => directory({ path, mode: '${DIRECTORY_MODE}' })),
    work.files.map(({ path, content }) => file({ path, content, mode: '${FILE_MODE}' })),
    work.lines.map(text => line({ path: '${CONF}', line: text })),
    work.users.map(name => user({ name, shell: '/usr/sbin/nologin', createHome: false })),
    work.services.map(unit => service({ unit })),
    work.packages.map(name => packages({ names: [name] })),
  ]),
)
`
    const inventoryFile = await put(`${folder}/inventory.yaml`, JSON.stringify(inventory))
    const file = await put(`${folder}/playbook.ts`, playbook)
    const args = ['run', file, '-i', inventoryFile, '--json', ...(dry ? ['--check'] : [])]
    return {
      argv: [process.execPath, program, ...args],
      env: { XDG_STATE_HOME: `${folder}/state`, XDG_CACHE_HOME: `${folder}/cache` },
    }
  },
  told(run) {
    endedWell(name, run, [0, 2])
    const counts = Object.values(toldOf({ code: run.code, stdout: run.output, stderr: '' }).recap.hosts)
    const sum = (each: (one: (typeof counts)[number]) => number): number =>
      counts.reduce((total, one) => total + each(one), 0)
    return {
      frames: Math.max(...counts.map(({ frames }) => frames)),
      connections: sum(({ connections }) => connections),
      changed: sum(({ changed, wouldChange }) => changed + wouldChange),
    }
  },
})

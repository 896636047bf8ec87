import { dirname } from 'node:path'
import type { BenchHost } from './fleet.ts'
import type { Job, Tool } from './tool.ts'
import { endedWell, put } from './tool.ts'
import type { Work } from './work.ts'
import { CONF, DIRECTORY_MODE, FILE_MODE } from './work.ts'

/** ansible-core as its own documents say it is fastest: pipelining, ControlPersist, as many forks as hosts. */
export const ansible = (bin: string): Tool => playbookOf('ansible-core', bin)

/** The same with Mitogen's strategy. */
export const mitogen = (bin: string, strategies: string): Tool => playbookOf('mitogen', bin, strategies)

function playbookOf(name: string, bin: string, strategies?: string): Tool {
  return {
    name,
    isPeer: true,
    can: scenario => scenario !== 'f',
    async prepare(job) {
      const { folder, dry } = job
      const config = await put(`${folder}/ansible.cfg`, configOf(job, strategies))
      const inventory = await put(`${folder}/inventory.yaml`, JSON.stringify(inventoryOf(job.hosts)))
      const playbook = await put(`${folder}/playbook.yaml`, JSON.stringify(playsOf(job.work), null, 2))
      return {
        argv: [`${bin}/ansible-playbook`, '-i', inventory, playbook, ...(dry ? ['--check'] : [])],
        env: { ANSIBLE_CONFIG: config, LC_ALL: 'C.UTF-8', PATH: `${bin}:${process.env['PATH']}` },
      }
    },
    told(run) {
      endedWell(name, run)
      const changed = [...run.output.matchAll(/ changed=(\d+)/g)].map(([, count]) => Number(count))
      return { changed: changed.reduce((sum, count) => sum + count, 0) }
    },
  }
}

function configOf({ key, knownHosts, hosts, folder }: Job, strategies: string | undefined): string {
  return `[defaults]
forks = ${hosts.length}
private_key_file = ${key}
remote_user = root
host_key_checking = True
interpreter_python = /usr/bin/python3
${strategies === undefined ? '' : `strategy_plugins = ${strategies}\nstrategy = mitogen_linear\n`}
[ssh_connection]
pipelining = True
ssh_args = -o ControlMaster=auto -o ControlPersist=30s -o UserKnownHostsFile=${knownHosts} -o StrictHostKeyChecking=yes
control_path_dir = ${dirname(folder)}/cp
`
}

function inventoryOf(hosts: readonly BenchHost[]): unknown {
  const entries = hosts.map(({ name, address, port }) => [
    name,
    { ansible_host: address, ansible_port: port },
  ])
  return { all: { hosts: Object.fromEntries(entries) } }
}

function playsOf(work: Work): unknown {
  const tasks = [
    ...work.directories.map(path => ({ file: { path, state: 'directory', mode: DIRECTORY_MODE } })),
    ...work.files.map(({ path, content }) => ({ copy: { dest: path, content, mode: FILE_MODE } })),
    ...work.lines.map(line => ({ lineinfile: { path: CONF, line } })),
    ...work.users.map(name => ({ user: { name, shell: '/usr/sbin/nologin', create_home: false } })),
    ...work.services.map(name => ({ systemd_service: { name, state: 'started', enabled: true } })),
    ...work.packages.map(name => ({ apt: { name } })),
  ]
  return [{ name: 'bench', hosts: 'all', tasks }]
}

import type { Tool } from './tool.ts'
import { endedWell, put } from './tool.ts'
import { CONF, DIRECTORY_MODE, FILE_MODE } from './work.ts'

/** pyinfra, all hosts in parallel. */
export function pyinfra(bin: string): Tool {
  return {
    name: 'pyinfra',
    isPeer: true,
    can: scenario => scenario !== 'f',
    async prepare({ work, hosts, key, knownHosts, dry, folder }) {
      const entries = hosts.map(({ name, address, port }) => [
        name,
        {
          ssh_hostname: address,
          ssh_port: port,
          ssh_user: 'root',
          ssh_key: key,
          ssh_known_hosts_file: knownHosts,
        },
      ])
      const rows = entries.map(([name, data]) => `    (${JSON.stringify(name)}, ${JSON.stringify(data)}),`)
      const inventory = await put(`${folder}/inventory.py`, `hosts = [\n${rows.join('\n')}\n]\n`)
      const deploy = await put(`${folder}/deploy.py`, deployOf(JSON.stringify(work)))
      const args = ['--parallel', String(hosts.length), dry ? '--dry' : '-y']
      return {
        argv: [`${bin}/pyinfra`, ...args, inventory, deploy],
        env: { PATH: `${bin}:${process.env['PATH']}` },
      }
    },
    told(run) {
      endedWell('pyinfra', run)
      return {}
    },
  }
}

const deployOf = (work: string): string => `import json
from io import StringIO
from pyinfra.operations import apt, files, server, systemd

work = json.loads(${JSON.stringify(work)})
for path in work["directories"]:
    files.directory(path=path, mode="${DIRECTORY_MODE.slice(1)}")
for one in work["files"]:
    files.put(src=StringIO(one["content"]), dest=one["path"], mode="${FILE_MODE.slice(1)}")
for line in work["lines"]:
    files.line(path="${CONF}", line=line)
for name in work["users"]:
    server.user(user=name, shell="/usr/sbin/nologin", create_home=False, ensure_home=False)
for name in work["services"]:
    systemd.service(service=name, running=True, enabled=True)
for name in work["packages"]:
    apt.packages(packages=[name], update=False)
`

import type { Plan, Probe } from 'rampart'
import { CheckFailed, inSync, read } from 'rampart'
import type { Variables } from './variables.ts'

/** That ssh makes of all its files what ours says. A foreign line that wins is somebody's decision: it is named. */
export function inForce(vars: Variables, home: string): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const names = vars.hosts.map(({ name }) => name)
      const { code, stdout, stderr } = await probe.ask(
        read`command -v ssh >/dev/null || { echo 'ssh is not installed' >&2; exit 1; }
for host in ${names}; do ssh -G "$host" || exit; echo; done`,
      )
      if (code !== 0)
        throw new CheckFailed(`ssh does not take its configuration: ${stderr.trim()}`, {
          hint: 'Install openssh-client, or mend ~/.ssh/config.',
        })
      const answers = stdout.split('\n\n')
      const wrong = vars.hosts.flatMap((host, i) => differences(vars, host, answers[i] ?? '', home))
      if (wrong.length === 0) return inSync()
      throw new CheckFailed(wrong.join('\n'), {
        hint: 'A file that ~/.ssh/config includes before config.d, or one in config.d of an earlier name, says so.',
      })
    },
  }
}

/** What `ssh -G` has in other words. */
function differences(
  vars: Variables,
  host: Variables['hosts'][number],
  answer: string,
  home: string,
): readonly string[] {
  const lines = answer.split('\n')
  const wanted = {
    hostname: host.address,
    port: String(host.port),
    user: host.user ?? vars.user,
    identityfile: host.identity_file ?? vars.identity_file,
    identitiesonly: 'yes',
    forwardagent: 'no',
    ...(host.via === undefined ? {} : { proxyjump: host.via }),
    ...(vars.host_keys
      ? { hostkeyalias: host.name, userknownhostsfile: `~/.ssh/known_hosts.d/${vars.file_name}` }
      : {}),
  }
  return Object.entries(wanted).flatMap(([keyword, value]) => {
    const line = lines.find(one => one.startsWith(`${keyword} `))
    const found = line?.slice(keyword.length + 1) ?? '(unset)'
    const same =
      found.replace(/^~\//, `${home}/`).toLowerCase() === value.replace(/^~\//, `${home}/`).toLowerCase()
    return same ? [] : [`ssh ${host.name} would use ${keyword} ${found}, not ${value}`]
  })
}

import type { ConnectedHost, Drift, Plan, Probe } from 'rampart'
import { CheckFailed, read } from 'rampart'
import { file } from 'rampart/resources'
import { homeOf } from './home.ts'
import type { Variables } from './variables.ts'

/**
 * The hosts' keys, read from the hosts themselves over connections whose keys are known already: nothing is taken on
 * trust, as it would be from ssh-keyscan(1).
 */
export function hostKeys({ hosts, file_name }: Variables) {
  return {
    on: hosts.map(({ name }) => name),
    async check(probe: Probe<string>): Promise<Plan> {
      const [home, ...keys] = await Promise.all([
        homeOf(probe),
        ...hosts.map(({ name }) => keysOf(probe.on(name), name)),
      ])
      const content = keys.flat().join('')
      return file({ path: `${home}/.ssh/known_hosts.d/${file_name}`, content, mode: '0600' }).check(probe)
    },
    async apply(host: ConnectedHost<string>, { cure }: Drift): Promise<void> {
      for (const step of cure) await ('script' in step ? host.run(step) : host.upload(step))
    },
  }
}

/** As lines of known_hosts. */
async function keysOf(probe: Probe, name: string): Promise<readonly string[]> {
  const { stdout, stderr } = await probe.ask(read`cat /etc/ssh/ssh_host_*_key.pub`)
  const lines = knownHostLines(name, stdout)
  if (lines.length > 0) return lines
  throw new CheckFailed(`${name} has no host keys in /etc/ssh: ${stderr.trim()}`, {
    hint: 'host_keys: false leaves them to your own known_hosts.',
  })
}

/** Public keys, one a line, without the remarks at their ends. */
export function knownHostLines(name: string, keys: string): readonly string[] {
  return keys.split('\n').flatMap(line => {
    const [type, data] = line.trim().split(/\s+/)
    return type !== undefined && data !== undefined ? [`${name} ${type} ${data}\n`] : []
  })
}

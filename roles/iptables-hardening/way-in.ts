import { isIP } from 'node:net'
import type { Plan, Probe } from 'rampart'
import { CheckFailed, inSync, read } from 'rampart'
import type { NewConnection } from './admits.ts'
import { admits, isAmong } from './admits.ts'
import { guardChain, hostChain } from './rules.ts'
import type { Variables } from './variables.ts'

/**
 * That the rules would let this very run in again: a new connection from where it came, to the port of sshd. Looked at
 * before anything is changed. Runs that did not come by SSH need no way in.
 */
export function wayIn(vars: Variables): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const { stdout } = await probe.ask(CAME)
      const connection = connectionFrom(stdout)
      if (connection === undefined) return inSync()
      const chains = [guardChain(vars), ...(vars.host_policy === 'enforce' ? [hostChain(vars)] : [])]
      if (chains.every(({ rules }) => admits(rules, connection))) return inSync()
      throw new CheckFailed(
        `these rules would lock rampart out: it comes from ${connection.address} to port ${connection.port}`,
        { hint: cure(vars, connection) },
      )
    },
  }
}

/** What sshd told the nearest process above this one of its connection, and by which interface that peer is reached. */
const CAME = read`came= process=$$
while [ "$process" -gt 1 ] && [ -z "$came" ]; do
  came=$(tr '\\0' '\\n' <"/proc/$process/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=//p')
  process=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$process/status")
done
[ -n "$came" ] || exit 0
echo "$came"
PATH=$PATH:/usr/sbin:/sbin; ip -o route get "\${came%% *}" 2>/dev/null`

/** Of `ADDRESS PORT OUR-ADDRESS OUR-PORT` (ssh(1), SSH_CONNECTION) and a line of ip-route(8). */
export function connectionFrom(told: string): NewConnection | undefined {
  const [came = '', route = ''] = told.split('\n')
  const [peer = '', , , port = ''] = came.trim().split(' ')
  const address = peer.replace(/%.*/, '').replace(/^::ffff:(?=\d+\.)/, '')
  if (isIP(address) === 0) return undefined
  const [, by] = / dev (\S+)/.exec(route) ?? []
  return { address, port: Number(port), interface: by }
}

function cure({ guarded_ports, host_policy }: Variables, { address, port }: NewConnection): string {
  const at = guarded_ports.findIndex(one => one.proto === 'tcp' && isAmong(one.port, port))
  if (at !== -1) return `Add ${address}, or its network, to guarded_ports[${at}].allow_cidrs.`
  if (host_policy === 'off') return 'Change guarded_ports.'
  return `Add ${port} to public_tcp, or { port: ${port}, allow_cidrs: ['${address}'] } to guarded_ports.`
}

import type { Probe } from 'rampart'
import { read } from 'rampart'
import { isTailnet } from '../forward-proxy/networks.ts'

/** The nearest process above that sshd told of its connection (sshd(8)): from where, to which of our addresses. */
const CAME = read`process=$$
while [ "$process" -gt 1 ]; do
  came=$(tr '\\0' '\\n' <"/proc/$process/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=//p')
  [ -z "$came" ] || { echo "$came"; break; }
  process=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$process/status")
done`

/** Through the tailnet, from a provider's network that uses the same addresses, or otherwise. */
export type Way = 'tailnet' | 'carrier' | 'other'

/** How rampart is here. */
export async function wayIn(probe: Probe): Promise<Way> {
  const { stdout } = await probe.ask(CAME)
  const [from = '', , to = ''] = stdout.trim().split(' ')
  if (isTailnet(to)) return 'tailnet'
  return isTailnet(from) ? 'carrier' : 'other'
}

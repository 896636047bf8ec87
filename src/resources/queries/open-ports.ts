import type { Query } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'
import type { Port } from '../parts/knocking.ts'
import { KNOCK, knockOn } from '../parts/knocking.ts'

/** Seconds; a port from which nothing comes back costs all of them. */
const PATIENCE = 3

/**
 * Whether ports can be reached from the host: `open`, or why not, such as `Connection refused`. One command for any
 * number of them; all are tried at once. Throws a CheckFailed on a host that has nothing to try with.
 */
export const openPorts: Query<Port, string> = {
  name: 'open ports',
  command: ports =>
    read`${KNOCK}${ports.map(
      (port, i) => read`printf '%s %s\\n' ${i} "$(${knockOn(port, PATIENCE)})" &\n`,
    )}wait`,
  parse({ stdout }, ports) {
    const said = new Map(
      stdout.split('\n').map(line => {
        const at = line.indexOf(' ')
        return [line.slice(0, at), line.slice(at + 1)]
      }),
    )
    return ports.map(({ host, port }, i) => {
      const answer = said.get(String(i))
      if (answer !== undefined && answer !== 'neither bash nor nc') return answer
      throw new CheckFailed(`port ${port} of ${host} cannot be tried: ${answer ?? 'no answer'}`, {
        hint: "Put packages({ names: ['netcat-openbsd'] }) before it.",
      })
    })
  },
}

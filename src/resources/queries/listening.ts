import type { Query } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'

/** A socket of a host that takes connections (tcp) or packets (udp). */
export interface ListeningSocket {
  readonly protocol: 'tcp' | 'udp'
  /** `0.0.0.0` and `::` are all addresses of a family, `*` is all of both. */
  readonly address: string
  readonly port: number
  /** The interface that it is bound to, if it is. */
  readonly interface: string | undefined
  /** Who holds it. None, if it is another user's and the asking user is not root, or the kernel's own. */
  readonly processes: readonly { readonly name: string; readonly pid: number }[]
}

/**
 * All sockets of a host that listen, for checks written by hand: `await probe.ask(listeningSockets, '')`. One `ss -H
 * -lntup` (ss(8), of the package iproute2) however many ask. Throws a CheckFailed where there is none.
 */
export const listeningSockets: Query<'', readonly ListeningSocket[]> = {
  name: 'ss',
  command: () => read`PATH=$PATH:/usr/sbin:/sbin; LC_ALL=C ss -H -lntup`,
  parse({ code, stdout, stderr }, keys) {
    if (code !== 0) {
      throw new CheckFailed(
        `the sockets of this host cannot be listed: ${stderr.trim() || `ss exited ${code}`}`,
        {
          hint: "Put packages({ names: ['iproute2'] }) before it.",
        },
      )
    }
    const sockets = stdout.split('\n').flatMap(socketFrom)
    return keys.map(() => sockets)
  },
}

/** `tcp LISTEN 0 128 [::1]%lo:22 [::]:* users:(("sshd",pid=1,fd=3))` */
function socketFrom(line: string): readonly ListeningSocket[] {
  const [, protocol, address = '', device, port] =
    /^(\S+) +\S+ +\d+ +\d+ +(\[[^\]]*\]|[^\s%]*?)(?:%(\S+))?:(\d+) /.exec(line) ?? []
  if (protocol !== 'tcp' && protocol !== 'udp') return []
  const processes = [...line.matchAll(/\("([^"]*)",pid=(\d+),fd=\d+\)/g)].map(([, name = '', pid]) => ({
    name,
    pid: Number(pid),
  }))
  const distinct = new Map(processes.map(process => [process.pid, process]))
  return [
    {
      protocol,
      address: address.replaceAll(/[[\]]/g, ''),
      port: Number(port),
      interface: device,
      processes: [...distinct.values()],
    },
  ]
}

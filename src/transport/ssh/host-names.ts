import type { SshRoute } from '../../model/route.ts'
import { expandHome } from './credentials.ts'
import type { HostKeyCheck } from './host-key.ts'
import { createHostKeyCheck } from './host-key.ts'
import { knownHostsName } from './known-hosts.ts'
import type { HostNames } from './verdict.ts'
import type { World } from './world.ts'

/**
 * The keeper of a host's key on one connection to `address`: reads the host's own known_hosts, the user's, the machine's
 * and ours. Throws HostKeyRefused if one of them cannot be read.
 */
export async function hostKeyCheckFor(
  route: SshRoute,
  address: string,
  port: number,
  world: World,
): Promise<HostKeyCheck> {
  const own = route.knownHosts === undefined ? [] : [expandHome(route.knownHosts, world.home)]
  return createHostKeyCheck({
    who: describeHost(route.host, address, port),
    names: namesOf(route, address, port),
    known: await world.files.read([...own, ...world.knownHosts]),
    acceptNew: world.acceptNew,
    file: own[0] ?? world.ownKnownHosts,
    comment: /^[\w.-]+$/.test(route.host) ? route.host : '',
    files: world.files,
  })
}

/** A host for messages: `dgx01 (10.20.0.27)`, `dgx01 (10.20.0.27:2222)`, or the address alone if that is its name. */
export function describeHost(host: string, address: string, port: number): string {
  const at = port === 22 ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  return host === address ? at : `${host} (${at})`
}

/** Under which names a host may be known: what we dial, its name in the inventory, its other addresses. */
function namesOf(route: SshRoute, address: string, port: number): HostNames {
  const dialled = knownHostsName(address, port)
  const others = [route.host, ...route.addresses].map(name => knownHostsName(name, port))
  return {
    dialled,
    others: [...new Set(others)].filter(name => name !== dialled),
    loose: port === 22 ? [] : [address, route.host].map(name => name.toLowerCase()),
  }
}

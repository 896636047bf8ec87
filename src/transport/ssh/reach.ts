import { HostKeyRefused, HostUnreachable } from '../../model/error.ts'
import type { SshRoute } from '../../model/route.ts'
import type { Credentials } from './credentials.ts'
import { findCredentials, publicKeyOf } from './credentials.ts'
import { describeHost, hostKeyCheckFor } from './host-names.ts'
import { Interrupted, logIn } from './log-in.ts'
import type { Login } from './login.ts'
import { createLogin } from './login.ts'
import type { LeaseJump, Way } from './way.ts'
import { straightWay, wayThrough } from './way.ts'
import type { World } from './world.ts'

/** More tries after a loss before the login; never after a refusal. */
const RETRIES = 3

/**
 * Logs in at the first of a route's addresses that answers with the right host key. Throws HostUnreachable,
 * HostKeyRefused, LoginRefused, or a VariableError for a mistake in the key, found before anything is dialled.
 */
export async function reach(route: SshRoute, world: World, leaseJump: LeaseJump): Promise<Login> {
  const credentials = await findCredentials(route, world.keyring)
  const failures: (HostUnreachable | HostKeyRefused)[] = []
  for (const address of route.addresses) {
    try {
      const login = await insist(() => knock(route, address, credentials, world, leaseJump), world)
      const suspects = failures.filter(failure => failure instanceof HostKeyRefused)
      for (const { message } of suspects) world.onWarning(`${message}; ${address} was used instead`)
      return login
    } catch (error) {
      if (!(error instanceof HostUnreachable || error instanceof HostKeyRefused)) throw error
      failures.push(error)
    }
  }
  throw gather(route.host, failures)
}

/** Tries again, a little later each time, while we are lost before the login. */
async function insist(attempt: () => Promise<Login>, world: World): Promise<Login> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error
      const { message, hint, cause } = error
      if (tries > RETRIES) throw new HostUnreachable(`${message} (tried ${tries} times)`, { hint, cause })
      // Spread, so that those who were sent away together do not come back together.
      await world.scope.pause(world.backoff * 2 ** (tries - 1) * (0.5 + Math.random()))
    }
  }
}

/** One try at one address. */
async function knock(
  route: SshRoute,
  address: string,
  credentials: Credentials,
  world: World,
  leaseJump: LeaseJump,
): Promise<Login> {
  const port = route.port ?? 22
  const target = { who: describeHost(route.host, address, port), address, port }
  // It goes to a name server and into a line of known_hosts.
  if (!/^[\p{L}\p{N}._:%-]+$/u.test(address)) {
    throw new HostUnreachable(`${JSON.stringify(address)} is no address of ${route.host}`)
  }
  const way = await (route.via ? wayThrough(route.via, target, world, leaseJump) : straightWay(target, world))
  const free = await world.limiter(way.sshd)
  try {
    return await enter(route, target, way, credentials, world)
  } catch (error) {
    await way.leave()
    throw error
  } finally {
    free()
  }
}

async function enter(
  route: SshRoute,
  { who, address, port }: { readonly who: string; readonly address: string; readonly port: number },
  way: Way,
  credentials: Credentials,
  world: World,
): Promise<Login> {
  const user = route.user ?? world.user
  const hostKey = await hostKeyCheckFor(route, address, port, world)
  const socket = await way.open()
  world.onConnection(route.host)
  // Who is behind a jump host is more patient, so that the jump host is found dead first, and is the one cause.
  const pulse = { interval: world.keepalive, patience: 3.5 + way.hops / 4 }
  const timeout = world.loginTimeout
  const { wire, by } = await logIn(socket, {
    who,
    user,
    credentials,
    hostKey,
    timeout,
    pulse,
    scope: world.scope,
  })
  const key = by && publicKeyOf(by)
  if (key) world.proven.add(key.toString('base64'))
  return createLogin({ wire, who, address, user, timeout, blame: way.blame, leave: way.leave })
}

/** Of several failures, a wrong host key is the one to tell of first. */
function gather(host: string, failures: readonly (HostUnreachable | HostKeyRefused)[]): Error {
  const refused = failures.find(failure => failure instanceof HostKeyRefused)
  const [first = new HostUnreachable(`${host} has no address`), ...others] = failures
  if (others.length === 0) return first
  const message = [...new Set(failures.map(failure => failure.message))].join('; ')
  const { hint, at } = refused ?? first
  return refused
    ? new HostKeyRefused(message, { hint, at, cause: refused })
    : new HostUnreachable(message, { hint, cause: first })
}

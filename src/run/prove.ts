import type { Entrance } from '../engine/scene.ts'
import { HostUnreachable, LoginRefused } from '../model/error.ts'
import type { Become, Route, SshRoute } from '../model/route.ts'
import type { FreshConnection } from '../transport/transport.ts'

/** Milliseconds for a fresh login to answer. */
const TIMEOUT = 90_000

/** How a prover reaches hosts. */
export interface ProverOptions {
  readonly routeOf: (host: string) => Promise<Route>
  readonly becomeRoot: (host: string, login: string) => Become | undefined
  readonly connectFresh: (route: Route) => Promise<FreshConnection>
}

/**
 * Logs in anew on a host, by the way it will be, and on those behind it through it; runs the script there as root.
 * Returns what it printed. Throws if any of it no longer works.
 */
export async function enter(
  host: string,
  { script, login, through }: Entrance,
  options: ProverOptions,
): Promise<string> {
  const now = await options.routeOf(host)
  const future = now.transport === 'local' || now.transport === 'docker' ? now : changed(now, login)
  await Promise.all(through.map(one => passBy(one, future, options)))
  const connection = await options.connectFresh(future)
  try {
    return await answer(connection, script, options.becomeRoot(host, connection.user))
  } finally {
    await connection.close()
  }
}

/** Logs in on a host behind another whose own way in may be new. */
async function passBy(host: string, jump: Route, options: ProverOptions): Promise<void> {
  const route = await options.routeOf(host)
  const connection = await options.connectFresh(
    isSsh(route) && isSsh(jump) ? { ...route, via: replaced(route.via, jump) } : route,
  )
  try {
    await answer(connection, ':', undefined)
  } finally {
    await connection.close()
  }
}

/**
 * Whether a host refuses a way in: logins by password, as it says itself before anything is proven (RFC 4252, 5.2), or
 * by SSH on a port.
 */
export async function refuses(
  host: string,
  what: 'password' | `port:${number}`,
  options: Pick<ProverOptions, 'routeOf' | 'connectFresh'>,
): Promise<boolean> {
  const route = await options.routeOf(host)
  if (!isSsh(route)) return true
  const { password: _, ...rest } = route
  const other: SshRoute =
    what === 'password'
      ? { ...rest, password: undefined, key: { from: 'none' } }
      : { ...route, port: Number(what.slice('port:'.length)) }
  try {
    await (await options.connectFresh(other)).close()
    return false
  } catch (error) {
    if (what !== 'password') return error instanceof HostUnreachable
    if (!(error instanceof LoginRefused)) throw error
    return (
      error.takes !== undefined &&
      !error.takes.some(way => way === 'password' || way === 'keyboard-interactive')
    )
  }
}

async function answer(
  connection: FreshConnection,
  text: string,
  become: Become | undefined,
): Promise<string> {
  const [ending] = await Promise.all(connection.shell(become).exchange([{ text, timeout: TIMEOUT }]))
  if (ending?.kind === 'exited' && ending.code === 0) return Buffer.from(ending.stdout).toString()
  throw new HostUnreachable(`a fresh login on ${connection.address} got in, but its shell did not answer`)
}

const isSsh = (route: Route): route is SshRoute => route.transport === 'ssh' || route.transport === 'openssh'

function changed(route: SshRoute, { port, user, address, key }: Entrance['login']): SshRoute {
  return {
    ...route,
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(address === undefined ? {} : { addresses: [address], named: true }),
    ...(key === undefined ? {} : { key: { from: 'file', path: key }, password: undefined }),
  }
}

/** The way with one of its jumps as it will be. */
function replaced(via: SshRoute | undefined, jump: SshRoute): SshRoute | undefined {
  if (via === undefined || via.host === jump.host) return via && jump
  return { ...via, via: replaced(via.via, jump) }
}

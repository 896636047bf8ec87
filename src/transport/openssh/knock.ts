import { HostUnreachable } from '../../model/error.ts'
import type { SshRoute } from '../../model/route.ts'
import { arrive, GREETING, NotArrived } from '../arrival.ts'
import type { Client } from '../client.ts'
import { startClient } from '../client.ts'
import { LOADER } from '../loader.ts'
import type { Limiter } from '../ssh/limiter.ts'
import { printable } from '../ssh/reason.ts'
import type { Scope } from '../ssh/scope.ts'
import type { SshSettings } from './arguments.ts'
import { sshArguments } from './arguments.ts'
import { Interrupted, loss, refusal } from './refusal.ts'
import type { Described } from './ways.ts'
import { describe, jumpsOf } from './ways.ts'

/** What all connections of one transport share. */
export interface SshWorld {
  readonly settings: SshSettings
  /** Milliseconds for a login, all jump hosts on the way included. */
  readonly timeout: number
  /** Milliseconds before the first of the further tries. */
  readonly backoff: number
  readonly onConnection: (host: string) => void
  readonly onWarning: (message: string) => void
  readonly limiter: Limiter
  readonly scope: Scope
}

/** An ssh that has logged in, and as whom. */
export interface Arrived {
  readonly client: Client
  readonly user: string
}

/** More tries after a loss before the login; never after a refusal. */
const RETRIES = 3

/**
 * Logs in by the first addresses of a route; again, a little later each time, while it is cut off before the login.
 * Throws what `refusal` makes of it.
 */
export async function insist(route: SshRoute, world: SshWorld): Promise<Arrived> {
  for (let tries = 1; ; tries++) {
    try {
      return await knock(route, world)
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error
      const { message, hint, cause } = error
      if (tries > RETRIES) throw new HostUnreachable(`${message} (tried ${tries} times)`, { hint, cause })
      // Spread, so that those who were sent away together do not come back together.
      await world.scope.pause(world.backoff * 2 ** (tries - 1) * (0.5 + Math.random()))
    }
  }
}

async function knock(route: SshRoute, world: SshWorld): Promise<Arrived> {
  const described = describe(route)
  const free = await world.limiter(described.gate)
  const client = startClient({
    file: 'ssh',
    args: sshArguments(route, LOADER, world.settings),
    // A ProxyCommand of ours is quoted for sh; ssh runs it by $SHELL.
    env: { LC_ALL: 'C', ...(route.via ? { SHELL: '/bin/sh' } : {}) },
    explain: (code, said) => loss(code, said, described.who),
  })
  const leave = world.scope.enter(client.channel.destroy)
  try {
    const { user, said } = await arrive(client.channel, {
      login: world.timeout,
      greeting: GREETING,
      isIn: text => /^Authenticated to /m.test(text),
    })
    for (const host of described.hosts) world.onConnection(host)
    const unstored = /^Failed to add the host.*$/m.exec(said)?.[0]
    if (unstored !== undefined)
      world.onWarning(`the new host key of ${described.who} is not stored: ${printable(unstored)}`)
    return { client, user }
  } catch (failed) {
    client.channel.destroy()
    await client.channel.closed
    throw failed instanceof NotArrived ? refused(failed, route, described, world) : failed
  } finally {
    leave()
    free()
  }
}

function refused(
  failed: NotArrived,
  route: SshRoute,
  { who, address, hosts }: Described,
  world: SshWorld,
): Error {
  const hasPassword = [route, ...jumpsOf(route)].some(({ password }) => password !== undefined)
  const error = refusal(failed, { who, address, jump: route.via?.host, hasPassword })
  // Whoever refuses us was connected to.
  if (!(error instanceof HostUnreachable)) for (const host of hosts) world.onConnection(host)
  return error
}

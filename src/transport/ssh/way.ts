import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  ConnectionLost,
  HostKeyRefused,
  HostUnreachable,
  LoginRefused,
  RampartError,
} from '../../model/error.ts'
import type { SshRoute } from '../../model/route.ts'
import { dial, resolve } from './dial.ts'
import { Interrupted } from './log-in.ts'
import type { Lease } from './pool.ts'
import { reason } from './reason.ts'
import { routeKey } from './route-key.ts'
import type { World } from './world.ts'

/** How a share in a jump host's login is had. */
export type LeaseJump = (route: SshRoute) => Promise<Lease>

/** Where an sshd listens. `who` names it for messages. */
export interface Target {
  readonly who: string
  readonly address: string
  readonly port: number
}

/** The way to one sshd. */
export interface Way {
  /** What makes it the same sshd for all who knock there. */
  readonly sshd: string
  /** Jump hosts on the way. */
  readonly hops: number
  /** A socket to it. Throws HostUnreachable. */
  open(): Promise<Duplex>
  /** Asked when the connection has gone: the end of the jump host, if that was the cause. */
  blame(): Promise<Error | undefined>
  /** Gives back what the way was made of. */
  leave(): Promise<void>
}

/** The straight way. Throws HostUnreachable if the name has no address. */
export async function straightWay({ who, address, port }: Target, world: World): Promise<Way> {
  const toUnreachable = (cause: unknown): never => {
    throw new HostUnreachable(`${who} cannot be reached: ${reason(cause)}`, { cause, hint: cure(cause) })
  }
  const found = await resolve(address, world.lookup, world.connectTimeout).catch(toUnreachable)
  return {
    sshd: `${found[0]}:${port}`,
    hops: 0,
    open: () => dial(found, port, world.connectTimeout, world.scope).catch(toUnreachable),
    blame: async () => undefined,
    leave: async () => undefined,
  }
}

/** How long the loss of a tunnel waits for word that its jump host is lost, in ms. */
const WORD = 100

/** The way through a jump host. Throws what the login there threw, in the name of who is behind. */
export async function wayThrough(
  jump: SshRoute,
  { who, address, port }: Target,
  world: World,
  leaseJump: LeaseJump,
): Promise<Way> {
  const { login, release } = await leaseJump(jump).catch((cause: unknown): never => {
    throw behind(who, jump.host, cause)
  })
  return {
    sshd: `${routeKey(jump)} ${address}:${port}`,
    hops: 1 + countJumps(jump),
    open: () =>
      login.forward(address, port, world.connectTimeout).catch((cause: Error): never => {
        const message = `${who} cannot be reached from its jump host ${jump.host}: ${cause.message}`
        // Without the jump host a new one may be had.
        if (cause instanceof ConnectionLost && login.isLost) throw new Interrupted(message, { cause })
        throw new HostUnreachable(message, { cause, hint: cure(cause) })
      }),
    async blame() {
      await Promise.race([login.lost, sleep(WORD)])
      return login.isLost ? login.lost : undefined
    },
    leave: release,
  }
}

function countJumps(route: SshRoute): number {
  return route.via ? 1 + countJumps(route.via) : 0
}

/** The jump host's failure, told by those behind it: of the same kind, with the same cure. */
function behind(who: string, jump: string, cause: unknown): unknown {
  if (!RampartError.is(cause)) return cause
  const Kind = [HostKeyRefused, LoginRefused, HostUnreachable].find(kind => cause instanceof kind)
  if (!Kind) return cause
  const { hint, at } = cause
  return new Kind(`${who} is behind ${jump}, and ${cause.message}`, { cause, hint, at })
}

function cure(cause: unknown): string {
  const text = reason(cause).toLowerCase()
  if (text.includes('no such name') || text.includes('not known'))
    return 'Check the name, or give an `address`.'
  if (text.includes('refused')) return 'Is its sshd running, and is the port right?'
  if (text.includes('forbids')) return 'Allow TCP forwarding in its sshd_config.'
  return 'Is the address right, and does nothing in between drop our packets?'
}

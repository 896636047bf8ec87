import type { FleetHost } from '../model/fleet.ts'
import type { PlayNode } from '../model/play.ts'
import type { Become } from '../model/route.ts'

/**
 * As whom a host's session keeps its own things: as most of its tasks run, so that they share its first frame. The
 * host's own `become` says so, else the first play on it that has one; empty for the login user.
 */
export function sessionUser(host: FleetHost, plays: readonly PlayNode[]): string {
  const become = host.become || plays.map(play => play.become).find(value => value)
  return become === true ? 'root' : become || ''
}

/** How to become a user of a host; undefined for the login user. */
export function becomeOf(host: FleetHost, user: string): Become | undefined {
  return user === '' ? undefined : { user, password: host.becomePassword }
}

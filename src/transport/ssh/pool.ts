import { HostKeyRefused, HostUnreachable, LoginRefused } from '../../model/error.ts'
import type { SshRoute } from '../../model/route.ts'
import type { Login } from './login.ts'
import { routeKey } from './route-key.ts'

/** A share in a login. The login ends when all have released it. */
export interface Lease {
  readonly login: Login
  release(): Promise<void>
}

/** Logins that are shared by all who come by the same route. */
export interface Pool {
  /** A share in the login of this route, new or open or being opened. Rejects as the opening does. */
  lease(route: SshRoute): Promise<Lease>
  /**
   * The same for a jump host, which many come through one after the other: if it was just refused or did not answer,
   * that is the answer, as every try would take its time again and count as one more failed login.
   */
  leaseJump(route: SshRoute): Promise<Lease>
}

interface Share {
  readonly login: Promise<Login>
  holders: number
  isGone: boolean
}

/** How long a jump host's failure is the answer for the next who come, in ms. */
const REFUSED = 30_000
const UNREACHABLE = 3_000

/** A pool of the logins that `open` opens. */
export function createPool(open: (route: SshRoute) => Promise<Login>): Pool {
  const shares = new Map<string, Share>()
  const failures = new Map<string, { readonly error: Error; readonly until: number }>()

  function share(key: string, route: SshRoute): Share {
    const before = shares.get(key)
    if (before && !before.isGone) return before
    const login = open(route)
    const made: Share = { login, holders: 0, isGone: false }
    const leave = (): void => {
      made.isGone = true
      if (shares.get(key) === made) shares.delete(key)
    }
    login.then(
      ({ lost }) => void lost.then(leave),
      (error: Error) => {
        leave()
        failures.set(key, { error, until: Date.now() + memory(error) })
      },
    )
    shares.set(key, made)
    return made
  }

  async function lease(route: SshRoute): Promise<Lease> {
    const key = routeKey(route)
    const mine = share(key, route)
    mine.holders++
    let held = true
    const release = async (): Promise<void> => {
      if (!held) return
      held = false
      if (--mine.holders > 0) return
      mine.isGone = true
      if (shares.get(key) === mine) shares.delete(key)
      await (await mine.login).close()
    }
    try {
      return { login: await mine.login, release }
    } catch (error) {
      held = false
      mine.holders--
      throw error
    }
  }

  return {
    lease,
    async leaseJump(route) {
      const failure = failures.get(routeKey(route))
      if (failure && failure.until > Date.now()) throw failure.error
      return lease(route)
    },
  }
}

function memory(error: Error): number {
  if (error instanceof HostKeyRefused || error instanceof LoginRefused) return REFUSED
  return error instanceof HostUnreachable ? UNREACHABLE : 0
}

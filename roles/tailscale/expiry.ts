import type { Plan, Probe } from 'rampart'
import { CheckFailed, inSync } from 'rampart'
import { nodeOf } from './node.ts'
import type { Variables } from './variables.ts'

const DAY = 86_400_000

/** Whole days until then; undefined where a key does not expire. */
export function daysLeft(expiry: string | undefined, now: number = Date.now()): number | undefined {
  const end = Date.parse(expiry ?? '')
  // Go's zero time is in the year 1.
  return end > 0 ? Math.floor((end - now) / DAY) : undefined
}

/** That the host is connected, and that its key lasts: with it a host drops out of the tailnet, and nobody is told. */
export function inForce({ expiry_days }: Pick<Variables, 'expiry_days'>): {
  check(probe: Probe): Promise<Plan>
} {
  return {
    async check(probe) {
      const { Self, Health, BackendState } = await nodeOf(probe)
      if (BackendState !== 'Running' || Self?.Online !== true)
        throw new CheckFailed(`the tailnet is not reached: ${(Health ?? []).join('; ') || BackendState}`, {
          hint: 'tailscale netcheck, and journalctl -u tailscaled, say more.',
        })
      const left = daysLeft(Self.KeyExpiry)
      if (left === undefined || left >= expiry_days) return inSync()
      throw new CheckFailed(`the host's key expires in ${left} days: then it is out of the tailnet`, {
        hint: 'Disable its expiry in the admin console, or give it tags. With auth_key and allow_reauth: true it logs in anew.',
      })
    },
  }
}

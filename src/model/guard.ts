import type { Steps } from './plan.ts'

/** Something on a host that a task reads and writes, by kind and name. */
export type Touch =
  | `file:/${string}`
  | `unit:${string}`
  | `chain:${'v4' | 'v6'}:${string}:${string}`
  | `table:${'inet' | 'ip' | 'ip6' | 'arp' | 'bridge' | 'netdev'}:${string}`
  | `${'user' | 'group' | 'sysctl' | 'package'}:${string}`

/** How a change that could cut the way in is proven by a fresh login, and undone by the host itself otherwise. */
export interface Guard {
  /** What a hand-written task changes; a resource's own touches are known. */
  readonly touches?: readonly Touch[]
  /** How the host goes back, where the touches alone do not say it. */
  readonly undo?: Steps
  /** Seconds until the host undoes the change by itself. Default 180. */
  readonly within?: number
  /** Hosts behind this one that must still be reached through it. */
  readonly through?: readonly string[]
  /** The way in as it will be after the change, where that differs. */
  readonly login?: {
    readonly port?: number
    readonly user?: string
    readonly address?: string
    readonly key?: string
  }
  /** What must no longer work afterwards. Tried once, after the confirmation. */
  readonly refused?: readonly ('password' | `port:${number}`)[]
  /** Allow hosts where the guard does not survive a reboot (no systemd). */
  readonly weak?: boolean
}

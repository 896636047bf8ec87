import type { Command } from '../../index.ts'
import type { PackageSystem } from '../queries/package-system.ts'
import { aptGet } from './apt.ts'
import { dnf } from './dnf.ts'

/** What is to be done with packages, whatever does it. */
export interface PackageWork {
  readonly verb: 'install' | 'remove' | 'purge'
  /** Names, with `=version` where one is wanted. */
  readonly packages: readonly string[]
  /** Undefined: as the host is configured. */
  readonly recommends: boolean | undefined
  readonly allowDowngrades: boolean
  /** Held ones may be changed. */
  readonly allowHeld: boolean
  readonly autoremove: boolean
  /** Seconds for which fetched lists are good enough; undefined: they are never fetched. */
  readonly cacheTime: number | undefined
  /** Seconds to wait for whoever holds a lock. */
  readonly lockTimeout: number
  /** Names to be held afterwards. */
  readonly hold: readonly string[]
  /** Names to be given free before. */
  readonly unhold: readonly string[]
}

/**
 * All of it as one command, as it must not be cut: nothing may be half installed because a connection went. Nobody is
 * asked anything, and configuration files that somebody changed stay.
 */
export const packageStep = (system: PackageSystem, work: PackageWork): Command =>
  system === 'dpkg' ? aptGet(work) : dnf(work)

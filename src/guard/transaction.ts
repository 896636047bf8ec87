import { randomBytes } from 'node:crypto'
import type { Touch } from '../model/guard.ts'
import type { Step } from '../model/plan.ts'

/** A guarded change on one host: armed before it begins, and then either confirmed or undone, never both. */
export interface Transaction {
  /** 128 random bits in hex: its name on the host, and the token by which another connection confirms it. */
  readonly txid: string
  /** The task's title, for people. */
  readonly task: string
  readonly run: string
  /** Who runs it, for people. */
  readonly owner: string
  /** Seconds from arming until the host undoes it by itself. */
  readonly within: number
  readonly touches: readonly Touch[]
  /** What leads back besides the touches: it goes first. */
  readonly undo: readonly Step[] | undefined
  /** Go on where the guard does not survive a reboot. */
  readonly weak: boolean
}

/** Where a transaction is, by the name of its one `state.*` file on the host. */
export type TransactionState = 'pending' | 'rolling-back' | 'confirmed' | 'rolled-back' | 'rollback-failed'

/** What a host tells of a transaction. */
export interface TransactionReport {
  readonly txid: string
  readonly state: TransactionState
  readonly task: string
  readonly owner: string
  /** Seconds until the host undoes it by itself; 0 unless it is pending. */
  readonly left: number
  /** Why it was undone; empty if nobody said. */
  readonly reason: string
  /** Whether a later run has told people already. */
  readonly told: boolean
}

/** Where transactions are kept: on disk, for root alone (safety: not /run, which a reboot empties). */
export const ROOM = '/var/lib/rampart'

export const newTxid = (): string => randomBytes(16).toString('hex')

export const folderOf = (txid: string): string => `${ROOM}/txn/${txid}`

import type { Status } from '../model/outcome.ts'
import type { Event, HostRecap } from './events.ts'

type Count = 'ok' | 'changed' | 'wouldChange' | 'unknown' | 'failed' | 'skipped'

const COUNT: Readonly<Record<Status, Count>> = {
  ok: 'ok',
  changed: 'changed',
  'would-change': 'wouldChange',
  unknown: 'unknown',
  failed: 'failed',
  skipped: 'skipped',
  'rolled-back': 'failed',
  'rollback-failed': 'failed',
}

/** What a run has come to: the counts of each host and the exit code, read off its events. */
export class Tally {
  readonly #hosts = new Map<string, Record<Count, number> & { unreachable: 0 | 1 }>()
  readonly #codes = new Set<number>()

  constructor(hosts: Iterable<string>) {
    for (const host of hosts) this.#of(host)
  }

  hear(event: Event): void {
    if (event.event === 'start') for (const host of event.hosts) this.#of(host)
    if (event.event === 'task' || event.event === 'handler') {
      this.#of(event.host)[COUNT[event.status]]++
      const code = codeOf(event)
      if (code !== 0) this.#codes.add(code)
    }
    if (event.event === 'host' && event.status !== 'connected') {
      const locked = event.error !== undefined && LOCAL.has(event.error.name)
      this.#codes.add(locked ? 3 : 4)
      if (!locked) this.#of(event.host).unreachable = 1
    }
  }

  /** What has happened to one host. */
  host(name: string, frames: number, connections: number): HostRecap {
    return { ...this.#of(name), frames, connections }
  }

  hosts(): readonly string[] {
    return [...this.#hosts.keys()]
  }

  /** The most severe code wins, in the order 130, 5, 3, 4, 2 (contract: exit codes). */
  exitCode(interrupted: boolean): number {
    if (interrupted) return 130
    return [5, 3, 4, 2].find(code => this.#codes.has(code)) ?? 0
  }

  #of(host: string): Record<Count, number> & { unreachable: 0 | 1 } {
    const known = this.#hosts.get(host) ?? {
      ok: 0,
      changed: 0,
      wouldChange: 0,
      unknown: 0,
      failed: 0,
      skipped: 0,
      unreachable: 0,
    }
    this.#hosts.set(host, known)
    return known
  }
}

/** The host answered, but will not serve: exit 3, not 4. */
const LOCAL: ReadonlySet<string> = new Set(['HostLocked', 'BecomeRefused', 'CheckFailed'])

function codeOf({ status, error }: { readonly status: Status; readonly error?: Error }): number {
  if (status === 'rolled-back') return 5
  if (status === 'failed' || status === 'rollback-failed') return 3
  if (status === 'would-change') return 2
  // In `--check` what is unknown hangs on a drift, which exits 2 already; after a lost write it is a failure.
  if (status === 'unknown') return error?.name === 'ConnectionLost' ? 3 : 2
  return 0
}

import { PlaybookError } from '../model/error.ts'
import { madeAt } from '../model/made.ts'
import type { Batch, Play } from '../model/play.ts'

/** Hosts in the batches that a play's `serial` makes: all at once without one; of a list the last size repeats. */
export function batches<T>(
  hosts: readonly T[],
  play: Pick<Play, 'name' | 'serial'>,
): readonly (readonly T[])[] {
  const sizes = ([play.serial ?? []].flat() as readonly Batch[]).map(size => sizeOf(size, hosts.length, play))
  if (sizes.length === 0) return hosts.length === 0 ? [] : [hosts]
  const made: (readonly T[])[] = []
  let from = 0
  for (let i = 0; from < hosts.length; i++) {
    const size = sizes[Math.min(i, sizes.length - 1)] ?? hosts.length
    made.push(hosts.slice(from, from + size))
    from += size
  }
  return made
}

/** At least one host: 10 % of three hosts is one. */
function sizeOf(batch: Batch, all: number, play: Pick<Play, 'name'>): number {
  if (typeof batch === 'number' && Number.isFinite(batch) && batch >= 1) return Math.floor(batch)
  const [, share] = /^(\d+(?:\.\d+)?)%$/.exec(String(batch)) ?? []
  if (share !== undefined) return Math.max(1, Math.floor((all * Number(share)) / 100))
  throw new PlaybookError(`the play "${play.name}" has serial: ${JSON.stringify(batch)}`, {
    at: madeAt(play),
    hint: "Give a number of hosts from 1 on, or a share such as '25%'.",
  })
}

import { batches } from '../engine/batches.ts'
import { sameMachine } from '../inventory/same-machine.ts'
import { PlaybookError, RampartError, UsageError } from '../model/error.ts'
import type { Fleet, FleetHost } from '../model/fleet.ts'
import { madeAt } from '../model/made.ts'
import type { PlayNode } from '../model/play.ts'
import type { Overrides } from './read.ts'
import { readFleet, readLimit, readPlays } from './read.ts'
import type { Selection } from './request.ts'

/** A request looked up: the plays, the fleet, and which hosts each play selects. */
export interface Project {
  readonly plays: readonly PlayNode[]
  readonly fleet: Fleet
  /** For each play its hosts after `--limit`, in the inventory's order. */
  readonly selected: readonly (readonly FleetHost[])[]
  /** All of them, once each. */
  readonly hosts: readonly FleetHost[]
}

/**
 * Loads playbooks and inventory and chooses the hosts. `whenRead` is told of the inventory before the playbooks are loaded.
 * Throws every mistake in them, and a UsageError if no host is left.
 */
export async function readProject(
  selection: Selection,
  overrides: Overrides,
  warn: (message: string) => void,
  whenRead: (fleet: Fleet) => Promise<void> = async () => undefined,
): Promise<Project> {
  // The playbook's mistakes are told first; but hosts that can be known without it have something to do meanwhile.
  const reading = readFleet(selection, overrides, warn)
  await reading.then(whenRead).catch(() => undefined)
  const plays = await readPlays(selection.playbooks)
  const fleet = await reading
  const limit = limitOf(fleet, readLimit(selection.limit))
  const selected = plays.map(play =>
    hostsOf(play, fleet).filter(({ name }) => limit === undefined || limit.has(name)),
  )
  for (const [i, play] of plays.entries()) batches(selected[i] ?? [], play) // its mistakes are found here
  const hosts = [...new Set(selected.flat())]
  if (hosts.length === 0) {
    const patterns = [...new Set(plays.map(play => play.hosts))].join(', ')
    throw new UsageError(
      limit === undefined
        ? `no host of ${fleet.source} is selected by the plays (hosts: ${patterns})`
        : `no host is both in --limit ${selection.limit.join(',')} and in the plays (hosts: ${patterns})`,
      { hint: 'rampart list PLAYBOOK --list-hosts shows what each play selects.' },
    )
  }
  const twice = sameMachine(hosts)
  if (twice !== undefined) throw twice
  return { plays, fleet, selected, hosts }
}

/** The hosts of a play. What is wrong with its pattern is a mistake of the playbook. */
function hostsOf(play: PlayNode, fleet: Fleet): readonly FleetHost[] {
  try {
    return fleet.select(play.hosts)
  } catch (error) {
    if (!RampartError.is(error)) throw error
    const { message, hint } = error
    throw new PlaybookError(`the hosts of the play "${play.name}": ${message}`, { at: madeAt(play), hint })
  }
}

function limitOf(fleet: Fleet, limit: string | undefined): ReadonlySet<string> | undefined {
  if (limit === undefined) return undefined
  try {
    return new Set(fleet.select(limit).map(({ name }) => name))
  } catch (error) {
    if (!RampartError.is(error)) throw error
    throw new UsageError(`--limit: ${error.message}`, { hint: error.hint })
  }
}

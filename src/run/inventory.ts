import type { Origin } from '../inventory/origin.ts'
import { explain } from '../inventory/origin.ts'
import { UsageError } from '../model/error.ts'
import type { Fleet, FleetHost } from '../model/fleet.ts'
import { asMistake } from '../model/mistake.ts'
import { didYouMean } from '../model/nearest.ts'
import { readFleet } from './read.ts'
import type { Selection } from './request.ts'
import { NO_PLAYBOOK } from './request.ts'

export { toYaml } from '../inventory/to-yaml.ts'

export type InventoryRequest = Pick<Selection, 'inventory' | 'extraVars'> & {
  /** Only this host. */
  readonly host: string | undefined
}

/** A host as the inventory has it: nobody was connected to, no secret was read. */
export interface InventoryHostView {
  readonly name: string
  readonly address: string
  readonly via: string | undefined
  readonly groups: readonly string[]
  /** What was said of it by name, the strongest first. */
  readonly said: ReadonlyMap<string, readonly Origin[]>
}

export interface InventoryView {
  readonly source: string
  readonly hosts: readonly InventoryHostView[]
  /** The hosts of each group, those of groups inside it too. */
  readonly groups: Fleet['groups']
  /** The groups right inside each group. */
  readonly children: Fleet['children']
}

/** Reads an inventory for people. Throws every mistake in it, and a UsageError for a host that it does not have. */
export async function viewInventory(
  { host, ...request }: InventoryRequest,
  warn: (message: string) => void,
): Promise<InventoryView> {
  try {
    const { source, hosts, groups, children } = await readFleet({ ...NO_PLAYBOOK, ...request }, {}, warn)
    const known = host === undefined ? undefined : hosts.get(host)
    if (host !== undefined && known === undefined) {
      throw new UsageError(`the inventory has no host ${host}`, { hint: didYouMean(host, hosts.keys()) })
    }
    const inIt = [...hosts.values()].filter(({ name }) => groups.get('all')?.includes(name))
    return { source, hosts: (known ? [known] : inIt).map(view), groups, children }
  } catch (error) {
    throw asMistake(error)
  }
}

const view = (host: FleetHost): InventoryHostView => ({
  ...{ name: host.name, address: host.address, via: host.via },
  ...{ groups: [...host.groups], said: explain(host) },
})

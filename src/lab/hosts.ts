import { UsageError } from '../model/error.ts'
import type { NetworkName } from './network.ts'
import type { SystemName } from './systems.ts'

/** A host of the lab as it is wanted. Adding one to {@link wantedHosts} is all that a new kind of host takes. */
export interface LabHost {
  readonly name: string
  /** In order of preference: the first whose image can be had. */
  readonly systems: readonly [SystemName, ...SystemName[]]
  /** Its number in each network that it is in; the first network is its way out. */
  readonly numbers: Readonly<Partial<Record<NetworkName, number>>>
  /** The host that one has to jump through. */
  readonly via?: string
  /** The inventory's group that it belongs to. */
  readonly group?: string
  /** Whether it runs containers of its own, which takes more rights and a volume. */
  readonly engine: boolean
  /** Whether it stands for the rest of the world: playbooks do not know it. */
  readonly outside?: true
}

/** Of a lab that nobody said more of: the least with which a mistake between nodes can show. */
export const usualNodes = 2
/** Node 200 is number 210 of a network of 254. */
const mostNodes = 200

/** The lab's hosts, the way in first, the world last. Throws a UsageError for a number of nodes that cannot be. */
export function wantedHosts(nodes: number, withWorld = false): readonly LabHost[] {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > mostNodes) {
    throw new UsageError(`the lab cannot have ${nodes} nodes`, {
      hint: `Ask for 1 to ${mostNodes}: --nodes 2.`,
    })
  }
  const within = Array.from({ length: nodes }, (_, index) => node(index + 1))
  return [bastion, ...within, ...(withWorld ? [world] : [])]
}

const bastion: LabHost = {
  name: 'bastion',
  systems: ['debian-13'],
  numbers: { public: 10, cluster: 10 },
  engine: true,
}

/** The internet in a box: it answers for the vendors' names, so that roles run with their production defaults. */
const world: LabHost = {
  name: 'world',
  systems: ['debian-13'],
  numbers: { public: 2 },
  engine: false,
  outside: true,
}

/** The number of a node, by its name; undefined for every other host. */
export function nodeNumber(name: string): number | undefined {
  const digits = /^dgx(\d+)$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** DGX OS is Ubuntu 22.04 or 24.04, between Debian 12 and 13: odd nodes are one, even nodes the other. */
function node(number: number): LabHost {
  return {
    name: `dgx${String(number).padStart(2, '0')}`,
    systems: number % 2 === 1 ? ['debian-12'] : ['ubuntu-24.04', 'debian-13'],
    numbers: { cluster: 10 + number },
    via: bastion.name,
    group: 'dgx',
    engine: false,
  }
}

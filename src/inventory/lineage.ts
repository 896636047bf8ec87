import { InventoryError } from '../model/error.ts'
import type { Draft, DraftGroup } from './draft.ts'

/** Which group lies in which. */
export interface Lineage {
  /** How many groups lie between a group and nothing, by the longest way, as Ansible counts: `all` has 0. */
  readonly depth: ReadonlyMap<string, number>
  /** These groups and all that they lie in, `all` included, the deepest first. */
  above(groups: Iterable<string>): readonly string[]
}

/** Throws an InventoryError for a group that lies in itself. */
export function lineage({ groups }: Draft): Lineage {
  const parents = new Map<string, string[]>(Array.from(groups.keys(), name => [name, []]))
  for (const group of groups.values())
    for (const child of group.children) parents.get(child)?.push(group.name)
  const depth = new Map<string, number>()
  for (const group of groups.values()) measure(group, { groups, parents, depth }, [])
  return {
    depth,
    above: names => {
      const found = new Set<string>()
      for (const name of names) climb(name, parents, found)
      found.add('all')
      return [...found].sort((a, b) => (depth.get(b) ?? 0) - (depth.get(a) ?? 0))
    },
  }
}

interface Measuring {
  readonly groups: ReadonlyMap<string, DraftGroup>
  readonly parents: ReadonlyMap<string, readonly string[]>
  readonly depth: Map<string, number>
}

function measure(group: DraftGroup, all: Measuring, below: readonly string[]): number {
  const known = all.depth.get(group.name)
  if (known !== undefined) return known
  if (below.includes(group.name)) {
    const circle = [...below.slice(below.indexOf(group.name)), group.name].reverse()
    throw new InventoryError(`the group ${group.name} lies in itself: ${circle.join(' > ')}`, {
      at: group.key.at,
      hint: 'Take it out of the `children` of one of them.',
    })
  }
  const path = [...below, group.name]
  const over = (all.parents.get(group.name) ?? [])
    .map(name => all.groups.get(name))
    .filter(each => each !== undefined)
  // Every group but `all` lies in `all`, said or not.
  const depth = group.name === 'all' ? 0 : Math.max(0, ...over.map(each => measure(each, all, path))) + 1
  all.depth.set(group.name, depth)
  return depth
}

function climb(name: string, parents: ReadonlyMap<string, readonly string[]>, found: Set<string>): void {
  if (found.has(name)) return
  found.add(name)
  for (const parent of parents.get(name) ?? []) climb(parent, parents, found)
}

/** The hosts of each group, its children's included, in the inventory's order; `ungrouped` is made as Ansible makes it. */
export function members(draft: Draft, { above }: Lineage): Map<string, string[]> {
  const hosts = new Map<string, string[]>(Array.from(draft.groups.keys(), name => [name, []]))
  const known = new Map<string, readonly string[]>()
  for (const host of draft.hosts.values()) {
    const key = [...host.groups].join(' ')
    const groups = known.get(key) ?? above(host.groups)
    known.set(key, groups)
    for (const name of groups) hosts.get(name)?.push(host.name)
    if (groups.length === 1) addTo(hosts, 'ungrouped', host.name)
  }
  return hosts
}

function addTo(hosts: Map<string, string[]>, group: string, host: string): void {
  const list = hosts.get(group)
  if (list === undefined) hosts.set(group, [host])
  else list.push(host)
}

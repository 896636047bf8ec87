import { InventoryError } from '../model/error.ts'
import { showPlace } from '../model/place.ts'
import type { Entry, Written } from './written.ts'

/** An inventory as far as it has been read: who is there, who belongs to whom, and what was said of each. */
export interface Draft {
  /** `all` is always one of them. */
  readonly groups: Map<string, DraftGroup>
  readonly hosts: Map<string, DraftHost>
}

/** What was said of a group or a host. */
export interface Said {
  readonly name: string
  /** Where it is named first. */
  readonly key: Written
  /** In the inventory itself. */
  readonly own: Entry[]
  /** In the files of `group_vars/` or `host_vars/`. */
  readonly beside: Entry[]
}

export interface DraftGroup extends Said {
  readonly children: Set<string>
  /** Those named in it, not those of its children. */
  readonly hosts: Set<string>
}

export interface DraftHost extends Said {
  /** Those that name it, not those above them. `all` is not told apart: every host is in it. */
  readonly groups: Set<string>
}

export function newDraft(root: Written): Draft {
  const all: DraftGroup = {
    name: 'all',
    key: root,
    own: [],
    beside: [],
    children: new Set(),
    hosts: new Set(),
  }
  return { groups: new Map([['all', all]]), hosts: new Map() }
}

/** The group of that name, new or not. */
export function draftGroup(draft: Draft, name: string, key: Written): DraftGroup {
  const known = draft.groups.get(name)
  if (known !== undefined) return known
  const group: DraftGroup = { name, key, own: [], beside: [], children: new Set(), hosts: new Set() }
  draft.groups.set(name, group)
  return group
}

/** The host of that name, new or not, as a member of a group. */
export function draftHost(draft: Draft, name: string, key: Written, group: DraftGroup): DraftHost {
  const known = draft.hosts.get(name)
  const host = known ?? { name, key, own: [], beside: [], groups: new Set<string>() }
  if (known === undefined) draft.hosts.set(name, host)
  group.hosts.add(name)
  host.groups.add(group.name)
  return host
}

/** A name that is both a host's and a group's would mean two things in a pattern; a group of just that host does not. */
export function refuseAmbiguous({ groups, hosts }: Draft): void {
  for (const group of groups.values()) {
    const host = hosts.get(group.name)
    if (host === undefined) continue
    if (group.children.size === 0 && group.hosts.size === 1 && group.hosts.has(group.name)) continue
    throw new InventoryError(`"${group.name}" is a group and a host`, {
      at: host.key.at,
      hint: `Rename one of them: the group is at ${showPlace(group.key.at)}.`,
    })
  }
}

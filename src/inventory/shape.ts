import { InventoryError } from '../model/error.ts'
import { didYouMean } from '../model/nearest.ts'
import type { Draft, DraftGroup } from './draft.ts'
import { draftGroup, draftHost } from './draft.ts'
import { groupName, hostNames } from './name.ts'
import type { Entry, Written, WrittenMap } from './written.ts'
import { asMap } from './written.ts'

const SECTIONS = ['hosts', 'children', 'vars']

/**
 * Adds what an inventory says in Ansible's shape: at the top its groups, in a group `hosts`, `children` and `vars`. A
 * group at the top is a child of `all`. Throws an InventoryError for what has no place in that shape: Ansible skips it.
 */
export function readShape(draft: Draft, root: Written): void {
  if (root.value === null) return
  const top = asMap(root)
  if (top === undefined) {
    throw new InventoryError('an inventory is a map of groups, `all` first', { at: root.at, hint: EXAMPLE })
  }
  for (const [name, entry] of top) {
    refuseAtTop(name, entry)
    if (name === 'all') readGroup(draft, 'all', entry.key, entry.value)
    else readChild(draft, 'all', entry)
  }
}

/** What a smallest inventory looks like, for hints. */
export const EXAMPLE = `For example:
    all:
      hosts:
        web01: { address: 203.0.113.10, user: root }`

function refuseAtTop(name: string, { key, value }: Entry): void {
  if (SECTIONS.includes(name)) {
    throw new InventoryError(`"${name}" stands at the top, where groups are`, {
      at: key.at,
      hint: `Put \`all:\` above it, and indent it.`,
    })
  }
  if (name === '_meta') {
    throw new InventoryError('this is what an inventory program tells Ansible, not an inventory', {
      at: key.at,
      hint: 'Keep what `ansible-inventory -i FILE --list --yaml` prints.',
    })
  }
  if (name !== 'plugin' || typeof value.value !== 'string') return
  throw new InventoryError(`this is the configuration of Ansible's plugin ${value.value}, not an inventory`, {
    at: key.at,
    hint: 'Compute the hosts in a .ts inventory, or keep what `ansible-inventory -i FILE --list --yaml` prints.',
  })
}

function readGroup(draft: Draft, name: string, key: Written, body: Written): void {
  const group = draftGroup(draft, name, key)
  if (body.value === null) return
  const sections = asMap(body)
  if (sections === undefined) {
    throw new InventoryError(`the group ${name} is not a map`, {
      at: body.at,
      hint: 'A group has `hosts`, `children` and `vars`.',
    })
  }
  for (const [section, entry] of sections) readSection(draft, group, section, entry)
}

function readSection(draft: Draft, group: DraftGroup, section: string, { key, value }: Entry): void {
  switch (section) {
    case 'hosts':
      for (const entry of named(value, `the hosts of ${group.name} are`)) readHost(draft, group, entry)
      break
    case 'children':
      for (const entry of named(value, `the children of ${group.name} are`))
        readChild(draft, group.name, entry)
      break
    case 'vars':
      for (const entry of (map(value, `the vars of ${group.name} are`) ?? EMPTY).values())
        group.own.push(entry)
      break
    default:
      throw new InventoryError(`a group has no "${section}"`, {
        at: key.at,
        hint: didYouMean(section, SECTIONS),
      })
  }
}

function readChild(draft: Draft, parent: string, { key, value }: Entry): void {
  const name = groupName(String(key.value), key.at)
  if (name === 'all') {
    throw new InventoryError('"all" cannot be a child: every group is in it', { at: key.at })
  }
  readGroup(draft, name, key, value)
  draft.groups.get(parent)?.children.add(name)
}

function readHost(draft: Draft, group: DraftGroup, { key, value }: Entry): void {
  const { names, port } = hostNames(String(key.value), key.at)
  const vars = map(value, `what is said of ${String(key.value)} is`) ?? EMPTY
  for (const name of names) {
    const host = draftHost(draft, name, key, group)
    if (port !== undefined) {
      host.own.push({ key: key.saying('port'), quoted: false, value: key.saying(Number(port)) })
    }
    for (const entry of vars.values()) host.own.push(entry)
  }
}

/** The entries of a map of names; a single name may stand alone, as in Ansible. */
function named(value: Written, what: string): Iterable<Entry> {
  if (typeof value.value === 'string' && !/\s/.test(value.value)) {
    return [{ key: value, quoted: false, value: value.saying(null) }]
  }
  return (map(value, what, ', each name with a colon after it') ?? EMPTY).values()
}

function map(value: Written, what: string, how = ''): WrittenMap | undefined {
  const found = asMap(value)
  if (found !== undefined || value.value === null) return found
  throw new InventoryError(`${what} not a map`, {
    at: value.at,
    hint: `Write a map${how}; a colon is followed by a space or the end of the line.`,
  })
}

const EMPTY: WrittenMap = new Map()

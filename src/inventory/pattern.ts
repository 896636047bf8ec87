import { isIPv6 } from 'node:net'
import { InventoryError, UsageError } from '../model/error.ts'
import { didYouMean } from '../model/nearest.ts'
import { expandRanges } from './range.ts'

/** The names that a pattern chooses from. */
export interface Names {
  readonly hosts: ReadonlySet<string>
  /** Of each group its hosts, `all` included. */
  readonly groups: ReadonlyMap<string, readonly string[]>
}

/**
 * The hosts that a pattern names, as in Ansible: names of hosts and groups, `all` or `*`, globs (`dgx*`), `~regex`, a host
 * of a group by number (`dgx[0]`, `dgx[-1]`) or several (`dgx[1:3]`, both included), joined by `:` or `,`; `&` keeps those
 * that are also in the next, `!` takes away. Beyond Ansible, `dgx[01:03]` is the range of names that it is in an inventory.
 * Throws a UsageError for a name that is neither host nor group; a glob may match nothing.
 */
export function matchHosts(pattern: string, names: Names): ReadonlySet<string> {
  const parts = split(pattern.normalize('NFC'), names)
  if (parts.length === 0)
    throw new UsageError('a pattern without a name selects nothing', { hint: '`all` is every host.' })
  const wanted = parts.filter(part => !/^[&!]/.test(part))
  // Only "not these" and "also in those" start from everything.
  const chosen = new Set(
    (wanted.length === 0 ? ['all'] : wanted).flatMap(part => matchOne(part, pattern, names)),
  )
  for (const part of parts.filter(each => each.startsWith('&'))) {
    const kept = new Set(matchOne(part.slice(1), pattern, names))
    for (const host of chosen) if (!kept.has(host)) chosen.delete(host)
  }
  for (const part of parts.filter(each => each.startsWith('!'))) {
    for (const host of matchOne(part.slice(1), pattern, names)) chosen.delete(host)
  }
  return chosen
}

/** Cuts at commas and colons that are not inside brackets. In a regular expression and an IPv6 address a colon is no cut. */
function split(pattern: string, { hosts }: Names): readonly string[] {
  const parts: string[] = []
  for (const part of cut(pattern, ',')) {
    const name = part.replace(/^[&!]/, '')
    if (name.startsWith('~') || isIPv6(name) || hosts.has(name)) parts.push(part)
    else parts.push(...cut(part, ':'))
  }
  return parts
}

function cut(text: string, separator: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i <= text.length; i++) {
    const letter = text[i]
    if (letter === '\\') i++
    else if (letter !== undefined && '[({'.includes(letter)) depth++
    else if (letter !== undefined && '])}'.includes(letter)) depth--
    if (letter === undefined || (letter === separator && depth <= 0)) {
      parts.push(text.slice(start, i).trim())
      start = i + 1
    }
  }
  return parts.filter(part => part !== '')
}

function matchOne(part: string, whole: string, names: Names): readonly string[] {
  if (part === 'all' || part === '*') return names.groups.get('all') ?? []
  if (part.startsWith('~')) return matching(compiled(`^(?:${part.slice(1)})`, part), names)
  const exact = named(part, names)
  if (exact !== undefined) return exact
  const [, base, subscript] = /^(.+)\[(-?\d*(?::\d*){0,2})\]$/s.exec(part) ?? []
  if (base !== undefined && subscript !== undefined && subscript !== '') {
    return ranged(part, subscript, base, names) ?? numbered(matchOne(base, whole, names), subscript, part)
  }
  if (/[*?[]/.test(part)) return matching(glob(part), names)
  throw unknown(part, whole, names)
}

/** A group's hosts or a host. Of a name that is both, the group is that host alone. */
function named(name: string, { hosts, groups }: Names): readonly string[] | undefined {
  return groups.get(name) ?? (hosts.has(name) ? [name] : name === 'ungrouped' ? [] : undefined)
}

/** `dgx[01:03]` as names of hosts: where no group is called `dgx`, or the zero shows that no numbering is meant. */
function ranged(part: string, subscript: string, base: string, names: Names): readonly string[] | undefined {
  if (named(base, names) !== undefined && !/(^|:)0\d/.test(subscript)) return undefined
  if (/[*?[]/.test(base) || !/^\d+:\d+(:\d+)?$/.test(subscript)) return undefined
  try {
    const hosts = expandRanges(part, undefined)
    return hosts.every(host => names.hosts.has(host)) ? hosts : undefined
  } catch (error) {
    if (error instanceof InventoryError) return undefined
    throw error
  }
}

function numbered(hosts: readonly string[], subscript: string, part: string): readonly string[] {
  const [first = '', last, ...more] = subscript.split(':')
  const start = Number(first)
  const end = last === undefined ? start : last === '' ? hosts.length - 1 : Number(last)
  const found =
    last === undefined ? [hosts.at(start)].filter(host => host !== undefined) : hosts.slice(start, end + 1)
  if (more.length === 0 && found.length > 0) return found
  throw new UsageError(`"${part}" selects nothing: there are ${hosts.length} of them, counted from 0`, {
    hint: 'Write [n], [first:last] or [first:].',
  })
}

/** What matches a group's name stands for its hosts; only `all` itself is never meant by a part of its name. */
function matching(expression: RegExp, { groups }: Names): readonly string[] {
  const found = new Set<string>()
  for (const [name, members] of groups) {
    if (name !== 'all' && name !== 'ungrouped' && expression.test(name))
      for (const host of members) found.add(host)
  }
  for (const host of groups.get('all') ?? []) if (expression.test(host)) found.add(host)
  return [...found]
}

/** Python's fnmatch, which Ansible uses: `*`, `?`, `[seq]`, `[!seq]`. */
function glob(part: string): RegExp {
  const source = part.replace(/\[!?\]?[^\]]*\]|[*?]|\W/gsu, piece => {
    if (piece === '*') return '.*'
    if (piece === '?') return '.'
    if (piece.length > 1) return letters(piece)
    return `\\u{${piece.codePointAt(0)?.toString(16)}}`
  })
  return compiled(`^(?:${source})$`, part)
}

function letters(brackets: string): string {
  const inside = brackets.slice(1, -1).replace(/[\\^[\]]/g, '\\$&')
  return inside.startsWith('!') ? `[^${inside.slice(1)}]` : `[${inside}]`
}

/** As in Ansible it must match from the beginning of a name, not up to its end. */
function compiled(source: string, part: string): RegExp {
  try {
    return new RegExp(source, 'su')
  } catch (cause) {
    throw new UsageError(`"${part}" is no pattern: ${(cause as Error).message}`, {
      hint: 'After "~" it is a regular expression as JavaScript has it, else a glob: *, ?, [abc], [!abc].',
      cause,
    })
  }
}

function unknown(part: string, whole: string, { hosts, groups }: Names): UsageError {
  const where = part === whole ? '' : ` (in "${whole}")`
  return new UsageError(`there is no host and no group "${part}"${where}`, {
    hint: hint(part, [...groups.keys()], hosts),
  })
}

/** The nearest of all names; else the groups, as a long list of hosts helps nobody. */
function hint(part: string, groups: readonly string[], hosts: ReadonlySet<string>): string {
  const near = didYouMean(part, [...groups, ...hosts])
  if (near.startsWith('Did')) return near
  return hosts.size <= 10 ? near : `The groups are: ${groups.join(', ')}.`
}

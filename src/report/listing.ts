import type { ListedHost, ListedPlay, Listing } from '../model/listing.ts'
import { count } from './count.ts'
import type { Ink, Shown } from './ink.ts'
import { taskName } from './text.ts'
import { oneLine } from './visible.ts'

/** What of a listing is shown. */
export type What = 'hosts' | 'tasks' | 'tags'

/** A listing for a person: each play with its hosts, its tasks or its tags. */
export function showListing(listing: Listing, what: What, ink: Ink): Shown[] {
  return listing.plays.flatMap((play, i) => [
    ...(i === 0 ? [] : [ink``]),
    ink`${ink.bold(`PLAY  ${oneLine(play.play)}`)} ${ink.dim(`· ${count(play.hosts.length, 'host')}`)}`,
    ...SHOW[what](play, ink),
  ])
}

/** What a person must know about a listing; undefined if nothing. */
export function showAssumed({ assumed }: Listing, ink: Ink): Shown | undefined {
  if (assumed.length === 0) return undefined
  const names = assumed.length > 5 ? count(assumed.length, 'host') : assumed.join(', ')
  return ink.dim(`${names}: never reached yet, so listed as a plain Debian host`)
}

const SHOW: Readonly<Record<What, (play: ListedPlay, ink: Ink) => Shown[]>> = {
  hosts: ({ hosts }, ink) =>
    columns(
      hosts.map(({ host, address, via }) => [host, address, via === undefined ? '' : `via ${via}`]),
    ).map(line => ink`  ${line}`),
  tasks: ({ hosts }, ink) =>
    alike(hosts).flatMap(group => [
      ink`  ${ink.cyan(group.map(({ host }) => oneLine(host)).join(', '))}`,
      ...(group[0]?.tasks ?? []).map(task => {
        const tags = task.tags.length === 0 ? '' : ` [${task.tags.map(oneLine).join(', ')}]`
        return ink`    ${taskName(task)}${ink.dim(tags)}`
      }),
    ]),
  tags: ({ hosts }, ink) => {
    const tasks = new Map<string, Set<string>>()
    for (const task of hosts.flatMap(host => host.tasks))
      for (const tag of task.tags) tasks.set(tag, (tasks.get(tag) ?? new Set()).add(taskName(task)))
    const sorted = [...tasks].sort(([a], [b]) => (a < b ? -1 : 1))
    return columns(sorted.map(([tag, names]) => [tag, count(names.size, 'task')])).map(line => ink`  ${line}`)
  },
}

/** Hosts with the same tasks, together. */
function alike(hosts: readonly ListedHost[]): ListedHost[][] {
  const groups = new Map<string, ListedHost[]>()
  for (const host of hosts) {
    const key = JSON.stringify(host.tasks)
    const group = groups.get(key)
    if (group) group.push(host)
    else groups.set(key, [host])
  }
  return [...groups.values()]
}

/** Rows of words, aligned. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.map(row => row.map(oneLine))
  const widths = (shown[0] ?? []).map((_, i) => Math.max(...shown.map(row => row[i]?.length ?? 0)))
  return shown.map(row =>
    row
      .map((word, i) => word.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

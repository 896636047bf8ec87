import type { HostRecap, Recap } from '../engine/events.ts'
import type { Mode } from '../model/outcome.ts'
import { duration } from './duration.ts'
import type { Ink, Shown, Style } from './ink.ts'
import { oneLine } from './visible.ts'

interface Column {
  readonly title: string
  readonly style: Style | undefined
  readonly of: (host: HostRecap) => number
  /** Whether it is shown though it is 0 for every host. */
  readonly always: (mode: Mode) => boolean
}

const never = (): boolean => false
const COLUMNS: readonly Column[] = [
  { title: 'ok', style: 'green', of: host => host.ok, always: () => true },
  { title: 'changed', style: 'yellow', of: host => host.changed, always: mode => mode === 'apply' },
  { title: 'would change', style: 'yellow', of: host => host.wouldChange, always: mode => mode === 'check' },
  { title: 'unknown', style: 'magenta', of: host => host.unknown, always: never },
  { title: 'failed', style: 'red', of: host => host.failed, always: () => true },
  { title: 'skipped', style: 'cyan', of: host => host.skipped, always: never },
  { title: 'unreachable', style: 'red', of: host => host.unreachable, always: never },
  { title: 'frames', style: undefined, of: host => host.frames, always: () => true },
]

/** A line for each host, and one that says how it ended. Nothing where no host had a part in it, as after a mistake. */
export function showRecap(recap: Recap, mode: Mode, ink: Ink): Shown[] {
  const hosts = Object.entries(recap.hosts)
  if (recap.exitCode === 1 || hosts.length === 0) return []
  const columns = COLUMNS.filter(
    column => column.always(mode) || hosts.some(([, host]) => column.of(host) > 0),
  )
  const names = hosts.map(([name]) => oneLine(name))
  const width = Math.max(5, ...names.map(name => name.length))
  const widths = columns.map(({ title, of }) =>
    Math.max(title.length, ...hosts.map(([, host]) => String(of(host)).length)),
  )
  const head = columns.map(({ title }, i) => `  ${title.padStart(widths[i] ?? 0)}`).join('')
  const rows = hosts.map(([, host], i) =>
    columns.reduce(
      (line, column, at) => ink`${line}  ${cell(column, host, widths[at] ?? 0, ink)}`,
      ink`  ${(names[i] ?? '').padEnd(width)}`,
    ),
  )
  return [
    ink``,
    ink`${ink.bold('RECAP'.padEnd(width + 2))}${ink.dim(head)}`,
    ...rows,
    ink``,
    sentence(recap, mode, ink),
  ]
}

function cell({ style, of }: Column, host: HostRecap, width: number, ink: Ink): Shown {
  const n = of(host)
  const text = String(n).padStart(width)
  if (n === 0) return ink.dim(text)
  return style ? ink[style](text) : ink`${text}`
}

/** What each exit code means (contract: 0 converged … 130 interrupted). */
const MEANING: Readonly<Record<number, string>> = {
  2: 'there is drift',
  3: 'a host failed',
  4: 'a host was not reached',
  5: 'a guarded change was rolled back',
  130: 'interrupted',
}

function sentence({ hosts, exitCode, ms }: Recap, mode: Mode, ink: Ink): Shown {
  const all = Object.values(hosts)
  const changes = (host: HostRecap): number => (mode === 'apply' ? host.changed : host.wouldChange)
  const total = all.reduce((sum, host) => sum + changes(host), 0)
  const on = all.filter(host => changes(host) > 0).length
  const what = `${total} ${mode === 'apply' ? 'changed' : 'would change'} on ${share(on, all.length)}`
  const bad = [
    counted(hosts, host => host.unknown, 'unknown'),
    counted(hosts, host => host.failed, 'failed'),
    counted(hosts, host => host.unreachable, 'unreachable'),
  ].filter(text => text !== '')
  const text = [what, ...bad].join(', ')
  const dry = mode === 'check' ? 'Dry run, nothing was changed: ' : ''
  const end = exitCode === 0 ? '' : ` Exit code ${exitCode}: ${MEANING[exitCode] ?? 'a defect in rampart'}.`
  const style: Style = exitCode === 0 ? 'green' : exitCode === 2 ? 'yellow' : 'red'
  return ink`${ink.bold(ink[style](`${dry}${text}, in ${duration(ms)}.`))}${end}`
}

function share(some: number, all: number): string {
  const hosts = `${all} host${all === 1 ? '' : 's'}`
  return some === 0 || some === all ? hosts : `${some} of ${hosts}`
}

/** `2 failed (dgx02)` */
function counted(hosts: Recap['hosts'], of: (host: HostRecap) => number, word: string): string {
  const those = Object.entries(hosts).filter(([, host]) => of(host) > 0)
  const total = those.reduce((sum, [, host]) => sum + of(host), 0)
  const names = those.length > 5 ? `${those.length} hosts` : those.map(([name]) => name).join(', ')
  return total === 0 ? '' : `${total} ${word} (${names})`
}

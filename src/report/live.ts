import type { Event, Events } from '../engine/events.ts'
import { count } from './count.ts'
import { clock } from './duration.ts'
import type { Ink, Shown } from './ink.ts'
import type { Frame } from './page.ts'
import type { Printer } from './printer.ts'
import { tell } from './printer.ts'
import { taskName } from './text.ts'
import { oneLine } from './visible.ts'

/** What is going on right now, as a few lines that are drawn again and again. */
export interface Live {
  readonly hear: (event: Event) => void
  readonly frame: Frame
}

/** So many hosts are named; of the others only the number. */
const NAMED = 8
const SPINNER = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏']

/** Follows the events. `now` is a clock in milliseconds. */
export function openLive(ink: Ink, now: () => number = () => performance.now()): Live {
  const state = newState(now)
  const printer = livePrinter(state)
  return {
    hear: event => tell(printer, event),
    frame: () => (state.phase === 'idle' ? [] : frameLines(state, ink)),
  }
}

interface State {
  readonly now: () => number
  phase: 'idle' | 'connecting' | 'play'
  start: number
  play: string
  /** Hosts of the run that did not answer yet. */
  readonly awaited: Set<string>
  /** How many hosts the run has. */
  hosts: number
  /** What each host is at, and since when. */
  readonly current: Map<string, { readonly event: Events['progress']; readonly since: number }>
  /** How many tasks each host of the play has. */
  readonly totals: Map<string, number>
  /** Hosts of this play. */
  playing: readonly string[]
  done: number
  changed: number
  failed: number
}

function newState(now: () => number): State {
  return {
    ...{ now, phase: 'idle', start: now(), play: '', awaited: new Set(), hosts: 0 },
    ...{ current: new Map(), totals: new Map(), playing: [], done: 0, changed: 0, failed: 0 },
  }
}

function livePrinter(state: State): Printer {
  const ended = (host: string, task: string, status: Events['task']['status']): void => {
    if (state.current.get(host)?.event.task === task) state.current.delete(host)
    state.done++
    if (status === 'changed' || status === 'would-change') state.changed++
    if (status === 'failed' || status === 'rolled-back' || status === 'rollback-failed') state.failed++
  }
  return {
    start: ({ hosts }) => {
      Object.assign(state, newState(state.now), { phase: 'connecting', hosts: hosts.length })
      for (const host of hosts) state.awaited.add(host)
    },
    play: ({ play, hosts }) => {
      Object.assign(state, { phase: 'play', play, playing: hosts, done: 0, changed: 0, failed: 0 })
      state.totals.clear()
    },
    host: ({ host, status }) => {
      state.awaited.delete(host)
      if (status !== 'connected') state.current.delete(host)
    },
    progress: event => {
      state.totals.set(event.host, event.total)
      if (state.current.get(event.host)?.event.task === event.task) return
      state.current.set(event.host, { event, since: state.now() })
    },
    task: ({ host, task, status }) => ended(host, task, status),
    handler: ({ host, handler, status }) => ended(host, handler, status),
    guard: () => undefined,
    output: () => undefined,
    warning: () => undefined,
    error: () => undefined,
    recap: () => {
      state.phase = 'idle'
    },
  }
}

function frameLines(state: State, ink: Ink): Shown[] {
  const elapsed = state.now() - state.start
  const spinner = SPINNER[Math.floor(elapsed / 100) % SPINNER.length] ?? ''
  const head = state.phase === 'connecting' ? connecting(state) : playing(state)
  const busy = [...state.current.values()].sort((a, b) => a.since - b.since)
  const width = Math.max(0, ...busy.slice(0, NAMED).map(({ event }) => oneLine(event.host).length))
  const lines = busy.slice(0, NAMED).map(({ event, since }) => {
    const time = clock(state.now() - since).padStart(8)
    return ink`  ${ink.dim(time)}  ${oneLine(event.host).padEnd(width)}  ${taskName(event)}`
  })
  const rest = busy.length - lines.length
  return [
    ink`${ink.cyan(spinner)} ${ink.bold(head)} ${ink.dim(`· ${clock(elapsed)}`)}`,
    ...lines,
    ...(rest > 0 ? [ink.dim(`            … and ${rest} more`)] : []),
  ]
}

function connecting({ awaited, hosts }: State): string {
  const names = [...awaited].slice(0, 5).map(oneLine).join(', ')
  const more = awaited.size > 5 ? ' …' : ''
  return `connecting · ${hosts - awaited.size} of ${hosts} hosts${names && ` · waiting for ${names}${more}`}`
}

function playing({ play, playing, totals, done, changed, failed }: State): string {
  const known = playing.length > 0 && playing.every(host => totals.has(host))
  const total = [...totals.values()].reduce((sum, n) => sum + n, 0)
  return [
    oneLine(play),
    known && total >= done ? `${done} of ${total} tasks` : `${count(done, 'task')} done`,
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ].join(' · ')
}

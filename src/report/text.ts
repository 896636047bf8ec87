import type { Event, Events, HostStatus } from '../engine/events.ts'
import type { Mode, Status } from '../model/outcome.ts'
import { fromHere } from '../model/place.ts'
import { count } from './count.ts'
import type { DiffLimits } from './diff.ts'
import { showDiff } from './diff.ts'
import { duration } from './duration.ts'
import { showFailure } from './failure.ts'
import type { Shown, Style } from './ink.ts'
import { lineBuffers } from './lines.ts'
import type { Page } from './page.ts'
import type { Printer } from './printer.ts'
import { tell } from './printer.ts'
import { showRecap } from './recap.ts'
import { gatherSkipped } from './skipped.ts'
import { oneLine } from './visible.ts'

export interface TextOptions {
  /** `-D`: diffs of what was changed. A dry run shows its diffs always. */
  readonly diffs: boolean
  /** `-v`: what commands print, how hosts were reached, whole diffs, whole errors. */
  readonly verbose: boolean
}

/** Prints events for a person, a line for each host and task. Tasks that had no turn are one line for each host. */
export function textLines(page: Page, options: TextOptions): (event: Event) => void {
  const printer = textPrinter(page, options)
  const print = (event: Event): void => tell(printer, event)
  return options.verbose ? print : gatherSkipped(print)
}

const BRIEF: DiffLimits = { lines: 60, columns: 500 }
const WHOLE: DiffLimits = { lines: Number.POSITIVE_INFINITY, columns: Number.POSITIVE_INFINITY }

function textPrinter(page: Page, options: TextOptions): Printer {
  const { ink } = page
  const { verbose } = options
  const limits = verbose ? WHOLE : BRIEF
  let mode: Mode = 'apply'
  let order: readonly string[] = []
  let hostWidth = 0
  const printed = lineBuffers((host, text) => page.print(ink`      ${ink.dim(`${host} │`)} ${text}`))

  /** `  changed    120 ms  bastion  ssh-hardening › file /etc/…` */
  const row = (said: Said, host: string, what: Shown, ms?: number): Shown => {
    const time = ms === undefined ? '' : duration(ms)
    // A long word takes its room from the time before it pushes the names aside.
    const gap = Math.max(1, (mode === 'check' ? 21 : 16) - said.text.length - time.length)
    const word = ink[said.style](said.text)
    const status = said.bold ? ink.bold(word) : word
    const name = what.text === '' ? oneLine(host) : `${oneLine(host).padEnd(hostWidth)}  `
    return ink`  ${status}${' '.repeat(gap)}${ink.dim(time)}  ${name}${what}`
  }
  const below = (lines: readonly Shown[]): Shown[] => lines.map(line => ink`      ${line}`)
  const failure = (error: Error | undefined): Shown[] =>
    error ? below(showFailure(error, ink, { verbose, limits })) : []
  return {
    start: event => {
      mode = event.mode
      order = event.hosts
      hostWidth = Math.max(0, ...event.hosts.map(name => oneLine(name).length))
      const hosts = `${count(event.hosts.length, 'host')} of ${fromHere(event.inventory)}`
      page.print(ink`${ink.bold(event.playbooks.join(', '))} ${ink.dim(`· ${hosts} · run ${event.run}`)}`)
      if (mode === 'check')
        page.print(ink`${ink.bold(ink.yellow('DRY RUN'))} ${ink.yellow('· nothing is changed')}`)
    },
    play: ({ play, hosts }) => {
      const where = hosts.length > 5 ? count(hosts.length, 'host') : hosts.join(', ') || 'no hosts'
      page.print(ink``, ink`${ink.bold(`PLAY  ${oneLine(play)}`)} ${ink.dim(`· ${where}`)}`)
    },
    host: ({ host, status, address, error }) => {
      if (status === 'connected' && !verbose) return
      page.print(row(HOST_SAID[status], host, ink.dim(address ?? '')), ...failure(error))
    },
    progress: () => undefined,
    task: event => {
      printed.flush(event.host)
      page.print(
        row(
          SAID[event.status],
          event.host,
          ink`${taskName(event)}${reason(event, page)}`,
          event.status === 'skipped' ? undefined : event.ms,
        ),
        ...(event.diff && (mode === 'check' || options.diffs || verbose)
          ? below(showDiff(event.diff, ink, limits))
          : []),
        // A dry run's unknown is explained by the task before it; its error only says that it could not look yet.
        ...(event.status === 'unknown' && event.after !== undefined && !verbose ? [] : failure(event.error)),
      )
    },
    handler: ({ host, handler, status, error, ms }) => {
      printed.flush(host)
      page.print(
        row(SAID[status], host, ink`${ink.dim('handler ›')} ${oneLine(handler)}`, ms),
        ...failure(error),
      )
    },
    guard: ({ host, task, state, reason: why }) => {
      const quiet = state === 'armed' || state === 'confirmed'
      if (quiet && !verbose) return
      const what = ink`${ink.dim('guard ›')} ${oneLine(task)}${why === undefined ? '' : `: ${why}`}`
      page.print(row({ text: state.replace('-', ' '), style: quiet ? 'green' : 'red' }, host, what))
    },
    output: ({ host, task, stream, text }) => printed.add(host, `${task} ${stream}`, text),
    warning: ({ message }) => page.complain(ink`${ink.yellow('warning:')} ${message}`),
    error: ({ error }) => {
      const [head = ink``, ...rest] = showFailure(error, ink, { verbose, limits })
      page.complain(ink`${ink.bold(ink.red('error:'))} ${head}`, ...rest.map(line => ink`  ${line}`))
    },
    recap: recap => {
      printed.flush()
      page.print(...showRecap({ ...recap, hosts: inOrder(recap.hosts, order) }, mode, ink))
    },
  }
}

/** The inventory's order, in which people look for a host; then those that a task reached besides. */
function inOrder<T>(hosts: Readonly<Record<string, T>>, order: readonly string[]): Record<string, T> {
  const names = Object.keys(hosts)
  const known = order.filter(name => Object.hasOwn(hosts, name))
  const sorted = [...known, ...names.filter(name => !known.includes(name))]
  return Object.fromEntries(sorted.map(name => [name, hosts[name] as T]))
}

/** A word for how something stands. */
interface Said {
  readonly text: string
  readonly style: Style
  readonly bold?: true
}

const SAID: Readonly<Record<Status, Said>> = {
  ok: { text: 'ok', style: 'green' },
  changed: { text: 'changed', style: 'yellow' },
  'would-change': { text: 'would change', style: 'yellow' },
  unknown: { text: 'unknown', style: 'magenta' },
  failed: { text: 'failed', style: 'red', bold: true },
  skipped: { text: 'skipped', style: 'cyan' },
  'rolled-back': { text: 'rolled back', style: 'red', bold: true },
  'rollback-failed': { text: 'ROLLBACK FAILED', style: 'red', bold: true },
}

const HOST_SAID: Readonly<Record<HostStatus, Said>> = {
  connected: { text: 'reached', style: 'green' },
  unreachable: { text: 'unreachable', style: 'red', bold: true },
  refused: { text: 'refused', style: 'red', bold: true },
  lost: { text: 'lost', style: 'red', bold: true },
}

type TaskEvent = Events['task']

/** `ssh-hardening › file /etc/…` */
export function taskName({ role, task }: { readonly role?: string; readonly task: string }): string {
  return role === undefined ? oneLine(task) : `${oneLine(role)} › ${oneLine(task)}`
}

function reason({ status, after }: TaskEvent, { ink }: Page): Shown {
  if (after === undefined) return ink``
  return ink.dim(status === 'unknown' ? ` · cannot be told before "${oneLine(after)}"` : ` · ${after}`)
}

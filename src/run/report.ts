import type { Emit, Event } from '../engine/events.ts'
import type { Listing } from '../model/listing.ts'
import { redactor } from '../model/redact.ts'
import { openInk, wantsColour } from '../report/ink.ts'
import { jsonLines, jsonListing } from '../report/json.ts'
import type { What } from '../report/listing.ts'
import { showAssumed, showListing } from '../report/listing.ts'
import { openLive } from '../report/live.ts'
import { maskEvents, masked } from '../report/mask.ts'
import type { Page } from '../report/page.ts'
import { openPage } from '../report/page.ts'
import type { Stream } from '../report/sink.ts'
import { openSink } from '../report/sink.ts'
import type { StepEvent } from '../report/steps.ts'
import { stepLines } from '../report/steps.ts'
import { textLines } from '../report/text.ts'

export type { Emit } from '../engine/events.ts'
export type { Stream } from '../report/sink.ts'

export interface ReportOptions {
  readonly stdout: Stream
  readonly stderr: Stream
  readonly env: NodeJS.ProcessEnv
  /** `--json`: events as JSON lines on standard output, all else for people on standard error. */
  readonly json: boolean
  /** `-D` */
  readonly diffs: boolean
  /** `-v` */
  readonly verbose: boolean
}

/** Everything that one invocation prints. Whatever comes in, no known secret goes out. */
export interface Report {
  readonly emit: Emit
  readonly list: (listing: Listing, what: What) => void
  /** A step of a longer work on this machine, such as raising the lab. */
  readonly step: (event: StepEvent) => void
  /** Lines for a person on standard output; with `--json` on standard error. */
  readonly say: (...lines: readonly string[]) => void
  /** A line for a person that is no event: `Interrupted: …`. */
  readonly note: (text: string) => void
  /** Tells a mistake or a defect. */
  readonly fail: (error: Error) => void
  /** The end of a run or a listing: tells the recap, which a `--json` reader waits for, if nobody has. */
  readonly end: (exitCode: number) => void
  /** Takes the live part away. */
  readonly close: () => void
}

/** Chooses the printers: screen or JSON lines, with a live part where a person looks on. */
export function openReport(options: ReportOptions): Report {
  const start = performance.now()
  const since = (): number => performance.now() - start
  const redact = redactor()
  const { page, print, step, list } = options.json ? forPrograms(options) : forPeople(options)
  const masking = maskEvents(redact, print)
  let recapped = false
  const emit: Emit = event => {
    recapped ||= event.event === 'recap'
    masking(event)
  }
  return {
    emit,
    list: (listing, what) => {
      const clean = masked(listing, redact)
      list(clean, what)
      const assumed = showAssumed(clean, page.ink)
      if (assumed) page.complain(assumed)
    },
    step: event => step(masked(event, redact)),
    say: (...lines) => page.print(...lines.map(line => page.ink`${redact(line)}`)),
    note: text => page.complain(page.ink`${redact(text)}`),
    fail: error => emit({ event: 'error', t: since(), error }),
    end: exitCode => {
      if (!recapped) emit({ event: 'recap', hosts: {}, exitCode, ms: since() })
    },
    close: () => page.close(),
  }
}

interface Printers {
  readonly page: Page
  readonly print: (event: Event) => void
  readonly step: (event: StepEvent) => void
  readonly list: (listing: Listing, what: What) => void
}

function forPeople({ stdout, stderr, env, diffs, verbose }: ReportOptions): Printers {
  const page = openPage({
    ...{ stdout, stderr, ink: openInk(wantsColour(stdout, env)) },
    colourErrors: wantsColour(stderr, env),
    live: stdout.isTTY === true && env['TERM'] !== 'dumb' && !isTrue(env['CI']),
  })
  const live = openLive(page.ink)
  const steps = stepLines(page)
  const text = textLines(page, { diffs, verbose })
  page.live(() => [...steps.frame(), ...live.frame()])
  return {
    page,
    print: event => {
      live.hear(event)
      text(event)
    },
    step: steps.hear,
    list: (listing, what) => page.print(...showListing(listing, what, page.ink)),
  }
}

function forPrograms({ stdout, stderr, env }: ReportOptions): Printers {
  const colour = wantsColour(stderr, env)
  const page = openPage({
    ...{ stdout: stderr, stderr, ink: openInk(colour), colourErrors: colour, live: false },
  })
  const out = openSink(stdout, error => page.complain(page.ink`cannot write the events: ${error.message}`))
  const line = (text: string): void => out.write(`${text}\n`)
  return {
    page,
    print: jsonLines(line),
    step: stepLines(page).hear,
    list: listing => line(jsonListing(listing)),
  }
}

/** `CI=false` is said too. */
const isTrue = (value: string | undefined): boolean => !['', '0', 'false', undefined].includes(value)

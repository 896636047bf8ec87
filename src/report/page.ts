import { stripVTControlCharacters } from 'node:util'
import type cliTruncate from 'cli-truncate'
import type { createLogUpdate } from 'log-update'
import type { Ink, Shown } from './ink.ts'
import type { Stream } from './sink.ts'
import { openSink } from './sink.ts'

/** A place for lines, with a live part below them where there is a terminal. */
export interface Page {
  readonly ink: Ink
  /** Lines for standard output. */
  print(...lines: readonly Shown[]): void
  /** Lines for standard error. */
  complain(...lines: readonly Shown[]): void
  /** Shows what this returns below the lines, again and again, until it is given another or undefined. */
  live(frame: Frame | undefined): void
  /** Takes the live part away. Lines can still be printed. */
  close(): void
}

/** The live part at this moment. No lines: nothing is shown. */
export type Frame = () => readonly Shown[]

export interface PageOptions {
  readonly stdout: Stream
  readonly stderr: Stream
  readonly ink: Ink
  /** Whether standard error takes the ink's colours too. */
  readonly colourErrors: boolean
  /** Whether the live part is drawn. */
  readonly live: boolean
}

const REDRAW_MS = 100

/** Opens a page on two streams. */
export function openPage({ stdout, stderr, ink, colourErrors, live }: PageOptions): Page {
  const err = openSink(stderr)
  const out = openSink(stdout, error =>
    err.write(`rampart: cannot write to standard output any more: ${error.message}\n`),
  )
  const region = live ? openRegion(stdout) : undefined
  const text = (lines: readonly Shown[]): string => lines.map(line => `${line.text}\n`).join('')
  return {
    ink,
    print: (...lines) => {
      region?.clear()
      out.write(text(lines))
    },
    complain: (...lines) => {
      region?.clear()
      err.write(colourErrors ? text(lines) : stripVTControlCharacters(text(lines)))
    },
    live: frame => region?.show(frame),
    close: () => region?.show(undefined),
  }
}

interface Region {
  clear(): void
  show(frame: Frame | undefined): void
}

/**
 * The lines at the bottom of a terminal that are drawn over. They are redrawn by the clock alone: when lines come
 * quickly the live part is away for a moment rather than flickering between them.
 */
function openRegion(stream: Stream): Region {
  let pen: Pen | undefined
  const taken = takePen(stream).then(ready => {
    pen = ready
  })
  taken.catch(() => undefined) // no picture, then
  let frame: Frame | undefined
  let timer: NodeJS.Timeout | undefined
  let drawn = false
  const clear = (): void => {
    if (drawn) pen?.draw.clear()
    drawn = false
  }
  const redraw = (): void => {
    if (pen === undefined) return
    const { draw, cut } = pen
    const width = (stream.columns || 80) - 1
    const height = Math.max(1, (stream.rows || 24) - 1)
    const lines = (frame?.() ?? []).slice(0, height).map(line => cut(line.text, width))
    if (lines.length === 0) clear()
    else {
      draw(lines.join('\n'))
      drawn = true
    }
  }
  return {
    clear,
    show: next => {
      frame = next
      clearInterval(timer)
      timer = undefined
      // Nothing waits for a picture: the timer keeps no process alive.
      if (next) timer = setInterval(redraw, REDRAW_MS).unref()
      else clear()
    },
  }
}

interface Pen {
  readonly draw: ReturnType<typeof createLogUpdate>
  readonly cut: typeof cliTruncate
}

/** Loaded only where somebody looks on, and while the run begins: there is nothing to draw yet. */
async function takePen(stream: Stream): Promise<Pen> {
  const [{ createLogUpdate }, { default: cut }] = await Promise.all([
    import('log-update'),
    import('cli-truncate'),
  ])
  // The cursor stays: hiding it means hooking every signal to bring it back.
  return { draw: createLogUpdate(stream as NodeJS.WritableStream, { showCursor: true }), cut }
}

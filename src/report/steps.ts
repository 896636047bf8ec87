import { clock, duration } from './duration.ts'
import type { Shown } from './ink.ts'
import type { Frame, Page } from './page.ts'
import { oneLine } from './visible.ts'

/** One step of a longer work on this machine. Steps may overlap; each is known by its name and ends once. */
export type StepEvent =
  | { readonly step: string; readonly state: 'begin' }
  | {
      readonly step: string
      readonly state: 'done'
      readonly ms: number
      /** False: it was so already. */
      readonly changed: boolean
      readonly detail?: string
    }
  | { readonly step: string; readonly state: 'failed'; readonly ms: number; readonly detail: string }

/** Prints each step as it ends; what is under way is in the live part. */
export function stepLines(
  page: Page,
  now: () => number = () => performance.now(),
): { readonly hear: (event: StepEvent) => void; readonly frame: Frame } {
  const { ink } = page
  const open = new Map<string, number>()
  const row = (status: Shown, time: string, step: string, detail = ''): Shown =>
    ink`  ${status} ${ink.dim(time.padStart(8))}  ${oneLine(step)}${ink.dim(detail === '' ? '' : ` · ${detail}`)}`
  return {
    hear: event => {
      if (event.state === 'begin') {
        open.set(event.step, now())
        return
      }
      open.delete(event.step)
      if (event.state === 'failed')
        page.print(row(ink.bold(ink.red('failed ')), duration(event.ms), event.step))
      else {
        const status = event.changed ? ink.yellow('changed') : ink.green('ok     ')
        page.print(row(status, duration(event.ms), event.step, event.detail))
      }
    },
    frame: () => [...open].map(([step, since]) => row(ink.cyan('…      '), clock(now() - since), step)),
  }
}

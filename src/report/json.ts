import type { Event } from '../engine/events.ts'
import { RampartError } from '../model/error.ts'
import type { Listing } from '../model/listing.ts'
import type { Printer } from './printer.ts'
import { tell } from './printer.ts'

/** Prints events as JSON lines: one object a line, `event` first, times in whole milliseconds. */
export function jsonLines(write: (line: string) => void): (event: Event) => void {
  return event => {
    const fields = tell(fieldsOf, event)
    if (fields) write(json({ event: event.event, ...fields }))
  }
}

/** A listing as one such line. */
export function jsonListing(listing: Listing): string {
  return json({ event: 'listing', ...listing })
}

type Fields = Readonly<Record<string, unknown>>

/** What each event says, in this order; null: it is not for a record. */
const fieldsOf: Printer<Fields | null> = {
  start: ({ run, mode, playbooks, inventory, hosts }) => ({ t: 0, run, mode, playbooks, inventory, hosts }),
  play: ({ t, play, hosts }) => ({ t, play, hosts }),
  host: ({ t, host, status, address, error }) => ({ t, host, status, address, error: failure(error) }),
  progress: () => null,
  task: ({ t, host, play, role, task, status, diff, after, error, ms }) => ({
    ...{ t, host, play, role, task, status, diff, after },
    ...{ error: failure(error), ms },
  }),
  handler: ({ t, host, play, handler, status, error, ms }) => ({
    ...{ t, host, play, handler, status },
    ...{ error: failure(error), ms },
  }),
  guard: ({ t, host, task, txid, state, reason }) => ({ t, host, task, txid, state, reason }),
  output: ({ t, host, task, stream, text }) => ({ t, host, task, stream, text }),
  warning: ({ t, message }) => ({ t, message }),
  error: ({ t, error }) => ({ t, ...failure(error) }),
  recap: ({ hosts, exitCode, ms }) => ({ hosts, exitCode, ms }),
}

function failure(error: Error | undefined): Fields | undefined {
  if (error === undefined) return undefined
  const { hint, at } = RampartError.is(error) ? error : {}
  return { name: error.name, message: error.message, hint, at }
}

/** Undefined fields are left out. C1 controls and DEL, which JSON allows and terminals obey, are escaped too. */
function json(fields: Fields): string {
  const whole = (key: string, value: unknown): unknown =>
    (key === 't' || key === 'ms') && typeof value === 'number' ? Math.round(value) : value
  return JSON.stringify(fields, whole).replace(
    /[\x7f-\x9f\u2028\u2029]/g,
    c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

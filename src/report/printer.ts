import type { Event, Events } from '../engine/events.ts'

/** A reader of the event stream: an entry for every kind, so that a new kind does not compile without one. */
export type Printer<R = void> = { readonly [K in keyof Events]: (event: Events[K]) => R }

/** Hands an event to the entry of its kind. */
export function tell<R>(printer: Printer<R>, event: Event): R {
  return (printer[event.event] as (event: Event) => R)(event)
}

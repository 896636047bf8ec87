import type { Place } from './place.ts'
import { placeOf } from './place-of.ts'

/** What V8 writes down of a call. It becomes a text only when somebody reads it. */
interface Trace {
  readonly stack: string
}

const traces = new WeakMap<object, Trace>()

/** Enough to find the user's own line above a few of ours; all of a stack would be kept for each task of each host. */
const FRAMES = 4

/** Remembers the line that called `maker`, so that a mistake found later can name where the value was made. Returns it. */
export function remember<T extends object>(value: T, maker: (...args: never) => unknown): T {
  const trace = {}
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = FRAMES
  Error.captureStackTrace(trace, maker)
  Error.stackTraceLimit = stackTraceLimit
  traces.set(value, trace as Trace)
  return value
}

/** Where in the user's own files a play, role, task, resource or handler was made; undefined if that is not known. */
export function madeAt(value: unknown): Place | undefined {
  return typeof value === 'object' || typeof value === 'function'
    ? placeOf(traces.get(value as object))
    : undefined
}

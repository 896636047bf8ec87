import type { Emit, Events } from '../engine/events.ts'
import type { RedactingStream, Redactor } from '../model/redact.ts'
import { Secret } from '../model/secret.ts'

/**
 * Stands before every reader of the events: what it hands on holds no known secret. What commands print is masked as
 * one text for each task and stream, so that a secret cut in two is found; the little that is held back for that is
 * handed on before the task's end is told.
 */
export function maskEvents(redact: Redactor, emit: Emit): Emit {
  const streams = new Map<string, Map<string, Open>>()
  const flush = (host: string, t: number): void => {
    for (const { event, stream } of streams.get(host)?.values() ?? []) {
      const text = stream.end()
      if (text !== '') emit({ ...event, t, text })
    }
    streams.delete(host)
  }
  const output = (event: OutputEvent): void => {
    const ofHost = streams.get(event.host) ?? new Map<string, Open>()
    streams.set(event.host, ofHost)
    const key = `${event.stream} ${event.task}`
    const open = ofHost.get(key) ?? { event: masked({ ...event, text: '' }, redact), stream: redact.stream() }
    ofHost.set(key, open)
    const text = open.stream.push(event.text)
    if (text !== '') emit({ ...open.event, t: event.t, text })
  }
  return event => {
    if (event.event === 'output') return output(event)
    if (event.event === 'task' || event.event === 'handler') flush(event.host, event.t)
    if (event.event === 'recap') for (const host of [...streams.keys()]) flush(host, event.ms)
    emit(masked(event, redact))
  }
}

type OutputEvent = Events['output'] & { readonly event: 'output' }

interface Open {
  readonly event: OutputEvent
  readonly stream: RedactingStream
}

/** Fields whose values are our own words: a secret that reads like one of them must not break what reads them. */
const WORDS = new Set(['event', 'status', 'mode', 'state', 'stream', 'doing', 'kind'])

/** A copy of a value, events and errors included, in which every text is redacted. */
export function masked<T>(value: T, redact: Redactor): T {
  return deep(value, redact) as T
}

function deep(value: unknown, redact: Redactor, seen = new Map<object, unknown>()): unknown {
  if (typeof value === 'string') return redact(value)
  if (typeof value !== 'object' || value === null || Secret.is(value)) return value
  // A reply's bytes are its text once more, and nobody prints them.
  if (value instanceof Uint8Array) return new Uint8Array(0)
  const known = seen.get(value)
  if (known !== undefined) return known
  if (Array.isArray(value)) return value.map(item => deep(item, redact, seen))
  const copy: object = Object.create(Object.getPrototypeOf(value))
  seen.set(value, copy)
  for (const key of value instanceof Error ? errorFields(value) : Reflect.ownKeys(value)) {
    const field = (value as Record<PropertyKey, unknown>)[key]
    if (typeof key === 'symbol') put(copy, key, deep(field, redact, seen))
    else put(copy, redact(key), WORDS.has(key) ? field : deep(field, redact, seen))
  }
  return copy
}

/** Sets a field of a copy: as a rule by itself, which is many times faster, and there are as many events as tasks. */
function put(copy: object, key: PropertyKey, value: unknown): void {
  if (!(key in copy)) (copy as Record<PropertyKey, unknown>)[key] = value
  else Object.defineProperty(copy, key, { value, enumerable: true, writable: true })
}

/** Of an error only what is printed: a stranger's may carry its socket. */
function errorFields(error: Error): (string | symbol)[] {
  const told = ['name', 'message', 'stack', 'hint', 'at', 'reply', 'left', 'cause', 'underWay']
  const brands = Object.getOwnPropertySymbols(error).filter(key => Symbol.keyFor(key)?.startsWith('rampart.'))
  return [...told.filter(key => key in error), ...brands]
}

import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { Event } from '../../src/engine/events.ts'
import { NotConverged, RampartError, StepFailed, UsageError } from '../../src/model/error.ts'
import { redactor } from '../../src/model/redact.ts'
import { Secret } from '../../src/model/secret.ts'
import { openInk } from '../../src/report/ink.ts'
import { jsonLines } from '../../src/report/json.ts'
import { maskEvents } from '../../src/report/mask.ts'
import { openPage } from '../../src/report/page.ts'
import { textLines } from '../../src/report/text.ts'
import { event, hostRecap } from '../support/events.ts'
import { memoryStream } from '../support/memory-stream.ts'

const POISON = 'poison-4f9a'

function masked(...events: readonly Event[]): Event[] {
  const out: Event[] = []
  const emit = maskEvents(
    redactor(() => new Set([POISON])),
    one => out.push(one),
  )
  for (const one of events) emit(one)
  return out
}

const reply = { code: 1, stdout: POISON, stderr: POISON, bytes: Buffer.from(POISON) }
const step = new StepFailed(`exited 1: ${POISON}`, {
  reply,
  hint: POISON,
  at: { file: POISON },
  cause: new Error(POISON, { cause: POISON }),
})
const left = { kind: 'fields', changes: { [POISON]: [POISON, `x${POISON}x`] } } as const
/** Poison in every field of every event. */
const POISONED: readonly Event[] = [
  event('start', { run: POISON, playbooks: [POISON], inventory: POISON, hosts: [POISON] }),
  event('play', { play: POISON, hosts: [POISON] }),
  event('host', { host: POISON, address: POISON, status: 'unreachable', error: step }),
  event('progress', { host: POISON, play: POISON, role: POISON, task: POISON }),
  event('output', { host: POISON, task: POISON, text: `${POISON}\n` }),
  event('task', { host: POISON, play: POISON, role: POISON, task: POISON, status: 'failed', error: step }),
  event('task', { status: 'changed', diff: left, after: POISON }),
  event('task', {
    status: 'changed',
    diff: { kind: 'text', path: POISON, before: POISON, after: `${POISON}\n` },
  }),
  event('task', { status: 'failed', error: new NotConverged(left) }),
  event('handler', { host: POISON, handler: POISON, status: 'failed', error: new TypeError(POISON) }),
  event('guard', { host: POISON, task: POISON, txid: POISON, reason: POISON, state: 'rolled-back' }),
  event('warning', { message: POISON }),
  event('error', { error: new UsageError(POISON, { hint: POISON }) }),
  event('recap', { hosts: { [POISON]: hostRecap({ failed: 1 }) }, exitCode: 3 }),
]

test('no secret reaches a reader, wherever it stood (K01)', () => {
  const events = masked(...POISONED)
  expect(events).toHaveLength(POISONED.length)
  expect(inspect(events, { depth: 20, showHidden: true })).not.toContain(POISON)
})

test('no secret is printed on a screen or in JSON', () => {
  const stream = memoryStream()
  const page = openPage({
    stdout: stream,
    stderr: stream,
    ink: openInk(true),
    colourErrors: true,
    live: false,
  })
  const text = textLines(page, { diffs: true, verbose: true })
  const json = jsonLines(line => stream.write(line))
  for (const one of masked(...POISONED)) {
    text(one)
    json(one)
  }
  expect(stream.text()).not.toContain(POISON)
  expect(stream.text()).toContain('***')
})

test('a secret cut in two by the way it was sent is masked (K02)', () => {
  const events = masked(
    event('output', { text: 'token: poi' }),
    event('output', { text: 'another stream poi', stream: 'stderr' }),
    event('output', { text: 'another host poi', host: 'dgx01' }),
    event('output', { text: 'son-4f9a.' }),
    event('task'),
  )
  expect(events).toMatchObject([
    { text: 'token: ' },
    { text: 'another stream ', stream: 'stderr' },
    { text: 'another host ', host: 'dgx01' },
    { text: '***.' },
    { text: 'poi', stream: 'stderr' },
    { event: 'task' },
  ])
})

test('what was held back is told before the end', () => {
  expect(masked(event('output', { text: 'poi' }), event('recap', { ms: 7 }))).toMatchObject([
    { event: 'output', text: 'poi', t: 7 },
    { event: 'recap' },
  ])
})

test('our own words stay, even if one is somebody’s password', () => {
  const out: Event[] = []
  const emit = maskEvents(
    redactor(() => new Set(['changed', 'would-change'])),
    one => out.push(one),
  )
  emit(event('task', { status: 'changed', task: 'it changed' }))
  expect(out).toMatchObject([{ status: 'changed', task: 'it ***' }])
})

test('an error stays what it is', () => {
  const [one] = masked(event('error', { error: step }))
  const { error } = one as Extract<Event, { event: 'error' }>
  expect(error).toBeInstanceOf(StepFailed)
  expect(RampartError.is(error)).toBe(true)
  expect(error).toMatchObject({ name: 'StepFailed', message: 'exited 1: ***', hint: '***' })
})

test('an error that knows its own cause, and carries a socket', () => {
  const error: Error = Object.assign(new Error('odd'), { socket: { secret: POISON } })
  error.cause = error
  const [one] = masked(event('error', { error }))
  expect(inspect(one, { depth: 9 })).not.toContain(POISON)
})

test('a Secret stays a Secret', () => {
  const secret = new Secret('x')
  const [one] = masked(
    event('task', { diff: { kind: 'text', path: '/k', before: secret, after: ['a'] as never } }),
  )
  expect(one).toMatchObject({ diff: { before: secret, after: ['a'] } })
})

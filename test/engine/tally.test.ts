import { expect, test } from 'vitest'
import type { Event } from '../../src/engine/events.ts'
import { Tally } from '../../src/engine/tally.ts'
import { ConnectionLost, HostLocked, HostUnreachable } from '../../src/model/error.ts'
import type { Status } from '../../src/model/outcome.ts'

const told = (status: Status, error?: Error): Event => ({
  event: 'task',
  t: 0,
  host: 'h',
  play: 'p',
  task: 't',
  status,
  ms: 0,
  ...(error ? { error } : {}),
})
const host = (status: 'connected' | 'unreachable' | 'refused' | 'lost', error?: Error): Event => ({
  event: 'host',
  t: 0,
  host: 'h',
  status,
  ...(error ? { error } : {}),
})

test.each<[string, readonly Event[], number]>([
  ['nothing', [], 0],
  ['ok and changed', [told('ok'), told('changed')], 0],
  ['drift', [told('would-change'), told('unknown', new Error('later'))], 2],
  ['a failure beats drift', [told('would-change'), told('failed')], 3],
  [
    'unknown after a lost write is a failure',
    [told('unknown', new ConnectionLost('x', { underWay: true }))],
    3,
  ],
  ['unreachable', [host('unreachable', new HostUnreachable('x'))], 4],
  ['a failure beats unreachable', [host('unreachable', new HostUnreachable('x')), told('failed')], 3],
  ['lost with nothing under way', [host('lost', new Error('x')), told('skipped')], 4],
  ['a locked host', [host('refused', new HostLocked('x'))], 3],
  ['rolled back beats all', [told('failed'), told('rolled-back'), host('lost')], 5],
  ['a failed rollback is a failure', [told('rollback-failed')], 3],
])('%s', (_, events, code) => {
  const tally = new Tally([])
  for (const event of events) tally.hear(event)
  expect(tally.exitCode(false)).toBe(code)
  expect(tally.exitCode(true)).toBe(130)
})

test('the six counts sum up to the tasks and handlers told', () => {
  const tally = new Tally(['h'])
  const all: readonly Status[] = [
    'ok',
    'changed',
    'would-change',
    'unknown',
    'failed',
    'skipped',
    'rolled-back',
    'rollback-failed',
  ]
  for (const status of all) tally.hear(told(status))
  tally.hear({ event: 'handler', t: 0, host: 'h', play: 'p', handler: 'x', status: 'changed', ms: 0 })
  expect(tally.host('h', 2, 1)).toEqual({
    ok: 1,
    changed: 2,
    wouldChange: 1,
    unknown: 1,
    failed: 3,
    skipped: 1,
    unreachable: 0,
    frames: 2,
    connections: 1,
  })
})

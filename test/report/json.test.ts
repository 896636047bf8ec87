import { expect, test } from 'vitest'
import type { Event } from '../../src/engine/events.ts'
import { StepFailed, UsageError } from '../../src/model/error.ts'
import { Secret } from '../../src/model/secret.ts'
import { jsonLines, jsonListing } from '../../src/report/json.ts'
import { event, hostRecap } from '../support/events.ts'

function lines(...events: readonly Event[]): string[] {
  const out: string[] = []
  const print = jsonLines(line => out.push(line))
  for (const one of events) print(one)
  return out
}

const AT = { t: 12.6 }

test.each<[what: string, event: Event, line: string]>([
  [
    'start',
    event('start'),
    '{"event":"start","t":0,"run":"20261123T061200Z-a1b2c3","mode":"apply","playbooks":["playbooks/site.ts"],"inventory":"inventory/hosts.yaml","hosts":["bastion","dgx01"]}',
  ],
  ['play', event('play', AT), '{"event":"play","t":13,"play":"Harden","hosts":["bastion","dgx01"]}'],
  [
    'host',
    event('host', AT),
    '{"event":"host","t":13,"host":"bastion","status":"connected","address":"203.0.113.10"}',
  ],
  [
    'a host that is not reached',
    event('host', { ...AT, status: 'unreachable', error: new Error('no route') }),
    '{"event":"host","t":13,"host":"bastion","status":"unreachable","address":"203.0.113.10","error":{"name":"Error","message":"no route"}}',
  ],
  [
    'task',
    event('task', { ...AT, role: 'motd', status: 'ok', ms: 3.4 }),
    '{"event":"task","t":13,"host":"bastion","play":"Harden","role":"motd","task":"file /etc/motd","status":"ok","ms":3}',
  ],
  [
    'a task with its diff',
    event('task', {
      ...AT,
      status: 'would-change',
      diff: { kind: 'text', path: '/etc/motd', before: null, after: 'hi\n' },
    }),
    String.raw`{"event":"task","t":13,"host":"bastion","play":"Harden","task":"file /etc/motd","status":"would-change","diff":{"kind":"text","path":"/etc/motd","before":null,"after":"hi\n"},"ms":3}`,
  ],
  [
    'a diff of secrets',
    event('task', {
      ...AT,
      status: 'changed',
      diff: { kind: 'text', path: '/k', before: new Secret('a'), after: new Secret('b') },
    }),
    '{"event":"task","t":13,"host":"bastion","play":"Harden","task":"file /etc/motd","status":"changed","diff":{"kind":"text","path":"/k","before":"***","after":"***"},"ms":3}',
  ],
  [
    'a task that cannot be told yet',
    event('task', {
      ...AT,
      status: 'unknown',
      after: 'packages x',
      error: new StepFailed('no', { hint: 'go' }),
    }),
    '{"event":"task","t":13,"host":"bastion","play":"Harden","task":"file /etc/motd","status":"unknown","after":"packages x","error":{"name":"StepFailed","message":"no","hint":"go"},"ms":3}',
  ],
  [
    'handler',
    event('handler', AT),
    '{"event":"handler","t":13,"host":"bastion","play":"Harden","handler":"reload ssh","status":"changed","ms":95}',
  ],
  [
    'guard',
    event('guard', AT),
    '{"event":"guard","t":13,"host":"bastion","task":"file /etc/motd","txid":"x1","state":"armed"}',
  ],
  [
    'output',
    event('output', AT),
    String.raw`{"event":"output","t":13,"host":"bastion","task":"file /etc/motd","stream":"stdout","text":"hello\n"}`,
  ],
  ['warning', event('warning', AT), '{"event":"warning","t":13,"message":"mind this"}'],
  [
    'error',
    event('error', {
      ...AT,
      error: new UsageError('bad', { hint: 'do', at: { file: 'a.ts', line: 1, column: 2 } }),
    }),
    '{"event":"error","t":13,"name":"UsageError","message":"bad","hint":"do","at":{"file":"a.ts","line":1,"column":2}}',
  ],
  [
    'recap',
    event('recap', { hosts: { bastion: hostRecap({ ok: 3 }) }, exitCode: 0, ms: 12.6 }),
    '{"event":"recap","hosts":{"bastion":{"ok":3,"changed":0,"wouldChange":0,"unknown":0,"failed":0,"skipped":0,"unreachable":0,"frames":2,"connections":1}},"exitCode":0,"ms":13}',
  ],
  [
    'a recap without hosts',
    event('recap', { exitCode: 1 }),
    '{"event":"recap","hosts":{},"exitCode":1,"ms":1234}',
  ],
])('%s', (_, one, line) => {
  expect(lines(one)).toEqual([line])
})

test('progress is not for the record', () => {
  expect(lines(event('progress'), event('play'))).toHaveLength(1)
})

test('a line is one line, and harmless on a terminal (H18)', () => {
  const evil = 'a\nb\x1b[2J\u009b31m\u2028\x7f'
  const [line = ''] = lines(event('warning', { message: evil }))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the point
  expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028]/)
  expect(JSON.parse(line)).toMatchObject({ message: evil })
})

test('a listing', () => {
  const tasks = [{ task: 'file /etc/motd', role: 'motd', tags: ['banner'] }]
  const hosts = [{ host: 'bastion', address: '203.0.113.10', tasks }]
  expect(jsonListing({ plays: [{ play: 'All', hosts }], assumed: [] })).toBe(
    '{"event":"listing","plays":[{"play":"All","hosts":[{"host":"bastion","address":"203.0.113.10","tasks":[{"task":"file /etc/motd","role":"motd","tags":["banner"]}]}]}],"assumed":[]}',
  )
})

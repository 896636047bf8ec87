import { expect, test } from 'vitest'
import type { Event } from '../../src/engine/events.ts'
import { HostUnreachable, NotConverged, StepFailed, UsageError } from '../../src/model/error.ts'
import { openInk } from '../../src/report/ink.ts'
import { openPage } from '../../src/report/page.ts'
import { textLines } from '../../src/report/text.ts'
import { event, hostRecap } from '../support/events.ts'
import { memoryStream } from '../support/memory-stream.ts'

function printed(
  events: readonly Event[],
  options: { diffs?: boolean; verbose?: boolean; colours?: boolean } = {},
) {
  const [stdout, stderr] = [memoryStream(), memoryStream()]
  const colours = options.colours ?? false
  const page = openPage({ stdout, stderr, ink: openInk(colours), colourErrors: colours, live: false })
  const print = textLines(page, { diffs: false, verbose: false, ...options })
  for (const one of events) print(one)
  return { out: stdout.text(), err: stderr.text() }
}

const DIFF = { kind: 'text', path: '/etc/motd', before: 'old\n', after: 'new\n' } as const
const FAILED = new StepFailed('apt-get install jq exited 100: E: no such package', {
  hint: 'Spell it right.',
})

test('a run', () => {
  const { out, err } = printed([
    event('start'),
    event('host'),
    event('play'),
    event('task', { role: 'ssh-hardening', ms: 31 }),
    event('task', { status: 'changed', diff: DIFF, ms: 1840 }),
    event('task', {
      host: 'dgx01',
      role: 'base',
      task: 'packages jq',
      status: 'failed',
      error: FAILED,
      ms: 2130,
    }),
    event('task', { host: 'dgx01', task: 'a', status: 'skipped', after: 'an earlier task failed', ms: 0 }),
    event('task', { host: 'dgx01', task: 'b', status: 'skipped', after: 'an earlier task failed', ms: 0 }),
    event('handler'),
    event('recap', {
      hosts: {
        bastion: hostRecap({ ok: 1, changed: 2, frames: 5 }),
        dgx01: hostRecap({ failed: 1, skipped: 2 }),
      },
      exitCode: 3,
    }),
  ])
  expect(err).toBe('')
  expect(out).toMatchInlineSnapshot(`
    "playbooks/site.ts · 2 hosts of inventory/hosts.yaml · run 20261123T061200Z-a1b2c3

    PLAY  Harden · bastion, dgx01
      ok         31 ms  bastion  ssh-hardening › file /etc/motd
      changed    1.8 s  bastion  file /etc/motd
      failed     2.1 s  dgx01    base › packages jq
          apt-get install jq exited 100: E: no such package
          → Spell it right.
      skipped           dgx01    2 tasks · an earlier task failed
      changed    95 ms  bastion  handler › reload ssh

    RECAP      ok  changed  failed  skipped  frames
      bastion   1        2       0        0       5
      dgx01     0        0       1        2       2

    2 changed on 1 of 2 hosts, 1 failed (dgx01), in 1.2 s. Exit code 3: a host failed.
    "
  `)
})

test('a dry run is visibly dry, shows its diffs and says what it cannot tell', () => {
  const { out } = printed([
    event('start', { mode: 'check' }),
    event('play'),
    event('task', { status: 'would-change', diff: DIFF }),
    event('task', {
      task: 'service x',
      status: 'unknown',
      after: 'file /etc/motd',
      error: new Error('no unit'),
    }),
    event('recap', { hosts: { bastion: hostRecap({ wouldChange: 1, unknown: 1 }) }, exitCode: 2 }),
  ])
  expect(out).toMatchInlineSnapshot(`
    "playbooks/site.ts · 2 hosts of inventory/hosts.yaml · run 20261123T061200Z-a1b2c3
    DRY RUN · nothing is changed

    PLAY  Harden · bastion, dgx01
      would change     3 ms  bastion  file /etc/motd
          --- /etc/motd
          +++ /etc/motd
          @@ -1,1 +1,1 @@
          -old
          +new
      unknown          3 ms  bastion  service x · cannot be told before "file /etc/motd"

    RECAP      ok  would change  unknown  failed  frames
      bastion   0             1        1       0       2

    Dry run, nothing was changed: 1 would change on 1 host, 1 unknown (bastion), in 1.2 s. Exit code 2: there is drift.
    "
  `)
})

test('diffs of a run are shown when asked for', () => {
  const changed = event('task', { status: 'changed', diff: DIFF })
  expect(printed([changed]).out).not.toContain('+new')
  expect(printed([changed], { diffs: true }).out).toContain('+new')
})

test('how hosts are reached, and what commands print, is for -v', () => {
  const events = [
    event('start'),
    event('host'),
    event('output', { text: 'Reading pack' }),
    event('output', { stream: 'stderr', text: 'W: old\r\n' }),
    event('output', { text: 'ages\n10%\r20%\r' }),
    event('output', { text: '30%' }),
    event('task'),
  ]
  expect(printed(events).out).not.toContain('203.0.113.10')
  expect(printed(events, { verbose: true }).out).toMatchInlineSnapshot(`
    "playbooks/site.ts · 2 hosts of inventory/hosts.yaml · run 20261123T061200Z-a1b2c3
      reached           bastion  203.0.113.10
          bastion │ W: old
          bastion │ Reading packages
          bastion │ 10%
          bastion │ 20%
          bastion │ 30%
      ok          3 ms  bastion  file /etc/motd
    "
  `)
})

test('a host without an address has no blanks behind its name', () => {
  const error = new HostUnreachable('no route')
  const lost: Event = { event: 'host', t: 1, host: 'dgx01', status: 'lost', error }
  expect(printed([event('start'), lost]).out).toContain(' dgx01\n')
})

test('hosts that are not there, with what to do', () => {
  const error = new HostUnreachable('10.0.0.3 port 22: connection refused', {
    hint: 'Is sshd running there?',
  })
  const { out } = printed([event('start'), event('host', { host: 'dgx01', status: 'unreachable', error })])
  expect(out).toMatchInlineSnapshot(`
    "playbooks/site.ts · 2 hosts of inventory/hosts.yaml · run 20261123T061200Z-a1b2c3
      unreachable       dgx01    203.0.113.10
          10.0.0.3 port 22: connection refused
          → Is sshd running there?
    "
  `)
})

test('the recap has the order of the inventory', () => {
  const hosts = { other: hostRecap(), dgx01: hostRecap(), bastion: hostRecap() }
  const { out } = printed([event('start'), event('recap', { hosts })])
  expect(out.match(/^ {2}\w+/gm)).toEqual(['  bastion', '  dgx01', '  other'])
})

test('mistakes and warnings go to standard error', () => {
  const error = new UsageError('no host or group "dgx9"', {
    hint: 'Did you mean "dgx09"?',
    at: { file: 'site.ts', line: 3, column: 7 },
  })
  const { out, err } = printed([event('warning'), event('error', { error }), event('recap', { exitCode: 1 })])
  expect(out).toBe('')
  expect(err).toMatchInlineSnapshot(`
    "warning: mind this
    error: site.ts:3:7: no host or group "dgx9"
      → Did you mean "dgx09"?
    "
  `)
})

test('what a guarded change came to', () => {
  const { out } = printed([
    event('guard'),
    event('guard', { state: 'rolled-back', reason: 'no fresh login within 180 s' }),
    event('task', { status: 'rolled-back' }),
    event('task', { status: 'rollback-failed' }),
  ])
  expect(out).toMatchInlineSnapshot(`
    "  rolled back       bastion  guard › file /etc/motd: no fresh login within 180 s
      rolled back 3 ms  bastion  file /etc/motd
      ROLLBACK FAILED 3 ms  bastion  file /etc/motd
    "
  `)
})

test('what still drifts, the end of a long answer, and causes', () => {
  const long = Array.from({ length: 40 }, (_, i) => `line ${i + 1}`).join('\n')
  const error = new StepFailed(`make exited 2: ${long}`, { cause: new Error('the disk is full') })
  const { out } = printed([
    event('task', { status: 'failed', error: new NotConverged(DIFF) }),
    event('task', { status: 'failed', error }),
    event('task', { status: 'failed', error: new TypeError('x is undefined') }),
  ])
  expect(out).toMatchInlineSnapshot(`
    "  failed      3 ms  bastion  file /etc/motd
          still drifts after its steps succeeded
          --- /etc/motd
          +++ /etc/motd
          @@ -1,1 +1,1 @@
          -old
          +new
      failed      3 ms  bastion  file /etc/motd
          make exited 2: line 1
          │ … 27 lines more; -v shows all
          │ line 29
          │ line 30
          │ line 31
          │ line 32
          │ line 33
          │ line 34
          │ line 35
          │ line 36
          │ line 37
          │ line 38
          │ line 39
          │ line 40
          because: the disk is full
      failed      3 ms  bastion  file /etc/motd
          TypeError: x is undefined
    "
  `)
  expect(printed([event('task', { status: 'failed', error })], { verbose: true }).out).toContain('│ line 2\n')
})

test('colours', () => {
  const { out } = printed([event('start'), event('play'), event('task', { status: 'changed' })], {
    colours: true,
  })
  expect(out).toContain('\x1b[33mchanged\x1b[39m')
  expect(out).toContain('\x1b[1mPLAY  Harden\x1b[22m')
})

test('nothing that a host says moves the cursor (H18)', () => {
  const evil = '\x1b]0;pwned\x07\x1b[2J\u009b31m\r\n\u202etxt'
  const events = [
    event('start', { hosts: [evil], inventory: evil, playbooks: [evil] }),
    event('play', { play: evil, hosts: [evil] }),
    event('host', { host: evil, status: 'lost', address: evil, error: new Error(evil) }),
    event('task', {
      host: evil,
      role: evil,
      task: evil,
      status: 'failed',
      after: evil,
      error: new Error(evil),
    }),
    event('task', { status: 'changed', diff: { ...DIFF, path: evil, after: evil } }),
    event('task', { status: 'changed', diff: { kind: 'fields', changes: { [evil]: [evil, evil] } } }),
    event('handler', { handler: evil }),
    event('guard', { task: evil, reason: evil, state: 'unknown' }),
    event('output', { host: evil, text: evil }),
    event('warning', { message: evil }),
    event('error', { error: new UsageError(evil, { hint: evil, at: { file: evil } }) }),
    event('recap', { hosts: { [evil]: hostRecap({ failed: 1 }) }, exitCode: 3 }),
  ]
  const { out, err } = printed(events, { verbose: true })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the point
  expect(`${out}${err}`).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/)
  expect(out).toContain(String.raw`\e]0;pwned\x07\e[2J\x9b31m`)
})

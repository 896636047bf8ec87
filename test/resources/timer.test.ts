import { describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { timer } from '../../src/resources/index.ts'
import { commandWord, unitWord } from '../../src/resources/parts/unit-text.ts'
import { calendarTime } from '../../src/resources/queries/calendar.ts'
import type { Unit } from '../../src/resources/queries/systemctl.ts'
import { bench, drifted } from '../support/apply.ts'
import { fileState } from '../support/file-states.ts'
import { stepsOf } from '../support/shown-plan.ts'

const spec = { name: 'report', schedule: 'daily', command: 'df -h' }
const waits =
  '[Unit]\nDescription=When report is run\n\n[Timer]\nOnCalendar=daily\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n'
const does =
  '[Unit]\nDescription=report\n\n[Service]\nType=oneshot\nUser=root\nExecStart=/bin/sh -c "df -h"\n'
const next = { error: undefined, next: 'Fri 2026-11-27 00:00:00 UTC' }

const unit = (of: Partial<Unit>): Unit => ({
  ...{ id: 'report.timer', load: 'loaded', active: 'active', sub: 'waiting', file: 'enabled' },
  ...{ needsReload: false, type: '', remainsAfterExit: false, ...of },
})
const seen = (before: string | null, after: string | null, known: Unit | null) => ({
  file: fileState(before, after),
  known: { unit: known, isStale: false },
  isInPackage: false,
})
const idle = unit({ active: 'inactive', file: 'static' })
const planned = (
  given: object,
  on: Unit | null,
  before: readonly [string | null, string | null] = [waits, does],
  times = [next],
) =>
  timer.type.plan(timer({ ...spec, ...given }).spec as never, {
    timer: seen(before[0], waits, on),
    service: seen(before[1], does, on && idle),
    times,
  })

const put = (name: string, text: string) => `put /etc/systemd/system/report.${name} 0644: ${text}`
const reload = 'systemctl daemon-reload'

describe('a timer', () => {
  test.each<[string, ReturnType<typeof planned>, readonly string[]]>([
    ['that waits', planned({}, unit({})), []],
    [
      'that is new',
      planned({}, null, [null, null]),
      [
        put('service', does),
        reload,
        put('timer', waits),
        reload,
        'systemctl enable -- report.timer',
        'systemctl restart -- report.timer',
      ],
    ],
    [
      'whose time is another',
      planned({}, unit({}), ['x', does]),
      [put('timer', waits), reload, 'systemctl restart -- report.timer'],
    ],
    ['whose work is another', planned({}, unit({}), [waits, 'x']), [put('service', does), reload]],
    ['that is stopped', planned({}, unit({ active: 'inactive' })), ['systemctl restart -- report.timer']],
    ['that is not enabled', planned({}, unit({ file: 'disabled' })), ['systemctl enable -- report.timer']],
    [
      'that is not to wait',
      planned({ enabled: false }, unit({})),
      ['systemctl disable -- report.timer', 'systemctl stop -- report.timer'],
    ],
    [
      'that is not to wait, and new',
      planned({ enabled: false }, null, [null, null]),
      [put('service', does), reload, put('timer', waits), reload],
    ],
  ])('%s', (_, plan, steps) => {
    expect(stepsOf(plan)).toEqual(steps)
  })

  test('that is to go is stopped first, and its service with it', () => {
    const gone = (file: string | null, on: Unit | null) =>
      timer.type.plan(timer({ name: 'report', state: 'absent' }).spec as never, {
        timer: seen(file, null, on),
        service: seen(file, null, on && idle),
        times: [],
      })
    expect(gone(null, null)).toEqual(inSync())
    expect(stepsOf(gone('x', unit({})))).toEqual([
      ...['systemctl stop -- report.timer', 'systemctl disable -- report.timer'],
      ...['rm -f -- /etc/systemd/system/report.timer', reload],
      ...['rm -f -- /etc/systemd/system/report.service', reload],
    ])
  })

  test('tells when it is run next', () => {
    expect(drifted(planned({}, unit({ active: 'inactive' }))).diff).toMatchObject({
      changes: { 'next run': ['inactive', next.next] },
    })
  })

  test.each([
    [[{ error: 'Failed to parse', next: undefined }], /cannot be run at "daily": Failed to parse/],
    [[{ error: undefined, next: undefined }], /would never be run: "daily" is over/],
  ])('that cannot come is an error', (times, message) => {
    expect(() => planned({}, null, [null, null], times as never)).toThrow(message)
  })
})

test.each<[object, RegExp]>([
  [{ name: 'a b' }, /timer\(\{…\}\)\.name/],
  [{ name: 'a.timer' }, /\.name .*without its type/],
  [{ schedule: [] }, /\.schedule/],
  [{ schedule: 'a\nb' }, /\.schedule/],
  [{ schedule: undefined }, /\.schedule is missing/],
  [{ command: ' ' }, /\.command/],
  [{ env: { 'A B': 'x' } }, /\.env/],
  [{ timeout: '$(id)' }, /\.timeout/],
  [{ state: 'absent' }, /has none/],
])('%j is refused', (wrong, message) => {
  expect(() => timer({ ...spec, ...wrong } as never)).toThrow(message)
})

test("systemd's own program says what a time is", async () => {
  using host = bench()
  const times = ['daily', 'no such', 'Mon..Fri 04:30', '2020-01-01', '-x', "'; id; '"]
  const found = await Promise.all(times.map(time => host.probe.ask(calendarTime, time)))
  expect(found.map(({ error }) => error === undefined)).toEqual([true, false, true, true, false, false])
  expect(found.map(({ next }) => next !== undefined)).toEqual([true, false, true, false, false, false])
  expect(found[1]?.error).toMatch(/^Failed to parse calendar .*'no such'/)
  expect(host.asked).toHaveLength(1)
})

test('what stands in a unit means itself', () => {
  expect(unitWord('A=5% "x" \\ \t\n$H')).toBe(String.raw`"A=5%% \"x\" \\ \t\n$H"`)
  expect(commandWord('echo "$HOME" 5%')).toBe(String.raw`"echo \"$$HOME\" 5%%"`)
})

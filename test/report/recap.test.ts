import { expect, test } from 'vitest'
import type { HostRecap } from '../../src/engine/events.ts'
import type { Mode } from '../../src/model/outcome.ts'
import { openInk } from '../../src/report/ink.ts'
import { showRecap } from '../../src/report/recap.ts'
import { hostRecap } from '../support/events.ts'

const shown = (mode: Mode, exitCode: number, hosts: Record<string, Partial<HostRecap>>): string[] =>
  showRecap(
    {
      hosts: Object.fromEntries(Object.entries(hosts).map(([name, counts]) => [name, hostRecap(counts)])),
      exitCode,
      ms: 42_000,
    },
    mode,
    openInk(false),
  ).map(line => line.text)

test.each<[mode: Mode, exitCode: number, hosts: Record<string, Partial<HostRecap>>, sentence: string]>([
  ['apply', 0, { a: { ok: 3 }, b: { ok: 3 } }, '0 changed on 2 hosts, in 42 s.'],
  ['apply', 0, { a: { changed: 2 }, b: { changed: 1 } }, '3 changed on 2 hosts, in 42 s.'],
  ['apply', 0, { a: { changed: 2 }, b: {} }, '2 changed on 1 of 2 hosts, in 42 s.'],
  ['apply', 0, { a: {} }, '0 changed on 1 host, in 42 s.'],
  ['check', 0, { a: { ok: 3 } }, 'Dry run, nothing was changed: 0 would change on 1 host, in 42 s.'],
  [
    'check',
    2,
    { a: { wouldChange: 1 } },
    'Dry run, nothing was changed: 1 would change on 1 host, in 42 s. Exit code 2: there is drift.',
  ],
  [
    'apply',
    3,
    { a: { failed: 1 }, b: {} },
    '0 changed on 2 hosts, 1 failed (a), in 42 s. Exit code 3: a host failed.',
  ],
  [
    'apply',
    4,
    { a: {}, b: { unreachable: 1 } },
    '0 changed on 2 hosts, 1 unreachable (b), in 42 s. Exit code 4: a host was not reached.',
  ],
  [
    'apply',
    5,
    { a: { failed: 1 } },
    '0 changed on 1 host, 1 failed (a), in 42 s. Exit code 5: a guarded change was rolled back.',
  ],
  ['apply', 130, { a: { skipped: 3 } }, '0 changed on 1 host, in 42 s. Exit code 130: interrupted.'],
])('%s, exit code %i, %j', (mode, exitCode, hosts, sentence) => {
  expect(shown(mode, exitCode, hosts).at(-1)).toBe(sentence)
})

test('what is unknown is said', () => {
  expect(shown('check', 2, { a: { wouldChange: 1, unknown: 2 } }).at(-1)).toContain(
    '1 would change on 1 host, 2 unknown (a), in',
  )
})

test('of many failed hosts only the number', () => {
  const hosts = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`h${i}`, { failed: 2 }]))
  expect(shown('apply', 3, hosts).at(-1)).toContain('18 failed (9 hosts)')
})

test('the table is aligned, and has no columns of zeros but those that are looked for', () => {
  expect(
    shown('apply', 4, { bastion: { ok: 120, changed: 3, frames: 17 }, d: { unreachable: 1, frames: 0 } }),
  ).toEqual([
    '',
    'RECAP       ok  changed  failed  unreachable  frames',
    '  bastion  120        3       0            0      17',
    '  d          0        0       0            1       0',
    '',
    '3 changed on 1 of 2 hosts, 1 unreachable (d), in 42 s. Exit code 4: a host was not reached.',
  ])
})

test('a mistake has no recap, nor has a run without hosts', () => {
  expect(shown('apply', 1, { a: {} })).toEqual([])
  expect(shown('apply', 130, {})).toEqual([])
})

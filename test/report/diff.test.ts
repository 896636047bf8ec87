import { expect, test } from 'vitest'
import type { Diff } from '../../src/model/diff.ts'
import type { Text } from '../../src/model/secret.ts'
import { Secret } from '../../src/model/secret.ts'
import type { DiffLimits } from '../../src/report/diff.ts'
import { showDiff } from '../../src/report/diff.ts'
import { openInk } from '../../src/report/ink.ts'

const shown = (diff: Diff, limits: DiffLimits = { lines: 60, columns: 80 }, colours = false): string =>
  showDiff(diff, openInk(colours), limits)
    .map(line => line.text)
    .join('\n')

const text = (before: Text | null, after: Text | null): Diff => ({
  kind: 'text',
  path: '/etc/x',
  before,
  after,
})
const body = (diff: Diff, limits?: DiffLimits): string => shown(diff, limits).split('\n').slice(2).join('\n')
const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join('')

test.each<[what: string, before: Text | null, after: Text | null, lines: string]>([
  ['a line', 'a\nb\nc\n', 'a\nB\nc\n', '@@ -1,3 +1,3 @@\n a\n-b\n+B\n c'],
  ['a new file', null, 'a\nb\n', '@@ -0,0 +1,2 @@\n+a\n+b'],
  ['a file that goes', 'a\n', null, '@@ -1,1 +0,0 @@\n-a'],
  ['an empty file made', null, '', '(an empty file)'],
  ['an empty file removed', '', null, '(an empty file, removed)'],
  ['a lost last newline', 'a\n', 'a', '@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file'],
  ['line ends of another system', 'a\r\n', 'a\n', '@@ -1,1 +1,1 @@\n-a\\r\n+a'],
  ['tabs stay', '\ta\n', '\tb\n', '@@ -1,1 +1,1 @@\n-\ta\n+\tb'],
  ['a backslash is not a tab', '\\ta\n', 'b\n', '@@ -1,1 +1,1 @@\n-\\ta\n+b'],
  ['control characters', 'a\n', '\x1b[31mb\n', '@@ -1,1 +1,1 @@\n-a\n+\\e[31mb'],
  [
    'three lines around',
    numbers(1, 9),
    numbers(1, 9).replace('5', 'five'),
    '@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8',
  ],
  ['a binary file', 'a\0b', 'a\0bc', 'binary: 3 bytes → 4 bytes'],
  ['bytes that are not UTF-8', null, '\ufffd', 'binary: absent → 3 bytes'],
  ['a secret', new Secret('one'), new Secret('two'), '(secret content differs)'],
  ['a text that becomes secret', 'was plain', new Secret('two'), '(secret content differs)'],
  ['a new secret', null, new Secret('two'), '(secret content, created)'],
  ['a secret that goes', new Secret('two'), null, '(secret content, removed)'],
  ['what only masking made alike', '***', '***', '(differs in nothing but what is masked as a secret)'],
])('%s', (_, before, after, lines) => {
  expect(body(text(before, after))).toBe(lines)
})

test('the header says what is not there', () => {
  expect(shown(text(null, 'a\n'))).toMatch(/^--- \/etc\/x \(absent\)\n\+\+\+ \/etc\/x\n/)
  expect(shown(text('a\n', null))).toMatch(/^--- \/etc\/x\n\+\+\+ \/etc\/x \(absent\)\n/)
})

test('fields', () => {
  const changes = { mode: ['0644', '0600'], owner: ['', 'root'] } as const
  expect(shown({ kind: 'fields', changes })).toBe('mode: 0644 → 0600\nowner: (none) → root')
})

test('a text and what else changes of it', () => {
  const changes = { mode: ['0644', '0600'] } as const
  expect(shown({ kind: 'text', path: '/etc/x', before: 'a\n', after: 'b\n', changes })).toBe(
    '--- /etc/x\n+++ /etc/x\nmode: 0644 → 0600\n@@ -1,1 +1,1 @@\n-a\n+b',
  )
  expect(shown({ kind: 'text', path: '/etc/x', before: 'a\n', after: 'a\n', changes })).toBe(
    'mode: 0644 → 0600',
  )
})

test('long diffs are cut, with a count of the rest', () => {
  const lines = body(text(null, numbers(1, 5000)), { lines: 5, columns: 80 })
  expect(lines).toBe('@@ -0,0 +1,5000 @@\n+1\n+2\n… 4,998 more lines; -v shows all')
})

test('long lines are cut, and never in the middle of a character', () => {
  expect(body(text(null, `${'é'.repeat(30)}\n`), { lines: 9, columns: 10 })).toContain(
    `+${'é'.repeat(10)}… 20 more characters`,
  )
  expect(body(text(null, `${'😀'.repeat(30)}\n`), { lines: 9, columns: 9 })).toContain('+😀😀😀😀… ')
})

test('of texts that have next to nothing in common only the sizes are said', () => {
  const other = numbers(1, 20_000).replaceAll('\n', 'x\n')
  expect(body(text(numbers(1, 20_000), other))).toBe('almost all differs: 20,000 lines → 20,000 lines')
})

test('a big new file is no burden', () => {
  expect(body(text(null, numbers(1, 200_000)), { lines: 3, columns: 80 })).toContain('… 200,000 more lines')
})

test('colours', () => {
  const lines = shown(text('a\n', 'b\n'), undefined, true)
  expect(lines).toContain('\x1b[31m-a\x1b[39m')
  expect(lines).toContain('\x1b[32m+b\x1b[39m')
})

import { describe, expect, test } from 'vitest'
import { clock, duration } from '../../src/report/duration.ts'
import { openInk, wantsColour } from '../../src/report/ink.ts'
import { lineBuffers } from '../../src/report/lines.ts'
import { openSink } from '../../src/report/sink.ts'
import { oneLine, visible } from '../../src/report/visible.ts'
import { memoryStream } from '../support/memory-stream.ts'

test.each([
  [0, '0 ms', '0 s'],
  [3.4, '3 ms', '0 s'],
  [999.4, '999 ms', '0 s'],
  [999.6, '1.0 s', '0 s'],
  [2149, '2.1 s', '2 s'],
  [9949, '9.9 s', '9 s'],
  [9950, '10 s', '9 s'],
  [59_499, '59 s', '59 s'],
  [59_500, '1 m 00 s', '59 s'],
  [65_000, '1 m 05 s', '1 m 05 s'],
  [3_599_600, '1 h 00 m', '59 m 59 s'],
  [7_380_000, '2 h 03 m', '2 h 03 m'],
])('%d ms', (ms, exact, running) => {
  expect([duration(ms), clock(ms)]).toEqual([exact, running])
})

describe('colours', () => {
  const terminal = { isTTY: true }
  test.each<[what: string, stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv, coloured: boolean]>([
    ['a terminal', terminal, {}, true],
    ['a file', {}, {}, false],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR says nothing', terminal, { NO_COLOR: '' }, true],
    ['FORCE_COLOR', {}, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
    ['both', {}, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
  ])('%s', (_, stream, env, coloured) => {
    expect(wantsColour(stream, env)).toBe(coloured)
  })

  test('nest, and colour nothing where there is nothing', () => {
    const ink = openInk(true)
    expect(ink`a ${ink.bold(ink.red('b'))} ${ink.dim('')}c`.text).toBe('a \x1b[1m\x1b[31mb\x1b[39m\x1b[22m c')
  })
})

test('what a terminal would obey is shown instead', () => {
  expect(visible('a\tb\nc\r\x1b[1m\x07\u009b\u202e\u2066é😀')).toBe(
    'a\tb\nc\\r\\e[1m\\x07\\x9b\\u202e\\u2066é😀',
  )
  expect(oneLine('a\tb\nc\u2028')).toBe('a\\tb\\nc\\u2028')
  expect(visible(visible('\x1b'))).toBe('\\e')
})

test('lines are put together for each host and stream', () => {
  const lines: string[] = []
  const buffers = lineBuffers((host, line) => lines.push(`${host}: ${line}`))
  buffers.add('a', 'out', 'one')
  buffers.add('b', 'out', 'two\r')
  buffers.add('a', 'err', 'three\n\nfo')
  buffers.add('b', 'out', '\nbar\rfull')
  buffers.flush('a')
  buffers.flush('nobody')
  buffers.flush()
  expect(lines).toEqual(['a: three', 'a: ', 'b: two', 'b: bar', 'a: one', 'a: fo', 'b: full'])
})

describe('a stream that nobody reads any more (R01)', () => {
  test.each([
    ['EPIPE', false],
    ['EIO', false],
    ['ENOSPC', true],
  ])('%s', (code, told) => {
    const stream = memoryStream()
    const lost: Error[] = []
    const sink = openSink(stream, error => lost.push(error))
    sink.write('before')
    stream.fail(code)
    stream.fail(code)
    sink.write('after')
    expect(stream.text()).toBe('before')
    expect(lost).toHaveLength(told ? 1 : 0)
  })
})

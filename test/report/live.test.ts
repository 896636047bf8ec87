import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Event } from '../../src/engine/events.ts'
import { openInk } from '../../src/report/ink.ts'
import { openLive } from '../../src/report/live.ts'
import { openPage } from '../../src/report/page.ts'
import { event } from '../support/events.ts'
import { memoryStream } from '../support/memory-stream.ts'
import { screen } from '../support/screen.ts'

const ink = openInk(false)

function follow() {
  let now = 0
  const live = openLive(ink, () => now)
  return {
    hear: (...events: readonly Event[]) => {
      for (const one of events) live.hear(one)
    },
    at: (ms: number) => {
      now = ms
      return live.frame().map(line => line.text)
    },
  }
}

const progress = (host: string, task: string, total = 4) =>
  event('progress', { host, task, role: 'base', doing: 'cure', done: 0, total })

test('nothing before the start and after the end', () => {
  const { hear, at } = follow()
  expect(at(0)).toEqual([])
  hear(event('start'))
  expect(at(0)).toHaveLength(1)
  hear(event('recap'))
  expect(at(0)).toEqual([])
})

test('who is waited for', () => {
  const { hear, at } = follow()
  hear(event('start', { hosts: ['bastion', 'dgx01', 'dgx02'] }), event('host'))
  expect(at(2300)).toEqual(['⠸ connecting · 1 of 3 hosts · waiting for dgx01, dgx02 · 2 s'])
})

test('what each host is at, the longest first', () => {
  const { hear, at } = follow()
  hear(event('start'), event('play'), progress('dgx01', 'packages curl'))
  at(61_000)
  hear(progress('bastion', 'file /etc/motd'), progress('dgx01', 'packages curl'))
  hear(event('task', { host: 'dgx01', task: 'other', status: 'changed' }))
  expect(at(70_000)).toEqual([
    '⠋ Harden · 1 of 8 tasks · 1 changed · 1 m 10 s',
    '  1 m 10 s  dgx01    base › packages curl',
    '       9 s  bastion  base › file /etc/motd',
  ])
  hear(
    event('task', { host: 'dgx01', task: 'packages curl', status: 'failed' }),
    event('host', { host: 'bastion', status: 'lost' }),
  )
  expect(at(71_000)).toEqual(['⠋ Harden · 2 of 8 tasks · 1 changed · 1 failed · 1 m 11 s'])
})

test('of many hosts eight', () => {
  const { hear, at } = follow()
  const hosts = Array.from({ length: 20 }, (_, i) => `dgx${i}`)
  hear(event('start', { hosts }), event('play', { hosts }), ...hosts.map(host => progress(host, 'x')))
  expect(at(0)).toHaveLength(10)
  expect(at(0).at(-1)).toContain('… and 12 more')
})

test('how many tasks there are is said only when it is known of every host', () => {
  const { hear, at } = follow()
  hear(event('start'), event('play'), progress('dgx01', 'x'), event('task'))
  expect(at(0)[0]).toContain('1 task done')
})

test('names cannot move the cursor', () => {
  const { hear, at } = follow()
  hear(event('start'), event('play', { play: 'a\x1b[2J\n', hosts: ['x'] }), progress('x\x1b', 'y\n\x07'))
  expect(at(0).join('')).not.toMatch(/[^\P{Cc}]/u)
})

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('the live part is drawn over, gives way to lines, and leaves nothing behind', async () => {
  const stream = memoryStream({ columns: 20, rows: 5 })
  const page = openPage({ stdout: stream, stderr: stream, ink, colourErrors: false, live: true })
  await vi.dynamicImportSettled()
  let n = 0
  page.live(() => [ink`turn ${++n}`, ink`a line that is much too long for it`])
  vi.advanceTimersByTime(300)
  expect(screen(stream.text())).toEqual(['turn 3', 'a line that is muc…', ''])
  page.print(ink`first`)
  page.complain(ink`second`)
  expect(screen(stream.text())).toEqual(['first', 'second', ''])
  vi.advanceTimersByTime(100)
  expect(screen(stream.text())).toEqual(['first', 'second', 'turn 4', 'a line that is muc…', ''])
  page.close()
  vi.advanceTimersByTime(500)
  expect(screen(stream.text()).filter(line => line !== '')).toEqual(['first', 'second'])
  expect(n).toBe(4)
})

test('it is never higher than the terminal', async () => {
  const stream = memoryStream({ columns: 20, rows: 4 })
  const page = openPage({ stdout: stream, stderr: stream, ink, colourErrors: false, live: true })
  await vi.dynamicImportSettled()
  page.live(() => Array.from({ length: 30 }, (_, i) => ink`line ${i}`))
  vi.advanceTimersByTime(200)
  page.close()
  expect(stream.text()).not.toContain('line 3')
})

test('without a terminal nothing is drawn', () => {
  const stream = memoryStream()
  const page = openPage({ stdout: stream, stderr: stream, ink, colourErrors: false, live: false })
  page.live(() => [ink`turn`])
  vi.advanceTimersByTime(300)
  expect(stream.text()).toBe('')
})

import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Capture } from '../../src/transport/capture.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('a capture', () => {
  test('keeps all up to its limit, and of more the first and the last half with a hash of the whole', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 40 }))
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), chunks, (limit, pieces) => {
        const capture = new Capture(limit)
        for (const piece of pieces) capture.add(piece)
        const whole = Buffer.concat(pieces)
        const head = limit >> 1
        const over = whole.length - limit
        const want = over > 0 ? Buffer.concat([whole.subarray(0, head), whole.subarray(head + over)]) : whole
        expect(capture.bytes()).toEqual(want)
        expect(capture.omitted()).toEqual(over > 0 ? { bytes: over, sha256: sha256(whole) } : undefined)
      }),
      { numRuns: 1000 },
    )
  })

  test('takes a copy', () => {
    const capture = new Capture()
    const bytes = Buffer.from('abc')
    capture.add(bytes)
    bytes.fill(0)
    expect(capture.bytes().toString()).toBe('abc')
  })

  test('of a small reply holds little', () => {
    const capture = new Capture()
    capture.add(Buffer.from('0\n'))
    expect(capture.bytes().length).toBe(2)
    expect(capture.bytes().buffer.byteLength).toBeLessThanOrEqual(65_536)
  })
})

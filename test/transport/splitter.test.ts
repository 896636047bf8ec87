import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Splitter } from '../../src/transport/splitter.ts'

const NONCE = '0123456789abcdef0123456789abcdef'

interface Seen {
  readonly id: number
  readonly code: number
  readonly body: string
}

/** Splits these chunks; what is left without a mark comes with the id -1. */
function split(chunks: readonly Buffer[]): readonly Seen[] {
  const seen: Seen[] = []
  let body: Buffer[] = []
  const splitter = new Splitter(NONCE, {
    body: bytes => body.push(Buffer.from(bytes)),
    mark: (id, code) => {
      seen.push({ id, code, body: Buffer.concat(body).toString('latin1') })
      body = []
    },
  })
  for (const chunk of chunks) splitter.push(chunk)
  const rest = Buffer.concat(body).toString('latin1')
  return rest === '' ? seen : [...seen, { id: -1, code: -1, body: rest }]
}

const mark = (id: number, code: number): string => `${NONCE} ${id} ${code}\n`

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const borders = [0, ...at.map(n => n % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return borders.slice(1).map((end, n) => bytes.subarray(borders[n], end))
}

describe('a splitter', () => {
  test.each([
    ['nothing', '', []],
    ['an empty body', mark(1, 0), [{ id: 1, code: 0, body: '' }]],
    [
      'two bodies',
      `a${mark(1, 0)}b\n${mark(2, 255)}`,
      [
        { id: 1, code: 0, body: 'a' },
        { id: 2, code: 255, body: 'b\n' },
      ],
    ],
    ['no mark', 'abc', [{ id: -1, code: -1, body: 'abc' }]],
    ['a nonce that is no mark', `${NONCE}()\n${mark(1, 0)}`, [{ id: 1, code: 0, body: `${NONCE}()\n` }]],
    ['a nonce before a mark', `${NONCE} 1 ${mark(1, 0)}`, [{ id: 1, code: 0, body: `${NONCE} 1 ` }]],
    [
      'too many digits',
      `${NONCE} 1234567890 0\n${NONCE} 1 1234\n${mark(7, 3)}`,
      [{ id: 7, code: 3, body: `${NONCE} 1234567890 0\n${NONCE} 1 1234\n` }],
    ],
    [
      'no number',
      `${NONCE}  0\n${NONCE} 1 \n${NONCE} 1\n${mark(7, 3)}`,
      [{ id: 7, code: 3, body: `${NONCE}  0\n${NONCE} 1 \n${NONCE} 1\n` }],
    ],
    ['half a nonce', `${NONCE.slice(0, 16)}${mark(1, 0)}`, [{ id: 1, code: 0, body: NONCE.slice(0, 16) }]],
  ])('%s, whole and byte by byte', (_, text, want) => {
    const bytes = Buffer.from(text)
    expect(split([bytes])).toEqual(want)
    expect(split([...bytes].map(byte => Buffer.from([byte])))).toEqual(want)
  })

  test('replies cut at random come out whole', () => {
    const body = fc.oneof(
      fc.uint8Array().map(bytes => Buffer.from(bytes).toString('latin1')),
      fc.nat(NONCE.length).map(length => NONCE.slice(0, length)),
      fc.constantFrom(`${NONCE} 1 `, `${NONCE} 12 1`, `${NONCE}${NONCE}`, `${NONCE} 1 0`),
    )
    const replies = fc.array(fc.record({ id: fc.nat(999_999_999), code: fc.nat(255), body }))
    const borders = fc.array(fc.nat())
    fc.assert(
      fc.property(replies, borders, (want, at) => {
        const bytes = Buffer.from(
          want.map(reply => reply.body + mark(reply.id, reply.code)).join(''),
          'latin1',
        )
        expect(split(cut(bytes, at))).toEqual(want)
      }),
      { numRuns: 500 },
    )
  })

  test('holds back no more than could become a mark', () => {
    let heard = 0
    const splitter = new Splitter(NONCE, {
      body: bytes => {
        heard += bytes.length
      },
      mark: () => undefined,
    })
    splitter.push(Buffer.from('x'.repeat(100)))
    expect(heard).toBe(100)
    splitter.push(Buffer.from(`y${NONCE} 123456789 25`))
    expect(heard).toBe(101)
    splitter.push(Buffer.from('x'))
    expect(heard).toBe(101 + `${NONCE} 123456789 25x`.length)
  })
})

import { describe, expect, test } from 'vitest'
import type { Part } from '../../src/transport/frame.ts'
import { encode } from '../../src/transport/frame.ts'

const part = (rest: Partial<Part>): Part => ({ id: 1, text: 'true', size: 0, inShell: false, ...rest })

/** A frame's text, after its length was looked at. */
function textOf(parts: readonly Part[]): string {
  const frame = encode('NONCE', parts)
  const newline = frame.indexOf('\n')
  const text = frame.subarray(newline + 1)
  expect(frame.subarray(0, newline).toString()).toBe(String(text.length))
  return text.toString()
}

describe('a frame', () => {
  test.each([
    ['a script', part({ text: 'echo hi' }), "( exec 9>&-; eval 'echo hi' ) </dev/null; __r 1\n"],
    ['quotes', part({ text: "it's" }), "( exec 9>&-; eval 'it'\\''s' ) </dev/null; __r 1\n"],
    ['nothing', part({ text: '' }), "( exec 9>&-; eval '' ) </dev/null; __r 1\n"],
    ['a hyphen', part({ text: '-x' }), "( exec 9>&-; eval ' -x' ) </dev/null; __r 1\n"],
    [
      'an input',
      part({ size: 65_536 * 3 + 5 }),
      '__t 3 5 | ( exec 9>&-; ( eval true ); __r 1; exec cat >/dev/null )\n',
    ],
    ['the shell itself', part({ inShell: true, id: 12 }), 'eval true </dev/null; __r 12\n'],
  ])('with %s', (_, given, want) => {
    expect(textOf([given])).toBe(`${want}: NONCE`)
  })

  test('counts bytes, not characters', () => {
    expect(textOf([part({ text: 'echo ä😀' }), part({ id: 2 })])).toContain('__r 2\n: NONCE')
  })

  test('of a script with a NUL is a mistake', () => {
    expect(() => encode('NONCE', [part({ text: 'a\0b' })])).toThrow('NUL')
  })
})

import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PlaybookError } from '../../src/model/error.ts'
import { quote } from '../../src/model/quote.ts'

const SHELLS = [{ sh: ['dash'] }, { sh: ['bash', '--posix'] }, { sh: ['busybox', 'sh'] }]

/** What a shell sees when these quoted words stand in a command, as bytes. */
function seen([shell = '', ...options]: readonly string[], words: readonly string[]): Buffer {
  const script = `printf '%s\\000' ${words.map(quote).join(' ')}`
  const { status, stdout, stderr } = spawnSync(shell, options, { input: script })
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' })
  return stdout
}

const zeroEnded = (words: readonly string[]): Buffer => Buffer.from(words.map(word => `${word}\0`).join(''))

describe.each(SHELLS)('$sh', ({ sh }) => {
  test('sees every character from 1 to 255, and beyond, alone and between others', () => {
    const characters = Array.from({ length: 255 }, (_, i) => String.fromCharCode(i + 1))
    const words = [
      ...characters,
      ...characters.map(c => `a${c}${c}b`),
      '',
      "'",
      "''",
      '€ 😀',
      '-n',
      '$(id)',
      '`id`',
      '~',
      '*',
    ]
    expect(seen(sh, words)).toEqual(zeroEnded(words))
  })

  test('sees any list of words', () => {
    const word = fc.string({
      unit: fc.constantFrom(...'ab \n\t\'"\\$`!*?[]{}()<>|&;#~=%-_/é'),
      maxLength: 12,
    })
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), words => {
        expect(seen(sh, words)).toEqual(zeroEnded(words))
      }),
      { numRuns: 15 },
    )
  })

  test.each(['if', 'then', 'for', 'case', 'do', 'while', 'fi', 'done', 'A=b', 'PATH=/x', '!', '{', 'time=1'])(
    'takes %s in front for a command, nothing more',
    word => {
      const { status, stderr } = spawnSync(sh[0] ?? '', [...sh.slice(1), '-c', quote(word)])
      expect({ status, named: stderr.toString().includes(word) }).toEqual({ status: 127, named: true })
    },
  )
})

test.each([
  ['/etc/ssh/sshd_config', '/etc/ssh/sshd_config'],
  ['--mode=0644', '--mode=0644'],
  ['a@b:c,d%e+f.g-h_i', 'a@b:c,d%e+f.g-h_i'],
  ['', "''"],
  ['a b', "'a b'"],
  ["it's", `'it'\\''s'`],
  ['~/x', "'~/x'"],
])('a plain word stays as it is, any other is quoted: %j', (word, quoted) => {
  expect(quote(word)).toBe(quoted)
})

test('a NUL is refused', () => {
  expect(() => quote('a\0b')).toThrow(PlaybookError)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quote } from '../../../src/model/quote.ts'
import type { Far } from '../far.ts'
import { exchange, run, script } from '../far.ts'

/** Every byte but NUL, as sh text must be valid UTF-8 to us: ASCII, and what dash uses as its own control bytes. */
const EVERY = `${Array.from({ length: 127 }, (_, code) => String.fromCharCode(code + 1)).join('')}äöüāăąćĈĊ\u0080\u0088😀\u202e`
const BINARY = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

/** Output comes back as it was written. */
export function bytes(far: Far): void {
  describe('gives output back byte by byte', () => {
    const outputs: Record<string, Buffer> = {
      nothing: Buffer.from(''),
      'one byte': Buffer.from('x'),
      'no final newline': Buffer.from('a\nb'),
      'a final newline': Buffer.from('a\nb\n'),
      'only newlines': Buffer.from('\n\n\n'),
      'CR LF': Buffer.from('a\r\nb\r\n'),
      'terminal control': Buffer.from('\u001b[31mred\u001b[0m\u0007'),
      'every byte, so invalid UTF-8 and NUL': BINARY,
      'what looks like a mark': Buffer.from('\n0123456789abcdef0123456789abcdef 1 0\n'),
    }
    test.each(Object.entries(outputs))('%s', async (_, bytes) => {
      const shell = far.open()
      const octal = [...bytes].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('')
      const want = { code: 0, stdout: bytes.toString('latin1'), stderr: bytes.toString('latin1') }
      const got = await exchange(
        shell,
        `printf '${octal}'; printf '${octal}' >&2`,
        script('cat >&2', { stdin: [bytes] }),
        script('cat', { stdin: [bytes] }),
      )
      expect(got).toEqual([want, { ...want, stdout: '' }, { ...want, stderr: '' }])
    })

    test('ten megabytes each way', async () => {
      const bytes = Buffer.alloc(10_000_000, BINARY)
      const shell = far.open()
      const [ending] = await Promise.all(shell.exchange([script('cat', { stdin: [bytes], timeout: 60_000 })]))
      if (ending?.kind !== 'exited') throw new Error(`the script ended ${ending?.kind}`)
      expect(bytes.equals(ending.stdout)).toBe(true)
      expect(ending.omitted).toBeUndefined()
    })

    test('any bytes as input, any text as a word', async () => {
      const shell = far.open()
      const property = fc.asyncProperty(
        fc.uint8Array(),
        fc.string({ unit: 'grapheme' }),
        async (bytes, word) => {
          const text = word.replaceAll('\0', '')
          const [input, argument] = await exchange(
            shell,
            script('cat', { stdin: [bytes] }),
            `printf %s ${quote(text)}`,
          )
          expect(input?.stdout).toBe(Buffer.from(bytes).toString('latin1'))
          expect(argument?.stdout).toBe(Buffer.from(text).toString('latin1'))
        },
      )
      await fc.assert(property, { numRuns: 25 })
    })

    test('every character of a script', async () => {
      const { stdout } = await run(far.open(), `printf %s ${quote(EVERY)}`)
      expect(Buffer.from(stdout, 'latin1').toString()).toBe(EVERY)
    })
  })
}

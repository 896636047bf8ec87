import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Far } from '../far.ts'
import { exchange, script } from '../far.ts'

const BINARY = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

/** Many scripts, long scripts, large input and output. */
export function bulk(far: Far): void {
  describe('carries much', () => {
    test('five hundred scripts in one frame', async () => {
      const shell = far.open()
      const texts = Array.from({ length: 500 }, (_, n) => `echo ${n}; echo e${n} >&2; exit ${n % 256}`)
      const replies = await exchange(shell, ...texts)
      expect(replies).toEqual(texts.map((_, n) => ({ code: n % 256, stdout: `${n}\n`, stderr: `e${n}\n` })))
      expect(shell.frames).toBe(1)
    })

    test('a frame that no argument could hold', async () => {
      const word = `it's `.repeat(400_000)
      const shell = far.open()
      const text = `cat <<'END'\n${word}\nEND`
      const [reply, after] = await exchange(shell, script(text, { timeout: 60_000 }), 'echo after')
      expect(reply?.stdout === `${word}\n`).toBe(true)
      expect(after?.stdout).toBe('after\n')
    })

    test('a file in a hundred pieces between two payloads of bytes', async () => {
      const source = join(far.folder, 'source')
      const bytes = Buffer.alloc(6_553_601, BINARY)
      writeFileSync(source, bytes)
      const [sum] = await exchange(
        far.open(),
        script('sha256sum', {
          timeout: 60_000,
          stdin: [Buffer.from('first\n'), { source, size: bytes.length }, Buffer.from('\nlast')],
        }),
      )
      const want = createHash('sha256').update('first\n').update(bytes).update('\nlast').digest('hex')
      expect(sum?.stdout).toBe(`${want}  -\n`)
    })

    test('huge output on both streams at once, in bounded memory', { timeout: 120_000 }, async () => {
      const shell = far.open()
      const before = process.memoryUsage().rss
      let peak = before
      const sampler = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage().rss)
      }, 20)
      const text = `head -c ${far.huge} /dev/zero & head -c ${far.huge} /dev/zero >&2; wait`
      const [ending] = await Promise.all(shell.exchange([script(text, { timeout: 120_000 })]))
      clearInterval(sampler)
      if (ending?.kind !== 'exited') throw new Error(`the script ended ${ending?.kind}`)
      const sha256 = hashOfZeros(far.huge)
      const bytes = far.huge - 16 * 1024 * 1024
      expect(ending.omitted).toEqual({ stdout: { bytes, sha256 }, stderr: { bytes, sha256 } })
      expect([ending.stdout.length, ending.stderr.length]).toEqual([far.huge - bytes, far.huge - bytes])
      expect((peak - before) / 1024 / 1024).toBeLessThan(200)
    })
  })
}

function hashOfZeros(size: number): string {
  const hash = createHash('sha256')
  const zeros = Buffer.alloc(1024 * 1024)
  for (let left = size; left > 0; left -= zeros.length)
    hash.update(zeros.subarray(0, Math.min(left, zeros.length)))
  return hash.digest('hex')
}

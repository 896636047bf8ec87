import { describe, expect, test } from 'vitest'
import type { Far } from '../far.ts'
import { exited, run, script } from '../far.ts'

/** Order, counting, and what follows the end of a shell. */
export function frames(far: Far): void {
  describe('frames', () => {
    test('are counted, run in the order sent, and may follow each other unanswered', async () => {
      const shell = far.open()
      const endings = [1, 2, 3].flatMap(frame =>
        shell.exchange([script(`echo ${frame}a`), script(`echo ${frame}b`)]),
      )
      const replies = (await Promise.all(endings)).map(ending => exited(ending).stdout)
      expect(replies.join('')).toBe('1a\n1b\n2a\n2b\n3a\n3b\n')
      expect(shell.frames).toBe(3)
      expect(shell.exchange([])).toEqual([])
      expect(shell.frames).toBe(3)
    })

    test('two shells run side by side', async () => {
      const [one, two] = [far.open(), far.open()]
      const fifo = `/tmp/rampart-conformance-${process.pid}-${Date.now()}`
      await run(one, `mkfifo ${fifo}`)
      const [read] = one.exchange([script(`cat ${fifo}; rm ${fifo}`)])
      await run(two, `echo from the other >${fifo}`)
      expect(await read?.then(exited)).toMatchObject({ stdout: 'from the other\n' })
    })

    test('a closed shell takes no more, and says so', async () => {
      const shell = far.open()
      expect(await run(shell, 'echo on')).toMatchObject({ stdout: 'on\n' })
      await shell.close()
      const [ending] = await Promise.all(shell.exchange([script('echo off')]))
      expect(ending).toMatchObject({ kind: 'never-started', cause: { message: 'the shell was closed' } })
    })

    test('closing loses what is under way', async () => {
      const shell = far.open()
      await run(shell, 'true')
      const endings = shell.exchange([script('sleep 20'), script('true')])
      await run(far.open(), 'true')
      await shell.close()
      expect((await Promise.all(endings)).map(ending => ending.kind)).toEqual(['lost', 'lost'])
    })
  })
}

import { describe, expect, test } from 'vitest'
import type { Far } from '../far.ts'
import { exchange, run, script } from '../far.ts'

/** Every script ends in exactly one of the ways of `Ending`. */
export function endings(far: Far): void {
  describe('tells how a script ended', () => {
    test.each([0, 1, 2, 126, 127, 128, 130, 137, 143, 254, 255])('exit %i', async code => {
      expect(await run(far.open(), `exit ${code}`)).toEqual({ code, stdout: '', stderr: '' })
    })

    test.each([
      ['a command that is none', 'rampart-no-such-command', 127],
      ['a command that cannot run', '/', 126],
      ['a command killed by SIGTERM', "sh -c 'kill -TERM $$'", 143],
      ['its own subshell killed', "sh -c 'kill -KILL $PPID'", 137],
      ['the last command counts', 'false; true', 0],
      ['a failed one under set -e', 'set -e; false; echo never', 1],
    ])('%s', async (_, text, code) => {
      const shell = far.open()
      const [first, second] = await exchange(shell, text, 'echo after')
      expect([first?.code, first?.stdout, second?.stdout]).toEqual([code, '', 'after\n'])
    })

    test('the shell killed by a script', async () => {
      const shell = far.open()
      const endings = await Promise.all(
        shell.exchange([script('echo one'), script('kill -KILL $$; sleep 1'), script('echo three')]),
      )
      expect(endings.map(ending => ending.kind)).toEqual([
        'exited',
        far.signals ? 'signalled' : 'lost',
        'lost',
      ])
      if (far.signals) expect(endings[1]).toEqual({ kind: 'signalled', signal: 'SIGKILL' })
      const later = await Promise.all(shell.exchange([script('echo four')]))
      expect(later.map(ending => ending.kind)).toEqual(['never-started'])
      expect(await shell.closed).toBeInstanceOf(Error)
    })

    test('a script that does not end in time, and those behind it', async () => {
      const shell = far.open()
      const endings = await Promise.all(
        shell.exchange([
          script('echo one'),
          script('echo two; sleep 20', { timeout: 300 }),
          script('echo three'),
        ]),
      )
      expect(endings.map(ending => ending.kind)).toEqual(['exited', 'timed-out', 'lost'])
      expect(await run(far.open(), 'echo another shell')).toMatchObject({ stdout: 'another shell\n' })
    })

    test('a deadline counts from the turn of its script', async () => {
      const shell = far.open()
      const [, , third] = await exchange(
        shell,
        'sleep 0.6',
        'sleep 0.6',
        script('sleep 0.1; echo third', { timeout: 1000 }),
      )
      expect(third?.stdout).toBe('third\n')
    })
  })
}

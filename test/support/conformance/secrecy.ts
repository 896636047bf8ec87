import { describe, expect, test } from 'vitest'
import type { Far } from '../far.ts'
import { exchange, run, script } from '../far.ts'

/** What is said to a host is seen by nobody else there. */
export function secrecy(far: Far): void {
  describe('shows nothing to others', () => {
    test('neither scripts nor input nor the nonce are in an argument or in the environment', async () => {
      const shell = far.open()
      const canary = 'canary-in-the-input'
      const [reply] = await exchange(
        shell,
        script(
          ': canary-in-the-script; cat >/dev/null; for f in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do tr "\\0" " " <$f; done 2>/dev/null',
          { stdin: [Buffer.from(canary)] },
        ),
        'tr "\\0" " " </proc/$$/cmdline; env',
      )
      expect(reply?.stdout).toContain('IFS= read -r x')
      expect(reply?.stdout).not.toContain('canary-in-the')
      const [, own] = await exchange(shell, 'true', 'tr "\\0" " " </proc/$$/cmdline; env')
      expect(own?.stdout).toContain('LC_ALL=C')
      expect(own?.stdout).not.toMatch(/[0-9a-f]{32}/)
    })

    test('the same ground wherever we log in', async () => {
      const { stdout } = await run(
        far.open(),
        'echo "$LC_ALL"; umask; [ "$PWD" = "$HOME" ] && echo home; echo "$PATH"',
      )
      const [locale, umask, home, path] = stdout.split('\n')
      expect([locale, umask, home]).toEqual(['C', expect.stringMatching(/^0*22$/), 'home'])
      expect(path?.split(':')).toEqual(expect.arrayContaining(['/usr/sbin', '/sbin']))
    })
  })
}

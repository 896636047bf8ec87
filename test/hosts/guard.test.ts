import { describe, expect, vi } from 'vitest'
import { guardBench, reasonOf, sideBySide, statesOf, warningsOf } from './guard/bench.ts'
import { useLab } from './lab.ts'

const lab = useLab({ name: 'guard', nodes: 4 })
vi.setConfig({ testTimeout: 400_000, hookTimeout: 600_000 })

const bench = guardBench(lab, ['dgx01', 'dgx02', 'dgx03', 'dgx04'])
const { expectRolledBack, guard, inside, left, look, run, states } = bench

/** Makes a change that has to be rolled back, and finds the host as it was. */
const inVain =
  (tag: string, as: 'root' | 'ops' = 'root') =>
  async (host: string): Promise<void> => {
    const before = await look(host)
    const told = await run(host, tag, ...(as === 'root' ? [] : ['-u', as, '-b']))
    expectRolledBack(told)
    await bench.expectAsBefore(host, before, as)
  }

describe('how a guarded change ends', () => {
  sideBySide(bench, {
    // The slowest first: the host is out of reach until it goes back by itself.
    'T01 a firewall drops all that comes to the port of SSH, by IPv4 and IPv6: its chains go again, and others stay':
      inVain('firewall'),

    'a change by hand is undone by what it says that it touches': inVain('hand'),

    'T01 a firewall drops new connections alone': inVain('newcomers'),

    'T03 our key is gone: it is there again': inVain('keys'),

    'the account by which we come has no shell any more: it has again': inVain('shell', 'ops'),

    'sudo does not serve the account by which we come any more: it does again': inVain('sudo', 'ops'),

    'a change that lets us in is confirmed, and nothing is left that could undo it': async host => {
      const told = await run(host, 'good')
      expect({ code: told.code, guards: statesOf(told) }).toEqual({ code: 0, guards: ['armed', 'confirmed'] })
      expect(told.tasks.map(({ task, status }) => `${task} ${status}`)).toEqual(['a good setting changed'])
      expect(await states(host)).toBe('confirmed')
      expect(await inside(host, 'systemctl is-enabled rampart-boot-guard')).toBe('enabled')
      expect(await left(host)).toBe('')
      expect(await inside(host, 'sshd -T | grep ^maxauthtries')).toBe('maxauthtries 5')
      const again = await run(host, 'good')
      expect(again).toMatchObject({
        code: 0,
        recap: { hosts: { [host]: { ok: 1, changed: 0, frames: 2 } } },
      })
      expect([...statesOf(again), ...warningsOf(again)]).toEqual([])
    },

    'T03 sshd lets nobody in: what comes after has no turn, and the next run says once what happened':
      async host => {
        const before = await look(host)
        const told = await run(host, 'nobody')
        expectRolledBack(told)
        expect(told.tasks.map(({ task, status }) => `${task} ${status}`)).toEqual([
          'nobody may log in rolled-back',
          'file /etc/after skipped',
        ])
        expect(told.tasks[0]?.error).toMatchObject({ name: 'RolledBack' })
        expect(reasonOf(told)).toContain('does not let root in')
        await bench.expectAsBefore(host, before)
        expect(await states(host)).toBe('rolled-back')
        const [next, afterNext] = [await run(host, 'good'), await run(host, 'good')]
        expect(warningsOf(next)).toEqual([
          expect.stringMatching(
            new RegExp(
              `^${host} rolled back the guarded change "nobody may log in" of \\S+@\\S+: .*does not let root in`,
            ),
          ),
        ])
        expect({ code: next.code, guards: statesOf(next) }).toEqual({
          code: 0,
          guards: ['armed', 'confirmed'],
        })
        expect(warningsOf(afterNext)).toEqual([])
      },

    'a change whose handler fails is undone, by steps of its own': async host => {
      const told = await run(host, 'undo')
      expectRolledBack(told)
      expect(reasonOf(told)).toBe('a handler of the change failed')
      expect(await inside(host, 'ls -d /etc/guarded.d; cat "/root/undone" "/root/undone too"')).toBe(
        "it's\nwas here",
      )
      expect(await inside(host, 'stat -c %a "/root/undone too"; ls /var/lib/rampart/pending')).toBe('640')
    },

    'an account that was made goes again, with its group and its home; what was confirmed before it stays':
      async host => {
        const told = await run(host, 'account')
        expect({ code: told.code, guards: statesOf(told) }).toEqual({
          code: 5,
          guards: ['armed', 'confirmed', 'armed', 'rolled-back'],
        })
        expect(
          await inside(
            host,
            'cd /etc && grep -E "carol|guarded" passwd shadow group gshadow subuid subgid; ls /home',
          ),
        ).toBe(['group:guarded:x:1003:', 'gshadow:guarded:!::', 'admin', 'dev', 'ops'].join('\n'))
        const { stdout } = await guard('status', host)
        expect(stdout).toMatch(
          /confirmed +a group.*\n.*rolled-back +an account .* · a handler of the change failed\n|rolled-back +an account .*\n.*confirmed +a group/,
        )
        await inside(host, 'groupdel guarded')
      },
  })
})

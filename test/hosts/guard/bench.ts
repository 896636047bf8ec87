import { beforeAll, expect, test } from 'vitest'
import type { Told } from '../../support/rampart.ts'
import { rampart, rampartRun, startRampart } from '../../support/rampart.ts'
import { FOREIGN, LEFT } from '../../support/trials/state.ts'
import { playbook } from '../door.ts'
import type { TestLab } from '../lab.ts'

/** Seconds until a host of these tests undoes a change by itself. */
export const WITHIN = 45

/** All that these changes may touch: files with their owners, modes, times and bytes, accounts, services, tables. */
const LOOK = `
for file in /root/.ssh/* /etc/ssh/sshd_config.d/* /etc/sudoers.d/* /home/*/.ssh/* /etc/guarded* /etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/subuid /etc/subgid; do
  [ ! -e "$file" ] || stat -c '%n %F %a %u:%g' "$file"
  [ ! -f "$file" ] || sha256sum <"$file"
done
stat -c '%n %Y' /root/.ssh/* /etc/sudoers.d/*
ls -l /home
systemctl is-enabled ssh; systemctl is-active ssh; systemctl show -p UnitFileState ssh
iptables-save | grep -v '^#' | sed 's/ \\[.*//'; ip6tables-save | grep -v '^#' | sed 's/ \\[.*//'`

/** What a guarded change told, in order: `armed`, and then one ending. */
export const statesOf = ({ events }: Told, host?: string) =>
  events
    .filter(({ event, host: of }) => event === 'guard' && (host === undefined || of === host))
    .map(({ state }) => state)

/** Why the first one that was undone was, as the runner tells it. */
export const reasonOf = ({ events }: Told) => events.find(({ reason }) => reason !== undefined)?.['reason']

export const warningsOf = ({ events }: Told) =>
  events.filter(({ event }) => event === 'warning').map(({ message }) => String(message))

/** How tests of guarded changes run them and look at their hosts; nodes are lent to one test at a time. */
export function guardBench(lab: TestLab, nodes: readonly string[], plays = 'guard') {
  const free = [...nodes]
  const waiting: ((node: string) => void)[] = []
  const inside = async (host: string, script: string): Promise<string> =>
    (await lab.inside(host, script)).stdout.trimEnd()
  const args = (host: string, tag: string, more: readonly string[] = []) => [
    ...[playbook(plays), '-i', lab.files.inventory, '-l', host, '-t', tag],
    ...more,
  ]
  const bench = {
    inside,
    /** Removes what a test has left, and all changes that the host knows of. */
    tidy: (host: string) => inside(host, TIDY),
    look: (host: string) => inside(host, LOOK),
    /** What is left of changes that have ended, after a moment in which units are collected. */
    async left(host: string): Promise<string> {
      let left = ''
      for (let i = 0; i < 25; i++) {
        left = await inside(host, LEFT)
        if (left === '') break
        await new Promise(resolve => setTimeout(resolve, 400))
      }
      return left
    },
    run: (host: string, tag: string, ...more: readonly string[]) => rampartRun(args(host, tag, more)),
    start: (host: string, tag: string, ...more: readonly string[]) =>
      startRampart(['run', ...args(host, tag, more), '--json']),
    guard: (action: 'status' | 'confirm' | 'undo', host: string, ...more: readonly string[]) =>
      rampart(['guard', action, host, '-i', lab.files.inventory, ...more]),
    /** A login by somebody else's hand, with a new connection. */
    async expectLogin(host: string, user = 'root'): Promise<void> {
      expect(await lab.ssh(host, 'sudo -n true && echo in', [`User=${user}`])).toMatchObject({
        stdout: 'in\n',
      })
    },
    expectRolledBack(told: Told): void {
      expect({ code: told.code, guards: statesOf(told) }).toEqual({
        code: 5,
        guards: ['armed', 'rolled-back'],
      })
    },
    /** Nothing of a change is there any more, and nothing of its guard goes on. */
    async expectAsBefore(host: string, before: string, user = 'root'): Promise<void> {
      await bench.expectLogin(host, user)
      expect(await bench.look(host)).toBe(before)
      expect(await bench.left(host)).toBe('')
    },
    /** The states of all changes that a host knows of. */
    states: (host: string) =>
      inside(host, 'cd /var/lib/rampart/txn && ls -d */state.* | sed "s/.*state[.]//" | sort'),
    /** Lends a node, with chains of somebody else on it; what it holds afterwards of a confirmed change is removed. */
    async onNode(work: (host: string) => Promise<void>): Promise<void> {
      const host = free.shift() ?? (await new Promise<string>(resolve => waiting.push(resolve)))
      try {
        await inside(host, FOREIGN)
        await work(host)
      } finally {
        await bench.tidy(host)
        const next = waiting.shift()
        if (next) next(host)
        else free.push(host)
      }
    },
  }
  return bench
}

type Bench = ReturnType<typeof guardBench>

/**
 * Tests that wait for hosts more than they compute: all begin together, as far as there are nodes for them, and each is
 * told in its turn.
 */
export function sideBySide(
  { onNode }: Bench,
  cases: Readonly<Record<string, (host: string) => Promise<void>>>,
): void {
  const going = new Map<string, Promise<void>>()
  beforeAll(() => {
    for (const [name, work] of Object.entries(cases)) {
      const end = onNode(work)
      end.catch(() => undefined) // it is told in its turn
      going.set(name, end)
    }
  })
  test.each(Object.keys(cases))('%s', async name => {
    expect.hasAssertions()
    await expect(going.get(name)).resolves.toBeUndefined()
  })
}

const TIDY = `
systemctl stop 'rampart-rb-*' 'rampart-ap-*'
rm -rf /var/lib/rampart/txn /etc/guarded* /etc/ssh/sshd_config.d/50-guard.conf /root/undone* /root/go /root/begun /root/mended
for ipt in iptables ip6tables; do $ipt -w -F; $ipt -w -X; done
systemctl reset-failed ssh; systemctl restart ssh`

import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { TestLab } from './lab.ts'

/** Waits until a script succeeds on a host, looked at from outside. Throws after so many seconds. */
export async function until(lab: TestLab, host: string, script: string, seconds = 60): Promise<void> {
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; await sleep(100)) {
    if ((await lab.inside(host, script)).code === 0) return
  }
  const { code, stderr } = await lab.inside(host, script)
  expect({ script, code, stderr }).toMatchObject({ code: 0 })
}

/**
 * What a run must not leave on a host (invariant I5): temporary files, receipts, scripts and units of long operations,
 * a held lock, and processes of its logins. One line each; empty if there is none.
 */
export async function litter(lab: TestLab, host: string): Promise<string> {
  let found = ''
  // sshd may take a moment to see that nobody is there any more.
  for (const end = performance.now() + 10_000; performance.now() < end; await sleep(300)) {
    found = (await lab.inside(host, LITTER)).stdout
    if (found === '') break
  }
  return found
}

const LITTER = `
find / /run /tmp /dev/shm -xdev -name '.*.rampart-*' -print 2>/dev/null | sort -u
for state in /var/lib/rampart /home/*/.local/state/rampart; do
  [ ! -d "$state" ] || find "$state/receipts" "$state/op" -mindepth 1 2>/dev/null
done
find /run/rampart/op -mindepth 1 2>/dev/null
systemctl list-units --all --plain --no-legend 'rampart-op-*'
for lock in /run/rampart/lock /home/*/.local/state/rampart/lock; do
  [ ! -e "$lock" ] || flock -n "$lock" true || echo "held: $lock $(cat "$lock")"
done
grep -lz ^SSH_CONNECTION= /proc/[0-9]*/environ 2>/dev/null | while IFS=/ read -r _ _ process _; do
  echo "process $(tr '\\0' ' ' <"/proc/$process/cmdline")"
done`

/** What the playbook `count` has done for a user: `~/count` has a line for each time. */
export interface Counted {
  readonly user: string
  readonly home: string
}
export const ROOT: Counted = { user: 'root', home: '/root' }
export const ADMIN: Counted = { user: 'admin', home: '/home/admin' }
export const OPS: Counted = { user: 'ops', home: '/home/ops' }

/** How often the playbook `count` did its work. */
export async function countOf(lab: TestLab, host: string, { home } = ROOT): Promise<number> {
  return Number((await lab.inside(host, `cat ${home}/count | wc -l`)).stdout)
}

/** Waits until the playbook `count` is at work. */
export const atWork = (lab: TestLab, host: string, { home } = ROOT): Promise<void> =>
  until(lab, host, `test -e ${home}/count`)

/** Lets the playbook `count` come to its end. */
export const go = (lab: TestLab, host: string, { home } = ROOT): Promise<unknown> =>
  lab.inside(host, `touch ${home}/go`)

/** Lets the playbook `count` find a host as if it had never been there. */
export const forget = (lab: TestLab, host: string): Promise<unknown> =>
  lab.inside(
    host,
    'cd / && for home in /root /home/*; do rm -f $home/count $home/done $home/go; done; rm -rf /var/lib/rampart',
  )

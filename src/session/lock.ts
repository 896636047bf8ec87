import { CheckFailed, HostLocked } from '../model/error.ts'

/**
 * Hears what `_hold` of the prelude said, and on stderr. Throws a HostLocked that names who holds the host, and since when
 * nothing was heard of them, or a CheckFailed.
 */
export function heldOrThrow(said: string, complaint: string, host: string): void {
  const [word, owner, run, age] = said.trim().split('\t')
  if (word === 'held') return
  if (word === 'busy') {
    throw new HostLocked(`${host} is held by ${owner}'s run ${run}, which gave a sign of life ${age} s ago`, {
      hint: 'Wait for it to end. A run that has died is taken over 60 s after its last sign of life.',
    })
  }
  if (word === 'missing') {
    throw new CheckFailed(`${host} has no ${owner}, which the host lock needs`, {
      hint: 'Install util-linux (Debian, RHEL) or busybox with the flock applet.',
    })
  }
  throw new CheckFailed(`${host} cannot be locked: ${complaint.trim() || said.trim()}`, {
    hint: 'Root keeps the lock in /run/rampart, another user in ~/.local/state/rampart: it must be theirs to write.',
  })
}

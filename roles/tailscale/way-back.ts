import type { Command, Guard } from 'rampart'
import { run } from 'rampart'

/**
 * The guard of a change that may take so many seconds. Its undo runs in the folder of the guarded change, in which the cure
 * has left what leads back.
 */
export const guarded = (seconds: number): Guard => ({
  undo: [run`[ ! -s tailscale.before ] || sh ./tailscale.before`],
  within: seconds + 90,
})

/** Leaves it there, before anything is changed. Where nothing is guarded there is no such folder. */
export function noted(back: Command): Command {
  return run`for open in /var/lib/rampart/txn/*/state.pending; do
  [ ! -e "$open" ] || printf '%s\\n' ${back.script} >"\${open%/*}/tailscale.before" || exit
done`
}

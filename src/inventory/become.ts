import type { Say } from './connection.ts'
import { truth, unfit, word } from './connection.ts'

/**
 * As whom tasks run on a host unless they say more: `true` is root. Ansible's `ansible_become` and
 * `ansible_become_user` are two halves of it. Throws an InventoryError for a half that means nothing alone.
 */
export function becomeOf(host: string, { say, sayApart }: { say: Say; sayApart: Say }): boolean | string {
  const become = said(host, sayApart)
  // `-b` makes root of who is nobody in particular, and leaves alone who is somebody.
  return become === false && say('become')?.level.by === 'command line' ? true : become
}

function said(host: string, say: Say): boolean | string {
  const given = say('become')
  const half = say('become_user')
  const whom = half === undefined || half.value.value === null ? undefined : word(half, host)
  if (given === undefined || given.value.value === null) {
    if (half === undefined || whom === undefined || whom === 'root') return false
    throw unfit(half, host, 'enough', `Without ansible_become it changes nothing: write \`become: ${whom}\`.`)
  }
  const yes = truth(given)
  if (yes === false) return false
  const user = yes === true ? (whom ?? 'root') : word(given, host)
  if (half !== undefined && whom !== undefined && whom !== user) {
    throw unfit(half, host, `${user}, as ${given.name} says`, 'Say it once.')
  }
  return user === 'root' ? true : user
}

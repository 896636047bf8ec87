import { PlaybookError } from './error.ts'
import type { Host } from './host.ts'
import { kindOf } from './kind-of.ts'
import { remember } from './made.ts'
import { refuseNameless, refuseOptions } from './options.ts'
import type { Item } from './role.ts'

/** So many hosts at a time, or that share of them. */
export type Batch = number | `${number}%`

export interface PlayOptions {
  /** A group, a host, or a pattern such as `dgx:!dgx03`. */
  readonly hosts: string
  /** As whom its tasks run: `true` is root. */
  readonly become?: boolean | string
  readonly tags?: readonly string[]
  /** So many hosts at a time; of a list each batch has its own size, and the last one repeats. */
  readonly serial?: Batch | readonly Batch[]
}

export interface Play extends PlayOptions {
  readonly type: 'play'
  readonly name: string
}

/** What stands behind a {@link Play}. */
export interface PlayNode extends Play {
  readonly items: (host: Host) => readonly Item[]
}

export interface Playbook {
  readonly type: 'playbook'
  readonly plays: readonly Play[]
}

/**
 * A list of items for the hosts that a pattern names; as a function, each host's list may differ. Throws a VariableError
 * for options that it does not have, a PlaybookError for what is no list.
 */
export function play(
  name: string,
  options: PlayOptions,
  items: readonly Item[] | ((host: Host) => readonly Item[]),
): Play {
  refuseNameless('play', name)
  refuseOptions('play', `play("${name}")`, options)
  if (!Array.isArray(items) && (typeof items !== 'function' || 'role' in items))
    throw new PlaybookError(`play("${name}") is given ${kindOf(items)} where its list should be`, {
      hint: "Write play('…', { hosts: '…' }, […]).",
    })
  const node: PlayNode = {
    type: 'play',
    name,
    ...options,
    items: typeof items === 'function' ? items : () => items as readonly Item[],
  }
  return remember(node, play)
}

/** Plays, run one after the other. */
export function playbook(...plays: readonly Play[]): Playbook {
  return { type: 'playbook', plays }
}

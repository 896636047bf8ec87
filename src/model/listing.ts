/** What a playbook would do where, as `rampart list` shows it. Nobody was asked for it. */
export interface Listing {
  readonly plays: readonly ListedPlay[]
  /** Hosts that were never reached: their lists take a plain Debian host's facts. */
  readonly assumed: readonly string[]
}

export interface ListedPlay {
  readonly play: string
  /** The hosts it selects, after `--limit`, in the inventory's order. */
  readonly hosts: readonly ListedHost[]
}

export interface ListedHost {
  readonly host: string
  /** The first address by which it would be reached. */
  readonly address: string
  readonly via?: string
  readonly tasks: readonly ListedTask[]
}

export interface ListedTask {
  readonly task: string
  readonly role?: string
  /** Its own and those of its use, role and play. */
  readonly tags: readonly string[]
}

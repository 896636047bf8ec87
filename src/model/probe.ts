import type { Command } from './command.ts'

/** What a command answered. */
export interface Reply {
  readonly code: number
  /** Standard output as UTF-8; bytes that are not UTF-8 show as U+FFFD. */
  readonly stdout: string
  readonly stderr: string
  /** Standard output, byte for byte. */
  readonly bytes: Uint8Array
}

/**
 * Many small questions that one command answers, such as the versions of fifty packages. `parse` gives one value for
 * each key, in the order of the keys.
 */
export interface Query<K, V> {
  readonly name: string
  readonly command: (keys: readonly K[]) => Command<'read'>
  readonly parse: (reply: Reply, keys: readonly K[]) => readonly V[]
}

/** Read-only sight of one host until the next write to it. All that a check ever gets. */
export interface Probe<On extends string = never> {
  /** Runs a reading command. What is asked in one turn of the event loop travels together. */
  ask(command: Command<'read'>): Promise<Reply>
  /** Answers one key of a query; the keys of one turn become one command. */
  ask<K, V>(query: Query<K, V>, key: K): Promise<V>
  /** The same sight of another host of the run, which the task names in its `on`. */
  on(host: On): Probe<On>
}

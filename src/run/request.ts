import type { Mode } from '../model/outcome.ts'
import type { Secret } from '../model/secret.ts'

/** What to run or list, as the command line or a program says it. Nothing of it has been looked up yet. */
export interface Selection {
  /** Paths of playbooks, run one after the other as one. */
  readonly playbooks: readonly string[]
  /** `-i`: a file, a folder, or names with a comma. Undefined: `$RAMPART_INVENTORY`, then `inventory/`. */
  readonly inventory: string | undefined
  readonly limit: readonly string[]
  readonly roles: readonly string[]
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  /** The name of the task to begin at. */
  readonly startAt: string | undefined
  /** `K=V` with V as YAML, `ROLE.VARIABLE=V`, or `@FILE`, in their order. */
  readonly extraVars: readonly string[]
}

/** What a playbook's run is asked and an inventory alone is not. */
export const NO_PLAYBOOK: Omit<Selection, 'inventory' | 'extraVars'> = {
  playbooks: [],
  limit: [],
  roles: [],
  tags: [],
  skipTags: [],
  startAt: undefined,
}

export interface RunRequest extends Selection {
  readonly mode: Mode
  /** Hosts at a time. */
  readonly forks: number
  readonly user: string | undefined
  /** A private key file. */
  readonly key: string | undefined
  readonly become: boolean
  /** `-k`: for hosts whose inventory has no password. */
  readonly password: Secret | undefined
  /** `-K` */
  readonly becomePassword: Secret | undefined
  readonly acceptNew: boolean
  /** `-v`: emit what commands print. */
  readonly verbose: boolean
}

export interface ListRequest extends Selection {
  readonly what: 'hosts' | 'tasks' | 'tags'
}

/** How a run is told to end early. */
export interface AbortSignals {
  /** Begin nothing new, finish what is under way on each host, tell the recap. */
  readonly stop: AbortSignal
  /** Wait for nobody: close the connections and tell the recap. Receipts on the hosts say what became of the rest. */
  readonly abort: AbortSignal
}

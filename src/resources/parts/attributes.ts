import type { Command, FileMode } from '../../index.ts'
import { mode, run } from '../../index.ts'
import { existingAccount } from '../parameters/account.ts'
import type { FileStat } from '../queries/stat.ts'

/** The parameters of all that has a mode and an owner. */
export const attributes = {
  mode: mode().optional().describe("octal, with its leading zero: `'0644'`; not given: left as it is"),
  owner: existingAccount().optional().describe('the name or number of its user; not given: left as it is'),
  group: existingAccount().optional().describe('the name or number of its group; not given: left as it is'),
}

/** Who may do what with a file. What is not given is left as it is. */
export interface Attributes {
  readonly mode?: FileMode | undefined
  readonly owner?: string | number | undefined
  readonly group?: string | number | undefined
}

export type Changes = Record<string, readonly [from: string, to: string]>

/** What of a file's mode and owner differs from what is wanted. */
export function attributeChanges(wanted: Attributes, stat: FileStat): Changes {
  const changes: Changes = {}
  if (wanted.mode !== undefined && !isMode(stat.mode, wanted.mode)) changes['mode'] = [stat.mode, wanted.mode]
  if (!isAccount(wanted.owner, stat.uid, stat.owner)) changes['owner'] = [stat.owner, String(wanted.owner)]
  if (!isAccount(wanted.group, stat.gid, stat.group)) changes['group'] = [stat.group, String(wanted.group)]
  return changes
}

/**
 * Gives a file its owner and mode, in this order: chown(2) takes the set-id bits away. `now` is what it has; without it
 * all that is wanted is set.
 */
export function attributeSteps(path: string, wanted: Attributes, now?: FileStat): readonly Command[] {
  const changes = now === undefined ? undefined : attributeChanges(wanted, now)
  const chowns = changes ? 'owner' in changes || 'group' in changes : ownerAndGroup(wanted) !== undefined
  const mode = wanted.mode ?? now?.mode
  const chmods =
    mode !== undefined && (changes === undefined || 'mode' in changes || (chowns && hasSetId(mode)))
  return [
    ...(chowns ? [run`chown -h -- ${ownerAndGroup(wanted) ?? ':'} ${path}`] : []),
    ...(chmods ? [run`chmod -- ${exactMode(mode)} ${path}`] : []),
  ]
}

/** As chown(1) takes them: `owner:group`, each of which may be missing; undefined if both are. */
export function ownerAndGroup({ owner, group }: Attributes): string | undefined {
  if (owner === undefined && group === undefined) return undefined
  return group === undefined ? String(owner) : `${owner ?? ''}:${group}`
}

/** `'0644'` and `'00644'` are one mode. */
const isMode = (one: FileMode, other: FileMode): boolean =>
  Number.parseInt(one, 8) === Number.parseInt(other, 8)

/** In five digits: with fewer, GNU's chmod(1) leaves a directory's set-id bits as they are. */
export const exactMode = (mode: FileMode): string => Number.parseInt(mode, 8).toString(8).padStart(5, '0')

const hasSetId = (mode: FileMode): boolean => (Number.parseInt(mode, 8) & 0o6000) !== 0

function isAccount(wanted: string | number | undefined, id: number, name: string): boolean {
  if (wanted === undefined) return true
  return typeof wanted === 'number' ? wanted === id : wanted === name
}

import { UsageError } from '../model/error.ts'
import { didYouMean } from '../model/nearest.ts'
import type { Entry, TaskEntry } from './entry.ts'
import { isTask } from './entry.ts'
import type { Stage } from './stage.ts'

/** Which tasks of the lists are wanted. Empty: all. */
export interface Wanted {
  readonly roles: readonly string[]
  readonly tags: readonly string[]
  readonly skipTags: readonly string[]
  /** The task to begin at, by name or `role › name`; what stands before it in the playbook's order is left out. */
  readonly startAt: string | undefined
}

/**
 * The lists of hosts, host by host, with only what is wanted. Throws a UsageError for a name that nothing has, and if
 * nothing is left.
 *
 * @param others Lists of hosts that were not reached: what they have is there, though it is not done now.
 */
export function select(
  lists: ReadonlyMap<string, readonly Stage[]>,
  wanted: Wanted,
  others: readonly (readonly Stage[])[] = [],
): ReadonlyMap<string, readonly Stage[]> {
  const tasks = [...lists.values(), ...others].flat().flatMap(stage => stage.entries.filter(isTask))
  refuseUnknown(tasks, wanted)
  const selected = new Map([...lists].map(([host, stages]) => [host, chosen(stages, wanted)]))
  const left = [...selected.values(), ...others.map(stages => chosen(stages, wanted))]
    .flat()
    .some(stage => stage.entries.some(isTask))
  if (!left && tasks.length > 0 && isFilter(wanted)) {
    throw new UsageError('no task is left by --role, --tags, --skip-tags and --start-at together', {
      hint: 'rampart list PLAYBOOK shows every task with its role and tags.',
    })
  }
  return selected
}

function chosen(stages: readonly Stage[], wanted: Wanted): readonly Stage[] {
  let begun = wanted.startAt === undefined
  return stages.map(stage => ({
    ...stage,
    entries: stage.entries.filter((entry: Entry) => {
      if (!isTask(entry)) return begun
      begun ||= isNamed(entry, wanted.startAt ?? '')
      return begun && isWanted(entry, wanted)
    }),
  }))
}

/** Ansible's rule: `always` runs unless skipped by name, `never` only if one of its tags is asked for. */
function isWanted({ role, tags }: TaskEntry, wanted: Wanted): boolean {
  if (wanted.roles.length > 0 && !wanted.roles.includes(role ?? '')) return false
  if (wanted.skipTags.some(tag => tags.has(tag) || (tag === 'all' && !tags.has('always')))) return false
  const asked = wanted.tags.filter(tag => tag !== 'all')
  if (
    asked.some(
      tag => tags.has(tag) || (tag === 'tagged' && tags.size > 0) || (tag === 'untagged' && tags.size === 0),
    )
  )
    return true
  if (tags.has('always')) return true
  return !tags.has('never') && asked.length === 0
}

const isNamed = ({ role, task }: TaskEntry, name: string): boolean =>
  task.name === name || `${role} › ${task.name}` === name || `${role} : ${task.name}` === name

const isFilter = (wanted: Wanted): boolean =>
  wanted.roles.length + wanted.tags.length + wanted.skipTags.length > 0 || wanted.startAt !== undefined

function refuseUnknown(tasks: readonly TaskEntry[], wanted: Wanted): void {
  const roles = new Set(tasks.flatMap(({ role }) => role ?? []))
  const tags = new Set(tasks.flatMap(entry => [...entry.tags]))
  const special = ['all', 'tagged', 'untagged', 'always', 'never']
  refuse('--role', 'role', wanted.roles, roles)
  refuse('--tags', 'tag', wanted.tags, tags, special)
  refuse('--skip-tags', 'tag', wanted.skipTags, tags, special)
  if (wanted.startAt !== undefined && !tasks.some(entry => isNamed(entry, wanted.startAt ?? ''))) {
    const names = new Set(tasks.map(({ task }) => task.name))
    throw new UsageError(`--start-at: no task is called "${wanted.startAt}"`, {
      hint: didYouMean(wanted.startAt, names, 'There are no tasks at all.'),
    })
  }
}

function refuse(
  flag: string,
  what: string,
  asked: readonly string[],
  known: ReadonlySet<string>,
  also: readonly string[] = [],
): void {
  for (const name of asked) {
    if (known.has(name) || also.includes(name)) continue
    throw new UsageError(`${flag}: no task of this playbook has the ${what} "${name}"`, {
      hint: didYouMean(name, known, `None of its tasks has a ${what}.`),
    })
  }
}

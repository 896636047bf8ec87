import type { Drift, Plan, Steps } from '../model/plan.ts'
import { isUpload } from '../model/plan.ts'
import { Secret } from '../model/secret.ts'
import type { TaskNode } from '../model/task.ts'
import type { Entry, TaskEntry } from './entry.ts'
import { isTask } from './entry.ts'
import type { Walk } from './walk.ts'

/** A drift that was found together with others, in one epoch. */
export interface Mate {
  readonly entry: TaskEntry
  readonly drift: Drift
}

/** At most so many cures in a frame: a person who interrupts the run waits for those that are under way. */
const MOST = 64
/** They are sought among so many tasks: each is compared with all before it. */
const FARTHEST = 256

/**
 * The tasks whose cures may travel in one frame with that of the first, in the list's order; the first is one of them.
 * All were looked at in this epoch, drift with data steps, and touch disjoint things of one kind, as their resources say:
 * none of them can change what another has found, so running them one after the other without a look in between comes to
 * the same. A task of which that is not sure ends the search, for it may touch anything. Undefined if the first was
 * looked at too long ago by now.
 */
export async function matesOf(
  walk: Walk,
  entries: readonly Entry[],
  at: number,
): Promise<readonly Mate[] | undefined> {
  const mates: Mate[] = []
  const scope: Reach[] = []
  const end = Math.min(entries.length, at + FARTHEST)
  for (let i = at; i < end && mates.length < MOST; i++) {
    const next = await fitting(walk, entries[i] as Entry, scope)
    if (next === undefined) break
    scope.push(next.reach)
    if (next.plan.status === 'drift') mates.push({ entry: next.entry, drift: next.plan as Drift })
  }
  const first = entries[at] as TaskEntry
  return walk.seen(first) === undefined ? undefined : mates
}

interface Fitting {
  readonly entry: TaskEntry
  readonly reach: Reach
  readonly plan: Plan<unknown>
}

/** A task, in sync or to be cured, that depends on none of those before it; undefined if that is not sure. */
async function fitting(walk: Walk, entry: Entry, scope: readonly Reach[]): Promise<Fitting | undefined> {
  const reach = isTask(entry) ? reachOf(walk, entry) : undefined
  if (!isTask(entry) || reach === undefined || scope.some(other => depend(other, reach))) return undefined
  const plan = await seen(walk, entry)
  if (plan === undefined || (plan.status === 'drift' && !isPlain(plan))) return undefined
  return { entry, reach, plan }
}

/** What a look of this epoch says, if there is one that could tell. */
async function seen(walk: Walk, entry: TaskEntry): Promise<Plan<unknown> | undefined> {
  const look = walk.seen(entry)
  const plan = await look?.plan.catch(() => undefined)
  return look?.stale ? undefined : plan
}

/** Steps that are short, and after which the host is still there. */
const isPlain = ({ always, cure }: Drift<unknown>): boolean =>
  !always && (cure as Steps).every(step => isUpload(step) || !(step.unit || step.reboot))

/** What one task has to do with, as far as it says. */
interface Reach {
  readonly kind: string
  readonly user: string
  /** What it touches, without the kind. */
  readonly own: readonly string[]
  /** Whatever else its parameters name: a mount's folder, a file's owner. */
  readonly named: readonly string[]
}

/** Kinds of things of which one does not change because of another. A package or a unit may bring about anything. */
const KINDS: ReadonlySet<string> = new Set(['file', 'user', 'group'])

function reachOf(walk: Walk, { task, user }: TaskEntry): Reach | undefined {
  const { resource, apply, guard, on } = task as TaskNode
  if (resource === undefined || apply || guard || on.length > 0 || !walk.session.isOwn(user)) return undefined
  const kinds = new Set(resource.touches.map(touch => touch.slice(0, touch.indexOf(':'))))
  const [kind = ''] = kinds
  if (kinds.size !== 1 || !KINDS.has(kind)) return undefined
  const own = resource.touches.map(touch => touch.slice(touch.indexOf(':') + 1))
  return { kind, user, own, named: [...own, ...wordsOf(resource.spec)] }
}

function depend(one: Reach, other: Reach): boolean {
  if (one.kind !== other.kind || one.user !== other.user) return true
  const meet = one.kind === 'file' ? overlap : same
  const touched = (by: Reach, of: Reach): boolean =>
    by.own.some(mine => of.named.some(theirs => meet(mine, theirs)))
  return touched(one, other) || touched(other, one)
}

const same = (one: string, other: string): boolean => one === other

/** One path is the other, or leads to it. */
const overlap = (one: string, other: string): boolean =>
  one === other || beneath(one, other) || beneath(other, one)

const beneath = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

/** Longer than any name: it is content. */
const LONGEST = 1024

/** All that could be a name or a path in a resource's parameters. */
function wordsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.length > 0 && value.length <= LONGEST ? [value] : []
  if (typeof value !== 'object' || value === null || Secret.is(value) || value instanceof Uint8Array)
    return []
  return Object.values(value).flatMap(wordsOf)
}

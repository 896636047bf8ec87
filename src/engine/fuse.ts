import type { Drift, Plan, Steps } from '../model/plan.ts'
import { isUpload } from '../model/plan.ts'
import { Secret } from '../model/secret.ts'
import type { TaskNode } from '../model/task.ts'
import type { Entry, TaskEntry } from './entry.ts'
import { isTask } from './entry.ts'
import { Foresight, overlap } from './foresight.ts'
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
 * the same. One that touches the very file of another may come along too, where it is known what that one leaves behind.
 * A task of which none of this is sure ends the search, for it may touch anything. Undefined if the first was looked at
 * too long ago by now.
 */
export async function matesOf(
  walk: Walk,
  entries: readonly Entry[],
  at: number,
): Promise<readonly Mate[] | undefined> {
  const party = new Party(walk)
  const end = Math.min(entries.length, at + FARTHEST)
  for (let i = at; i < end && party.size < MOST; i++) {
    if (!(await party.admits(entries[i] as Entry))) break
  }
  const mates = await party.settled()
  const first = entries[at] as TaskEntry
  return walk.seen(first) === undefined ? undefined : mates
}

/** Those found so far. */
class Party {
  readonly #walk: Walk
  readonly #foresight: Foresight
  readonly #mates: (Mate & { readonly reach: Reach })[] = []
  /** Those in sync that were not looked at, but foreseen. */
  readonly #others: TaskEntry[] = []
  /** How many came in before the first that was foreseen. */
  #certain: number | undefined

  constructor(walk: Walk) {
    this.#walk = walk
    this.#foresight = new Foresight(walk.session)
  }

  get size(): number {
    return this.#mates.length
  }

  /** Takes a task in if it drifts. False if it cannot be told what it would find in its turn. */
  async admits(entry: Entry): Promise<boolean> {
    const reach = isTask(entry) ? reachOf(this.#walk, entry) : undefined
    if (!isTask(entry) || reach === undefined) return false
    const before = this.#mates.filter(mate => depend(mate.reach, reach))
    const isForeseen = before.length > 0
    if (isForeseen && !before.every(mate => mate.drift.leaves && isOneFile(mate.reach, reach))) return false
    const plan = isForeseen ? await this.#foresight.plan(entry) : await seen(this.#walk, entry)
    if (plan === undefined || (plan.status === 'drift' && !isPlain(plan))) return false
    if (isForeseen) this.#certain ??= this.size
    if (plan.status === 'in-sync') {
      if (isForeseen) this.#others.push(entry)
      return true
    }
    const drift = plan as Drift
    this.#mates.push({ entry, drift, reach })
    this.#foresight.add(reach.own, drift.leaves ?? [])
    return true
  }

  /** All of them, if those that follow others on a file do not undo what these did there; else those before. */
  async settled(): Promise<readonly Mate[]> {
    if (this.#certain === undefined) return this.#mates
    const edits = this.#mates.filter(({ drift }) => drift.leaves).map(({ entry }) => entry)
    const plans = await Promise.all([...edits, ...this.#others].map(entry => this.#foresight.plan(entry)))
    return plans.every(plan => plan?.status === 'in-sync') ? this.#mates : this.#mates.slice(0, this.#certain)
  }
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

/** Whether both are about one and the same file. */
const isOneFile = (one: Reach, other: Reach): boolean =>
  one.kind === 'file' &&
  other.kind === 'file' &&
  one.user === other.user &&
  [...one.own, ...other.own].every(path => path === one.own[0])

/** Longer than any name: it is content. */
const LONGEST = 1024

/** All that could be a name or a path in a resource's parameters. */
function wordsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.length > 0 && value.length <= LONGEST ? [value] : []
  if (typeof value !== 'object' || value === null || Secret.is(value) || value instanceof Uint8Array)
    return []
  return Object.values(value).flatMap(wordsOf)
}

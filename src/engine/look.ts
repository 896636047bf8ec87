import { PlaybookError } from '../model/error.ts'
import { kindOf } from '../model/kind-of.ts'
import { madeAt } from '../model/made.ts'
import type { Plan } from '../model/plan.ts'
import { isStep } from '../model/plan.ts'
import type { Probe } from '../model/probe.ts'
import type { TaskNode } from '../model/task.ts'
import type { Epoch } from '../session/epoch.ts'
import type { Session } from '../session/session.ts'
import { notNamed } from './connected.ts'
import type { TaskEntry } from './entry.ts'
import type { Reach } from './reach.ts'

/** A check that is under way or has answered, and which hosts it asked when. */
export interface Look {
  readonly plan: Promise<Plan<unknown>>
  /** Names of the hosts asked so far, its own first. */
  readonly asked: ReadonlySet<string>
  /** Whether a host it asked was written to since: then it says nothing. */
  readonly stale: boolean
  /** Whether it has said that nothing is to be done. */
  readonly inSync: boolean
}

/** Starts a task's check. What is asked in this turn by other checks travels with it. */
export function look({ task, user }: TaskEntry, home: Session, reach: Reach): Look {
  const asked = new Set([home.host])
  const epochs = new Set<Epoch>([home.epoch])
  let inSync = false
  const plan = (async () => verdict(task, await task.check(probe(home, user))))()
  plan.then(
    ({ status }) => {
      inSync = status === 'in-sync'
    },
    () => undefined, // a look that is never used may fail unseen
  )
  return {
    plan,
    asked,
    get inSync() {
      return inSync
    },
    get stale() {
      return [...epochs].some(epoch => epoch.over)
    },
  }

  function probe(session: Session, as: string): Probe<string> {
    return {
      ask: session.epoch.asker(as),
      on: (host: string) => {
        if (!task.on.includes(host)) throw notNamed(task.name, host)
        const other = reach(host)
        asked.add(host)
        epochs.add(other.epoch)
        return probe(other, other.user)
      },
    }
  }
}

/** What a check returned, if that is a verdict that can be acted on. The types say so; but no compiler runs before a run. */
function verdict(task: TaskNode, said: Plan<unknown> | undefined): Plan<unknown> {
  if (said?.status === 'in-sync') return said
  if (said?.status !== 'drift')
    throw new PlaybookError(`the check of "${task.name}" returns ${kindOf(said)}, not what it found`, {
      at: madeAt(task),
      hint: 'Let it return inSync() or drift(…).',
    })
  if (task.apply || (Array.isArray(said.cure) && said.cure.length > 0 && said.cure.every(isStep))) return said
  throw new PlaybookError(`the drift of "${task.name}" carries no steps`, {
    at: madeAt(task),
    hint: 'Give the drift its steps, drift(diff, [run`…`]), or the task an apply.',
  })
}

import { CheckFailed, StepFailed } from '../model/error.ts'
import { asMistake } from '../model/mistake.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Reply } from '../model/probe.ts'
import type { TaskEntry } from './entry.ts'
import { isTask } from './entry.ts'
import { tell } from './scene.ts'
import type { Stage } from './stage.ts'
import type { Walk } from './walk.ts'

/** Tells how a task ended. `since` is when its turn came, ms since the start. */
export function sayTask(walk: Walk, stage: Stage, entry: TaskEntry, outcome: Outcome, since: number): void {
  const { status } = outcome
  tell(walk.scene, 'task', {
    host: walk.host,
    play: stage.play,
    ...(entry.role === undefined ? {} : { role: entry.role }),
    task: entry.task.name,
    status,
    ...('diff' in outcome && outcome.diff !== undefined ? { diff: outcome.diff } : {}),
    ...('after' in outcome ? { after: outcome.after } : {}),
    ...('because' in outcome ? { after: outcome.because } : {}),
    ...('error' in outcome ? { error: asMistake(outcome.error, kindOf(outcome)) } : {}),
    ms: Math.round(walk.scene.clock() - since),
  })
}

/** What an error is that a task's own code threw. */
const kindOf = (outcome: Outcome): typeof CheckFailed | typeof StepFailed =>
  'during' in outcome && outcome.during === 'apply' ? StepFailed : CheckFailed

/** Tells what a host is at. */
export function sayDoing(walk: Walk, stage: Stage, entry: TaskEntry, doing: 'look' | 'cure'): void {
  tell(walk.scene, 'progress', {
    host: walk.host,
    play: stage.play,
    ...(entry.role === undefined ? {} : { role: entry.role }),
    task: entry.task.name,
    doing,
    ...walk.count(entry),
  })
}

/** Tells of the tasks from a place of the list on, to its end or another place, that they have no turn. */
export function skipRest(walk: Walk, stage: Stage, from: number, because: string, to?: number): void {
  const now = walk.scene.clock()
  for (const entry of stage.entries.slice(from, to)) {
    if (isTask(entry)) sayTask(walk, stage, entry, { status: 'skipped', because }, now)
  }
}

/** The host cannot be found again: the first to notice tells it, and it goes no further. */
export function sayLost(walk: Walk, error: Error): void {
  if (walk.ended !== undefined) return
  walk.ended = 'the host was lost'
  tell(walk.scene, 'host', { host: walk.host, status: 'lost', error })
}

/** Tells what a command printed, if that is wanted. */
export function sayOutput(walk: Walk, host: string, task: string, reply: Reply): void {
  if (!walk.scene.verbose) return
  for (const stream of ['stdout', 'stderr'] as const) {
    if (reply[stream] !== '') tell(walk.scene, 'output', { host, task, stream, text: reply[stream] })
  }
}

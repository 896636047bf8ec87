import type { Emit, Event, Events } from '../engine/events.ts'
import { count } from './count.ts'

type Task = Events['task'] & { readonly event: 'task' }

/**
 * Gathers the tasks that a host skips one after the other for one reason into one event, as after a failure it skips
 * all that is left.
 */
export function gatherSkipped(emit: Emit): Emit {
  let gathered: Task[] = []
  const flush = (): void => {
    const [first] = gathered
    const { length } = gathered
    gathered = []
    if (first === undefined) return
    const { role, ...rest } = first
    emit(length === 1 ? first : { ...rest, task: count(length, 'task') })
  }
  return (event: Event) => {
    const [first] = gathered
    const skipped = event.event === 'task' && event.status === 'skipped'
    if (!skipped || (first && !alike(first, event))) flush()
    if (skipped) gathered.push(event)
    else emit(event)
  }
}

const alike = (a: Task, b: Task): boolean => a.host === b.host && a.play === b.play && a.after === b.after

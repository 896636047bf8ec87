import { isDeepStrictEqual } from 'node:util'
import { PlaybookError } from '../model/error.ts'
import { madeAt } from '../model/made.ts'
import type { Place } from '../model/place.ts'
import { showPlace } from '../model/place.ts'
import { reveal, Secret } from '../model/secret.ts'
import type { HandlerNode } from '../model/task.ts'
import type { TaskEntry } from './entry.ts'
import { isTask, titleOf } from './entry.ts'
import type { Stage } from './stage.ts'

/**
 * Finds what could never come to rest: two tasks of one host that want the same thing otherwise, and two handlers of
 * one name that do different things. Throws a PlaybookError for the first.
 */
export function refuseConflicts(host: string, stages: readonly Stage[]): void {
  const wanted = new Map<string, TaskEntry>()
  for (const stage of stages) {
    const handlers = new Map<string, HandlerNode>()
    for (const entry of stage.entries.filter(isTask)) {
      refuseTwoWishes(host, wanted, entry)
      for (const handler of entry.task.notify) refuseTwoHandlers(stage.play, handlers, handler)
    }
  }
}

function refuseTwoWishes(host: string, wanted: Map<string, TaskEntry>, entry: TaskEntry): void {
  const { resource } = entry.task
  if (resource === undefined) return
  const first = wanted.get(resource.id)
  if (first === undefined) wanted.set(resource.id, entry)
  else if (!same(first.task.resource?.spec, resource.spec)) {
    const [a, b] = [titleOf(first), titleOf(entry)]
    const who = a === b ? 'two tasks' : `${a} and ${b}`
    const differ = differences(first.task.resource?.spec, resource.spec).join(', ')
    throw new PlaybookError(
      `${who} want ${resource.id} of ${host} in two different ways (${differ}), which no run could both satisfy`,
      {
        at: placeOf(entry),
        hint: `${otherAt(placeOf(first))}Make them agree. What must go through two states is one task by hand.`,
      },
    )
  }
}

/** The parameters in which two tasks disagree. */
function differences(one: unknown, other: unknown): readonly string[] {
  const [a, b] = [one, other] as Readonly<Record<string, unknown>>[]
  return [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])].filter(
    name => !same(a?.[name], b?.[name]),
  )
}

/** Where a task was made, or the resource that stands bare in a list. */
const placeOf = ({ task }: TaskEntry): Place | undefined => madeAt(task.resource) ?? madeAt(task)

const otherAt = (place: Place | undefined): string =>
  place === undefined ? '' : `The other is at ${showPlace(place)}. `

function refuseTwoHandlers(play: string, known: Map<string, HandlerNode>, handler: HandlerNode): void {
  const first = known.get(handler.name) ?? handler
  known.set(handler.name, first)
  if (first === handler || same(first.cure, handler.cure)) return
  throw new PlaybookError(
    `two handlers of the play "${play}" are both called "${handler.name}" and do different things`,
    {
      at: madeAt(handler),
      hint: `${otherAt(madeAt(first))}Give one of them another name, or share one handler value.`,
    },
  )
}

/** Deep equality in which secrets are equal if their values are, and functions if their text is. */
function same(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(comparable(a), comparable(b))
}

function comparable(value: unknown): unknown {
  if (Secret.is(value)) return { secret: reveal(value) }
  if (typeof value === 'function') return String(value)
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, comparable(part)]))
}

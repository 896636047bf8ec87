import { PlaybookError } from '../model/error.ts'
import { kindOf, kindOfResource } from '../model/kind-of.ts'
import type { Place } from '../model/place.ts'
import type { Item } from '../model/role.ts'

/** Whose list it is: `the play "Web"`, and where that was made. */
export interface Whose {
  readonly whose: string
  readonly at: Place | undefined
}

/** What a play's or a role's function gave, if that is a list. Throws a PlaybookError for anything else. */
export function listOf(given: unknown, { whose, at }: Whose): readonly Item[] {
  if (Array.isArray(given)) return given as readonly Item[]
  throw new PlaybookError(`the function of ${whose} gives ${kindOf(given)}, not a list`, {
    at,
    hint:
      given instanceof Promise
        ? 'Nothing can be awaited there: what has to be asked of a host is for the checks of tasks.'
        : 'Let it return one: [ … ].',
  })
}

/** Throws the PlaybookError for something in a list that does not belong there. */
export function refuseItem(item: unknown, { whose, at }: Whose): never {
  throw new PlaybookError(
    `the list of ${whose} holds ${kindOf(item)}, which is neither task, resource nor role`,
    { at, hint: cure(item) },
  )
}

function cure(item: unknown): string | undefined {
  const resource = kindOfResource(item)
  if (resource !== undefined) return `Call it: ${resource}({ … }).`
  if (typeof item === 'string') return 'Tasks and roles are values: import what you mean, and put it there.'
  if (typeof item === 'object' && item !== null && 'script' in item)
    return 'A command stands in a task: command({ run: …, unless: … }), or task(…, { check, apply }).'
  switch ((item as { readonly type?: unknown }).type) {
    case 'handler':
      return 'A handler is woken by a task: task(…, { notify: it }).'
    case 'play':
      return 'Plays stand beside each other: playbook(play(…), play(…)).'
    default:
      return undefined
  }
}

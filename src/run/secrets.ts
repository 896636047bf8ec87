import { isTask } from '../engine/entry.ts'
import type { Stage } from '../engine/stage.ts'
import { RampartError } from '../model/error.ts'
import { madeAt } from '../model/made.ts'
import type { Resource } from '../model/resource.ts'
import { Secret } from '../model/secret.ts'
import type { Lists, RolesUsed } from './lists.ts'

/**
 * Reads the secrets that the lists hold: in the variables of the roles that have a task to do, and in the parameters of
 * resources. So one that is not there is found before the first change. Throws a VariableError with its place.
 */
export function readSecrets(lists: Lists, roles: ReadonlyMap<string, RolesUsed>): void {
  for (const [host, stages] of lists) {
    const tasks = stages.flatMap((stage: Stage) => stage.entries.filter(isTask))
    for (const role of new Set(tasks.map(entry => entry.role))) reveal(roles.get(host)?.get(role ?? ''))
    for (const { task } of tasks) revealSpec(task.resource)
  }
}

function revealSpec(resource: Resource | undefined): void {
  try {
    reveal(resource?.spec)
  } catch (error) {
    const at = madeAt(resource)
    throw RampartError.is(error) && error.at === undefined && at ? Object.assign(error, { at }) : error
  }
}

/** Every secret inside a value, at any depth. */
function reveal(value: unknown): void {
  if (Secret.is(value)) value.reveal()
  else if (Array.isArray(value)) value.forEach(reveal)
  else if (isPlain(value)) Object.values(value).forEach(reveal)
}

/** What zod hands on of a map: no bytes, no instance of a class, whose insides are its own. */
function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

import { UsageError } from '../../model/error.ts'
import type { FoundHost } from '../found.ts'
import type { Lab } from '../place.ts'

/** Whether a lab has the internet in it: true, false, or `online`, without what the real names answer. */
export type WhichWorld = boolean | 'online'

/**
 * The world that a lab is to have. What hosts know of names is decided when they are made, so that a lab which is there
 * stays as it is. Throws a UsageError when it is told to become another.
 */
export function whichWorld(
  lab: Lab,
  found: readonly Pick<FoundHost, 'world'>[],
  told: WhichWorld | undefined,
): WhichWorld {
  if (found.length === 0) return told ?? true
  const has = found.find(({ world }) => world !== false)?.world ?? false
  if (told === undefined || told === has) return has
  throw new UsageError(`the lab ${lab.name} was made ${words(has)}, and stays so`, {
    hint: `To have one ${words(told)}: rampart lab down${lab.name === 'rampart' ? '' : ` --name ${lab.name}`}, then up.`,
  })
}

function words(world: WhichWorld): string {
  return world === 'online' ? '--online' : `with${world ? '' : 'out'} a world`
}

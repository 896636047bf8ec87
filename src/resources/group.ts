import { CheckFailed, defineResource, drift, inSync, run, z } from '../index.ts'
import { accountId, accountName } from './parameters/account.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import { refuseUnless } from './parts/refusals.ts'
import { groupIdOf } from './queries/passwd.ts'

const spec = z
  .object({
    name: accountName().describe('its name'),
    state: presentOrAbsent().describe('whether it is there'),
    gid: accountId().optional().describe('its number; not given: the next free one, or as it is'),
    system: z.boolean().default(false).describe("take the number of a new group from the system's range"),
  })
  .superRefine((given, context) => {
    refuseUnless(given.state === 'present', context, given, ['gid'], 'an absent group has none')
  })

/**
 * A group of the host. Files keep the number that they had when a group's number changes.
 *
 * @example
 * ```ts
 * group({ name: 'deploy', system: true })
 * ```
 */
export const group = defineResource<typeof spec, number | null>({
  kind: 'group',
  spec,
  id: ({ name }) => `group ${name}`,
  touches: ({ name }) => [`group:${name}`],
  read: (probe, { name }) => probe.ask(groupIdOf, name),
  plan({ name, state, gid, system }, found) {
    const number = gid === undefined ? [] : ['-g', gid]
    if (state === 'absent') {
      if (found === null) return inSync()
      return drift({ kind: 'fields', changes: { state: ['present', 'absent'] } }, [run`groupdel -- ${name}`])
    }
    if (found === null) {
      const to = gid === undefined ? 'present' : `present, gid ${gid}`
      const options = [...number, ...(system ? ['-r'] : [])]
      return drift({ kind: 'fields', changes: { state: ['absent', to] } }, [
        run`groupadd ${options} -- ${name}`,
      ])
    }
    if (gid === undefined || gid === found) return inSync()
    if (found === 0) throw new CheckFailed(`the group ${name} is root's, with the number 0, and keeps it`)
    const changes = { gid: [String(found), String(gid)] } as const
    return drift({ kind: 'fields', changes }, [run`groupmod ${number} -- ${name}`])
  },
})

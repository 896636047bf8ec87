import type { Plan, Probe } from '../index.ts'
import { defineResource, drift, inSync, run } from '../index.ts'
import { planOf } from './parts/differences.ts'
import { userCreation } from './parts/user-creation.ts'
import { userDifferences } from './parts/user-differences.ts'
import type { UserSpec, UserState } from './parts/user-spec.ts'
import { userSpec } from './parts/user-spec.ts'
import { accountOf, groupIdOf, groupsOf } from './queries/passwd.ts'
import { shadowOf } from './queries/shadow.ts'
import { statOf } from './queries/stat.ts'

/**
 * A user of the host, with all that is said of it: what is not given is left as it is.
 *
 * @example
 * ```ts
 * user({ name: 'carol', comment: 'Carol Example', groups: ['adm'], shell: '/bin/bash' })
 * ```
 */
export const user = defineResource<typeof userSpec, UserState>({
  kind: 'user',
  spec: userSpec,
  id: ({ name }) => `user ${name}`,
  touches: ({ name }) => [`user:${name}`],
  lasting: ({ remove }) => (remove ? 'a home that was removed' : undefined),
  read: lookAtUser,
  plan(spec, state) {
    if (spec.state === 'absent') return removal(spec, state)
    return state.account === null
      ? userCreation(spec, state)
      : planOf(userDifferences(spec, state, state.account))
  },
})

async function lookAtUser(probe: Probe, spec: UserSpec): Promise<UserState> {
  const { name, group } = spec
  const needsShadow = spec.password !== undefined || spec.locked !== undefined || spec.expires !== undefined
  // Where it is as a rule, so that this needs no second turn.
  const usualHome = spec.home ?? (name === 'root' ? '/root' : `/home/${name}`)
  const [account, groupId, groups, namesakeId, shadow, home] = await Promise.all([
    probe.ask(accountOf, name),
    typeof group === 'string' ? probe.ask(groupIdOf, group) : (group ?? null),
    probe.ask(groupsOf, name),
    probe.ask(groupIdOf, name),
    needsShadow ? probe.ask(shadowOf, name) : null,
    probe.ask(statOf, usualHome),
  ])
  const actualHome = spec.home ?? account?.home ?? usualHome
  return {
    ...{ account, groupId, groups, namesakeId, shadow },
    home: actualHome === usualHome ? home : await probe.ask(statOf, actualHome),
  }
}

function removal({ name, remove }: UserSpec, { account }: UserState): Plan {
  if (account === null) return inSync()
  const to = remove ? `absent, and ${account.home} with it` : 'absent'
  return drift({ kind: 'fields', changes: { state: ['present', to] } }, [
    run`userdel ${remove ? ['-r'] : []} -- ${name}`,
  ])
}

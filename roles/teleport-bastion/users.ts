import type { ConnectedHost, Drift, Plan, Probe } from 'rampart'
import { drift, inSync, run } from 'rampart'
import { inviteFile, keepInvite, readyInviteFile } from './invites.ts'
import type { Json } from './tctl.ts'
import { mapIn, resource, tctl } from './tctl.ts'
import type { Variables } from './variables.ts'

interface User {
  readonly name: string
  readonly roles: readonly string[]
  readonly logins?: readonly string[] | undefined
}

/** A user with exactly these roles: one more, and all that it allows is allowed. A new one gets a link, which is a secret. */
export function clusterUser(vars: Variables, { name, roles, logins }: User) {
  const file = inviteFile(vars, name)
  return {
    async check(probe: Probe): Promise<Plan<'add' | 'update'>> {
      const live = await resource(probe, 'users', name)
      if (live === undefined) {
        const changes = {
          roles: ['no such user', roles.join(', ')],
          link: ['none', `in ${file}, good for ${vars.invite_ttl}`],
        } as const
        return drift({ kind: 'fields', changes }, 'add' as const)
      }
      const spec = mapIn(live, 'spec')
      const changes: Record<string, readonly [string, string]> = {}
      const compare = (what: string, is: Json | undefined, must: readonly string[]) => {
        const [found, wanted] = [sorted(is), sorted(must)]
        if (found !== wanted) changes[what] = [found || 'none', wanted || 'none']
      }
      compare('roles', spec['roles'], roles)
      if (logins !== undefined) compare('logins', mapIn(spec, 'traits')['logins'], logins)
      return Object.keys(changes).length === 0
        ? inSync()
        : drift({ kind: 'fields', changes }, 'update' as const)
    },
    async apply(host: ConnectedHost, { cure }: Drift<'add' | 'update'>): Promise<void> {
      if (cure === 'update') {
        const flags = [
          `--set-roles=${roles.join(',')}`,
          ...(logins === undefined ? [] : [`--set-logins=${logins.join(',')}`]),
        ]
        await host.run(run`${tctl('users', 'update', name, ...flags)}`)
        return
      }
      const flags = [
        `--roles=${roles.join(',')}`,
        ...(logins === undefined || logins.length === 0 ? [] : [`--logins=${logins.join(',')}`]),
        `--ttl=${vars.invite_ttl}`,
      ]
      await readyInviteFile(file)
      const { stdout } = await host.run(run({ secret: true })`${tctl('users', 'add', name, ...flags)}`)
      await keepInvite(file, stdout)
    },
  }
}

/** A new link for a user whose old one was lost; what there was of a password is gone with it. */
export function newLink(vars: Variables, name: string) {
  const file = inviteFile(vars, name)
  return {
    check(): Plan<undefined> {
      const changes = { link: ['whatever there was', `in ${file}, good for ${vars.invite_ttl}`] } as const
      return drift<undefined>({ kind: 'fields', changes }, undefined, { always: true })
    },
    async apply(host: ConnectedHost): Promise<void> {
      await readyInviteFile(file)
      const { stdout } = await host.run(
        run({ secret: true })`${tctl('users', 'reset', name, `--ttl=${vars.invite_ttl}`)}`,
      )
      await keepInvite(file, stdout)
    },
  }
}

const sorted = (value: Json | undefined): string => (Array.isArray(value) ? [...value].sort().join(', ') : '')

import type { Command, ConnectedHost, Drift, Plan, Probe } from 'rampart'
import { drift, inSync, read, run } from 'rampart'
import { inviteFile, keepInvite, readyInviteFile } from './invites.ts'
import type { Json } from './tctl.ts'
import { mapIn, resource, tctl } from './tctl.ts'
import type { Variables } from './variables.ts'

interface User {
  readonly name: string
  readonly roles: readonly string[]
  readonly logins?: readonly string[] | undefined
}

/** `fetch`: its link was made and is still on the host. */
type Cure = 'add' | 'update' | 'fetch'

/** A user with exactly these roles: one more, and all that it allows is allowed. A new one gets a link, which is a secret. */
export function clusterUser(vars: Variables, { name, roles, logins }: User) {
  const file = inviteFile(vars, name)
  return {
    async check(probe: Probe): Promise<Plan<Cure>> {
      const [live, kept] = await Promise.all([
        resource(probe, 'users', name),
        probe.ask(read`[ -s ${placeOf(name)} ]`),
      ])
      if (live === undefined) {
        const changes = {
          roles: ['no such user', roles.join(', ')],
          link: ['none', `in ${file}, good for ${vars.invite_ttl}`],
        } as const
        return drift<Cure>({ kind: 'fields', changes }, 'add')
      }
      const spec = mapIn(live, 'spec')
      const changes: Record<string, readonly [string, string]> = {}
      const compare = (what: string, is: Json | undefined, must: readonly string[]) => {
        const [found, wanted] = [sorted(is), sorted(must)]
        if (found !== wanted) changes[what] = [found || 'none', wanted || 'none']
      }
      compare('roles', spec['roles'], roles)
      if (logins !== undefined) compare('logins', mapIn(spec, 'traits')['logins'], logins)
      if (Object.keys(changes).length > 0) return drift<Cure>({ kind: 'fields', changes }, 'update')
      if (kept.code !== 0) return inSync()
      return drift<Cure>({ kind: 'fields', changes: { link: ['left behind', `in ${file}`] } }, 'fetch')
    },
    async apply(host: ConnectedHost, { cure }: Drift<Cure>): Promise<void> {
      if (cure === 'update') {
        const flags = [
          `--set-roles=${roles.join(',')}`,
          ...(logins === undefined ? [] : [`--set-logins=${logins.join(',')}`]),
        ]
        await host.run(run`${tctl('users', 'update', name, ...flags)}`)
        const { code } = await host.ask(read`[ -s ${placeOf(name)} ]`)
        if (code === 0) await bring(host, name, file, undefined)
        return
      }
      const flags = [
        `--roles=${roles.join(',')}`,
        ...(logins === undefined || logins.length === 0 ? [] : [`--logins=${logins.join(',')}`]),
      ]
      const make = tctl('users', 'add', name, ...flags, `--ttl=${vars.invite_ttl}`)
      await bring(host, name, file, cure === 'add' ? make : undefined)
    },
  }
}

/**
 * Makes a link, if one is to be made, and brings it here. It is not in the output of what makes it, which is kept on the
 * host until the run ends, but in a file in memory that only root reads; if the run is cut off before it is fetched, the
 * next one does so.
 */
async function bring(
  host: ConnectedHost,
  name: string,
  file: string,
  make: Command<'read'> | undefined,
): Promise<void> {
  const place = placeOf(name)
  await readyInviteFile(file)
  if (make)
    await host.run(
      run({
        secret: true,
      })`umask 077; mkdir -p ${PLACES} && { ${make} >${place} || { rm -f -- ${place}; exit 1; }; }`,
    )
  await keepInvite(file, (await host.ask(read({ secret: true })`cat -- ${place}`)).stdout)
  await host.run(run`rm -f -- ${place}`)
}

const PLACES = '/run/rampart-invites'
const placeOf = (name: string): string => `${PLACES}/${name}`

/** A new link for a user whose old one was lost; what there was of a password is gone with it. */
export function newLink(vars: Variables, name: string) {
  const file = inviteFile(vars, name)
  return {
    check(): Plan<undefined> {
      const changes = { link: ['whatever there was', `in ${file}, good for ${vars.invite_ttl}`] } as const
      return drift<undefined>({ kind: 'fields', changes }, undefined, { always: true })
    },
    async apply(host: ConnectedHost): Promise<void> {
      await bring(host, name, file, tctl('users', 'reset', name, `--ttl=${vars.invite_ttl}`))
    },
  }
}

const sorted = (value: Json | undefined): string => (Array.isArray(value) ? [...value].sort().join(', ') : '')

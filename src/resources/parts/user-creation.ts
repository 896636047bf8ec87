import type { Command, Plan } from '../../index.ts'
import { drift, run } from '../../index.ts'
import { hasNoPassword, setHash, wantedHash } from './password.ts'
import type { UserSpec, UserState } from './user-spec.ts'

/** The plan for a user that is not there yet. */
export function userCreation(spec: UserSpec, state: UserState): Plan {
  const { name, password, locked } = spec
  const steps: Command[] = [run`useradd ${options(spec, state)} -- ${name}`]
  if (password !== undefined) steps.push(setHash(name, wantedHash(name, password, locked)))
  else if (locked === false) throw hasNoPassword(name)
  const [first, ...rest] = steps as [Command, ...Command[]]
  return drift({ kind: 'fields', changes: { state: ['absent', told(spec)] } }, [first, ...rest])
}

/** useradd(8). */
function options(spec: UserSpec, { namesakeId }: UserState): readonly (string | number)[] {
  const { name, uid, groups, shell, home, system, comment, expires } = spec
  // Without this useradd refuses a user whose own group is there already.
  const group = spec.group ?? (namesakeId === null ? undefined : name)
  return [
    ...(uid === undefined ? [] : ['-u', uid]),
    ...(group === undefined ? [] : ['-g', group]),
    ...(groups === undefined || groups.length === 0 ? [] : ['-G', groups.join(',')]),
    ...(shell === undefined ? [] : ['-s', shell]),
    ...(home === undefined ? [] : ['-d', home]),
    ...(comment === undefined ? [] : ['-c', comment]),
    ...(expires === undefined ? [] : ['-e', expires === 'never' ? '' : expires]),
    ...(system ? ['-r'] : []),
    createsHome(spec) ? '-m' : '-M',
  ]
}

export const createsHome = ({ createHome, system }: UserSpec): boolean => createHome ?? !system

function told({ uid, group, groups, shell, home }: UserSpec): string {
  return [
    'present',
    uid !== undefined && `uid ${uid}`,
    group !== undefined && `group ${group}`,
    groups && groups.length > 0 && `groups ${groups.join(', ')}`,
    home !== undefined && `home ${home}`,
    shell !== undefined && `shell ${shell}`,
  ]
    .filter(Boolean)
    .join(', ')
}

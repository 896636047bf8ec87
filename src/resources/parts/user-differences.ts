import { CheckFailed, run } from '../../index.ts'
import type { Account } from '../queries/passwd.ts'
import type { Difference } from './differences.ts'
import { hasLockedHash, hasNoPassword, setHash, wantedHash } from './password.ts'
import { createsHome } from './user-creation.ts'
import type { UserSpec, UserState } from './user-spec.ts'

/** What of a user that is there is not as it should be. */
export function userDifferences(spec: UserSpec, state: UserState, account: Account): readonly Difference[] {
  return [
    ...accountDifferences(spec, state, account),
    ...groupsDifference(spec, state),
    ...homeDifference(spec, state, account),
    ...passwordDifference(spec, state),
    ...expiryDifference(spec, state),
  ]
}

/** passwd(5), field by field. */
function accountDifferences(spec: UserSpec, { groupId }: UserState, account: Account): readonly Difference[] {
  const { name, uid, group, shell, home, comment, moveHome } = spec
  const all: Difference[] = []
  const field = (
    of: string,
    from: string | number,
    to: string | number | undefined,
    options: readonly string[],
  ) => {
    if (to === undefined || from === to) return
    const step = run`usermod ${options} ${to} -- ${name}`
    all.push({ name: of, from: String(from), to: String(to), steps: [step] })
  }
  field('uid', account.uid, uid, ['-u'])
  // A group of a name is compared by its number, and given by its name: it may be about to be made.
  if (group !== undefined && groupId !== account.gid) field('group', account.gid, group, ['-g'])
  field('comment', account.comment, comment, ['-c'])
  field('home', account.home, home, moveHome ? ['-m', '-d'] : ['-d'])
  field('shell', account.shell, shell, ['-s'])
  return all
}

function groupsDifference(spec: UserSpec, state: UserState): readonly Difference[] {
  const { name, groups, append } = spec
  if (groups === undefined) return []
  // Its main group is none of its other ones, whether it is named here or not.
  const wanted = groups.filter(group => group !== mainGroup(spec, state))
  const missing = wanted.filter(group => !state.groups.includes(group))
  const surplus = append ? [] : state.groups.filter(group => !groups.includes(group))
  if (missing.length === 0 && surplus.length === 0) return []
  const kept = state.groups.filter(group => !surplus.includes(group))
  const to = [...kept, ...missing]
  const step = run`usermod -G ${to.join(',')} -- ${name}`
  return [
    { name: 'groups', from: state.groups.join(', ') || 'none', to: to.join(', ') || 'none', steps: [step] },
  ]
}

/** By name, as far as that is known. */
function mainGroup({ name, group }: UserSpec, { account, namesakeId }: UserState): string | undefined {
  if (group !== undefined) return String(group)
  return account?.gid === namesakeId ? name : undefined
}

function homeDifference(spec: UserSpec, { home }: UserState, account: Account): readonly Difference[] {
  const at = spec.home ?? account.home
  const isMoved = spec.moveHome && at !== account.home
  if (!createsHome(spec) || home === 'hidden' || (home?.type === 'directory' && !isMoved)) return []
  if (home !== null && home.type !== 'directory') {
    throw new CheckFailed(`the home of ${spec.name}, ${at}, is a ${home.type}, not a directory`)
  }
  const owner = `${spec.uid ?? account.uid}:${spec.group ?? account.gid}`
  // As useradd makes it: from the skeleton, and for its user alone until that opens it.
  const made = run`( umask 077; mkdir -- ${at} && { [ ! -d /etc/skel ] || cp -R /etc/skel/. ${at}; } && chown -R -h -- ${owner} ${at} )`
  return [{ name: 'home directory', from: 'missing', to: at, steps: [run`[ -d ${at} ] || ${made}`] }]
}

function passwordDifference(spec: UserSpec, { shadow }: UserState): readonly Difference[] {
  const { name, password, updatePassword, locked } = spec
  const current = shadow?.hash.reveal() ?? ''
  if (password !== undefined && updatePassword === 'always') {
    const wanted = wantedHash(name, password, locked)
    // Where nothing is said of a lock, one that somebody has put on stays.
    const isSo = current === wanted.reveal() || (locked === undefined && current === `!${wanted.reveal()}`)
    return isSo ? [] : [{ name: 'password', from: '***', to: '***', steps: [setHash(name, wanted)] }]
  }
  if (locked === undefined || shadow?.isLocked === locked) return []
  if (!locked && !hasLockedHash(current)) throw hasNoPassword(name)
  const step = run`usermod ${locked ? '-L' : '-U'} -- ${name}`
  return [{ name: 'locked', from: String(!locked), to: String(locked), steps: [step] }]
}

function expiryDifference({ name, expires }: UserSpec, { shadow }: UserState): readonly Difference[] {
  if (expires === undefined) return []
  const wanted = expires === 'never' ? null : Date.parse(expires) / 86_400_000
  const current = shadow?.expires ?? null
  if (current === wanted) return []
  const from = current === null ? 'never' : new Date(current * 86_400_000).toISOString().slice(0, 10)
  const step = run`usermod -e ${expires === 'never' ? '' : expires} -- ${name}`
  return [{ name: 'expires', from, to: expires, steps: [step] }]
}

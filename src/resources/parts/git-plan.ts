import type { Command, Plan, Steps } from '../../index.ts'
import { CheckFailed, drift, inSync, run } from '../../index.ts'
import type { GitCheckedOut, GitLook } from '../queries/git-checkouts.ts'
import type { Changes } from './attributes.ts'
import type { GitCheckingOut, GitTarget } from './git-steps.ts'
import { gitSteps } from './git-steps.ts'

export interface GitWanted {
  /** The commit; undefined if nobody was asked for it. */
  readonly id: string | undefined
  readonly target: GitTarget | undefined
  /** A checkout that is there is left as it is. */
  readonly isLeft: boolean
}

/** Holds a folder against the wanted commit. Throws a CheckFailed where somebody's work would be lost. */
export function gitPlan(checkingOut: GitCheckingOut, look: GitLook, wanted: GitWanted): Plan {
  const found = checkoutOf(checkingOut, look)
  if (found !== undefined && found.head !== null && wanted.isLeft) return inSync()
  if (found !== undefined) mayBeChanged(checkingOut, found, wanted)
  const changes = found === undefined ? {} : changesOf(checkingOut, found)
  if (found === undefined || found.head !== wanted.id) {
    changes['commit'] = [short(found?.head), `${short(wanted.id)}${named(wanted)}`]
  }
  if (Object.keys(changes).length === 0 || wanted.target === undefined) return inSync()
  const steps = gitSteps(checkingOut, wanted.target)
  const room = look === 'absent' ? roomFor(checkingOut) : []
  return drift({ kind: 'fields', changes }, [...room, steps] as readonly Command[] as Steps)
}

/** Its user may not be able to make a folder where it is to be. */
function roomFor({ dest, user }: GitCheckingOut): readonly Command[] {
  if (user === undefined) return []
  return [run`( umask 022; mkdir -p -- ${dest} ) && chown -- ${`${user}:`} ${dest}`]
}

/** Undefined: there is none yet. */
function checkoutOf({ dest, user }: GitCheckingOut, look: GitLook): GitCheckedOut | undefined {
  if (look === 'absent' || look === 'empty') return undefined
  if (look === 'not a folder' || look === 'something else') {
    const is = look === 'not a folder' ? 'is no folder' : 'is a folder with other things in it'
    throw new CheckFailed(`${dest} ${is}`, { hint: 'Name another folder, or empty it by hand.' })
  }
  if (!('refused' in look)) return look
  const isOthers = look.refused.includes('dubious ownership')
  throw new CheckFailed(`git does not look at ${dest}: ${look.refused.split('\n')[0]}`, {
    hint: isOthers
      ? `Say whose it is: gitCheckout({ …, user: '${user === undefined ? 'its owner' : 'root'}' }).`
      : undefined,
  })
}

/** Throws a CheckFailed if something would be lost that is nowhere else. */
function mayBeChanged({ dest, force }: GitCheckingOut, found: GitCheckedOut, { id }: GitWanted): void {
  if (force) return
  const hint = 'Commit and push it, or take it back, on the host; force: true gives it up.'
  if (found.changed.length > 0) {
    throw new CheckFailed(`${dest} has local changes: ${found.changed.map(line => line.trim()).join(', ')}`, {
      hint,
    })
  }
  if (found.isOwn && found.head !== id) {
    throw new CheckFailed(
      `${dest} is at a commit of its own that no branch or tag holds: ${short(found.head)}`,
      {
        hint,
      },
    )
  }
}

function changesOf({ repo, submodules }: GitCheckingOut, found: GitCheckedOut): Changes {
  const changes: Changes = {}
  if (found.url !== repo) changes['repo'] = [withoutPassword(found.url) || 'none', repo]
  if (found.changed.length > 0) changes['local changes'] = [found.changed.join(', '), 'none']
  if (submodules && found.submodules.length > 0)
    changes['submodules'] = [found.submodules.join(', '), 'checked out']
  return changes
}

const short = (id: string | null | undefined): string => (id == null ? 'absent' : id.slice(0, 12))

const named = ({ target }: GitWanted): string =>
  target === undefined || target.kind === 'commit' ? '' : ` (${target.kind} ${target.name})`

/** Somebody may have put one there. */
const withoutPassword = (url: string): string => url.replace(/^(\w+:\/\/[^/:]*):[^/]*@/, '$1:***@')

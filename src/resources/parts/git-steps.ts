import type { Command } from '../../index.ts'
import { read, run } from '../../index.ts'
import type { GitAccess } from './git-remote.ts'
import { reaching } from './git-remote.ts'

/** What is to be checked out. */
export type GitTarget =
  | { readonly kind: 'branch'; readonly name: string }
  | { readonly kind: 'tag'; readonly name: string }
  | { readonly kind: 'commit'; readonly id: string }

export interface GitCheckingOut extends GitAccess {
  readonly repo: string
  readonly dest: string
  readonly depth: number | undefined
  readonly force: boolean
  readonly submodules: boolean
  /** Seconds. */
  readonly timeout: number
}

/**
 * Fetches what is wanted into a new or an old checkout, and checks that out. What was cut is picked up by the next one:
 * nothing is checked out that was not fetched whole. The commit is noted by a reference of ours, so that it is never
 * taken for somebody's own.
 */
export function gitSteps(wanted: GitCheckingOut, target: GitTarget): Command {
  const { repo, dest, timeout, force } = wanted
  const forced = force ? ['-f'] : []
  const checkout =
    target.kind === 'branch'
      ? read`git checkout -q ${forced} -B ${target.name} ${`refs/remotes/origin/${target.name}`} --`
      : read`git checkout -q ${forced} --detach ${target.kind === 'tag' ? `refs/tags/${target.name}^{commit}` : target.id} --`
  const script = read`umask 022
{ [ -e ${`${dest}/.git`} ] || git init -q -- ${dest}; } && cd -- ${dest} &&
{ git config --get remote.origin.url >/dev/null && git remote set-url origin ${repo} || git remote add origin ${repo}; } &&
${fetching(wanted, target)} &&
${checkout} &&
git update-ref refs/rampart/checkout HEAD${submodules(wanted)}`
  const { script: whole, options } = reaching(wanted, script)
  return run({ ...options, timeout })`what=${`git checkout in ${dest}`}
${whole}`
}

function fetching({ depth, repo }: GitCheckingOut, target: GitTarget): Command<'read'> {
  const shallow = depth === undefined ? [] : [`--depth=${depth}`]
  // Of a path git would copy all, whatever the depth (git-clone(1)).
  const remote = depth !== undefined && repo.startsWith('/') ? `file://${repo}` : 'origin'
  if (target.kind === 'branch') {
    return read`git fetch -q ${shallow} ${remote} ${`+refs/heads/${target.name}:refs/remotes/origin/${target.name}`}`
  }
  if (target.kind === 'tag') {
    return read`git fetch -q ${shallow} ${remote} ${`+refs/tags/${target.name}:refs/tags/${target.name}`}`
  }
  // Not every server hands out a commit by its id.
  return read`{ git cat-file -e ${`${target.id}^{commit}`} 2>/dev/null || git fetch -q ${shallow} ${remote} ${target.id} 2>/dev/null ||
git fetch -q --tags ${remote} '+refs/heads/*:refs/remotes/origin/*'; }`
}

function submodules({ submodules, depth, force }: GitCheckingOut): Command<'read'> {
  if (!submodules) return read``
  const options = [...(force ? ['--force'] : []), ...(depth === undefined ? [] : [`--depth=${depth}`])]
  return read` &&
git submodule sync -q --recursive && git submodule update -q --init --recursive ${options}`
}

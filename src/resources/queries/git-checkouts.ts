import type { Query } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'
import type { Cursor } from './cursor.ts'
import { cursor } from './cursor.ts'

/** A folder that may be a checkout, and as whom to look at it; undefined: as who asks. */
export interface GitFolder {
  readonly dest: string
  readonly user: string | undefined
}

/** What is found in it. */
export type GitLook = 'absent' | 'empty' | 'not a folder' | 'something else' | GitCheckedOut | GitRefusal

export interface GitCheckedOut {
  /** The whole id of the commit; null before the first one. */
  readonly head: string | null
  /** Of `origin`; empty if there is none. */
  readonly url: string
  /** Tracked files that are changed, as git-status(1) tells them; the first ten. */
  readonly changed: readonly string[]
  /** Whether the commit is one that no branch or tag of elsewhere holds. */
  readonly isOwn: boolean
  /** Submodules that are not at the commit that is wanted of them. */
  readonly submodules: readonly string[]
}

/** Git does not want to look, such as at a folder of somebody else. */
export interface GitRefusal {
  readonly refused: string
}

/** Looks into folders with one process of git for each thing to know, without a lock and without asking a remote. Throws a CheckFailed on a host without git. */
export const gitCheckoutIn: Query<GitFolder, GitLook> = {
  name: 'git checkouts',
  command(folders) {
    const looks = folders.map(({ dest, user }) => {
      const look = read`set -- ${dest}\n${LOOK}`
      return user === undefined
        ? read`( ${look} ) </dev/null\n`
        : read`su -s /bin/sh -c ${look.script} ${user} </dev/null || printf 'refused\\nthere is no such user, or only root may look as another\\0\\n'\n`
    })
    return read({ timeout: 300 })`command -v git >/dev/null || { echo no git; exit; }\n${looks}`
  },
  parse(reply, folders) {
    if (reply.stdout.startsWith('no git\n')) {
      throw new CheckFailed('the host has no git', { hint: "Put packages({ names: ['git'] }) before it." })
    }
    const from = cursor(reply.bytes)
    return folders.map(({ dest }) => {
      const look = lookFrom(from)
      if (look !== undefined) return look
      throw new CheckFailed(`${dest} could not be looked at with git: ${reply.stderr.trim() || 'no answer'}`)
    })
  },
}

/** Words in the order of {@link lookFrom}. A list ends in a NUL, as its lines may hold anything else. */
const LOOK = read`LC_ALL=C GIT_OPTIONAL_LOCKS=0; export LC_ALL GIT_OPTIONAL_LOCKS
if [ ! -e "$1" ]; then [ -h "$1" ] && echo 'not a folder' || echo absent
elif [ ! -d "$1" ]; then echo 'not a folder'
elif ! cd -- "$1" 2>/dev/null; then printf 'refused\\nits folder may not be entered\\0\\n'
elif [ ! -e .git ]; then [ -z "$(ls -A)" ] && echo empty || echo 'something else'
elif ! said=$(git rev-parse --git-dir 2>&1); then printf 'refused\\n%s\\0\\n' "$said"
else echo git
git rev-parse -q --verify 'HEAD^{commit}' || echo
git config --get remote.origin.url || echo
git status --porcelain --untracked-files=no --ignore-submodules=all 2>&1 | head -n 10; printf '\\0\\n'
git for-each-ref --count=1 --contains HEAD '--format=known' refs/remotes refs/tags refs/rampart 2>/dev/null | head -n 1; printf '\\0\\n'
[ ! -e .gitmodules ] || git submodule status --recursive 2>&1 | grep '^[-+U]'; printf '\\0\\n'
fi`

function lookFrom(from: Cursor): GitLook | undefined {
  const word = from.line()
  if (word === 'absent' || word === 'empty' || word === 'not a folder' || word === 'something else')
    return word
  if (word === 'refused') return { refused: listFrom(from).join('\n') }
  if (word !== 'git') return undefined
  const head = from.line() || null
  const url = from.line() ?? ''
  const changed = listFrom(from)
  const isKnown = listFrom(from).length > 0
  const submodules = listFrom(from).map(line => line.split(' ')[1] ?? '')
  return { head, url, changed, isOwn: head !== null && !isKnown, submodules }
}

function listFrom(from: Cursor): readonly string[] {
  const lines = (from.word() ?? '').split('\n').filter(line => line !== '')
  from.line()
  return lines
}

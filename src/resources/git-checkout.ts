import type { Plan } from '../index.ts'
import { CheckFailed, defineResource, secret, z } from '../index.ts'
import { accountName } from './parameters/account.ts'
import { gitCommit, gitRef, gitRepository, knownHostLine, privateKey } from './parameters/git.ts'
import { hostPath } from './parameters/path.ts'
import { fileTouch } from './parts/file-writing.ts'
import type { GitWanted } from './parts/git-plan.ts'
import { gitPlan } from './parts/git-plan.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import type { GitLook } from './queries/git-checkouts.ts'
import { gitCheckoutIn } from './queries/git-checkouts.ts'
import type { GitRemote } from './queries/git-remote.ts'
import { gitRemote } from './queries/git-remote.ts'

const spec = z
  .object({
    repo: gitRepository().describe('where it comes from, fetched by the host itself'),
    dest: hostPath().describe('the folder on the host; it is made'),
    ref: gitRef()
      .optional()
      .describe(
        'a branch, or a tag; nothing of ref, tag, commit given: the branch that the repository shows first',
      ),
    tag: gitRef().optional().describe('a tag'),
    commit: gitCommit()
      .optional()
      .describe(
        'the whole id of a commit; the only one for which the repository need not be asked in every run',
      ),
    depth: z.int().min(1).optional().describe('how many commits of history are fetched; not given: all'),
    key: privateKey()
      .optional()
      .describe(
        'the private key to log in with: a Secret, which stays in memory, or the path of a file of the host',
      ),
    knownHosts: z
      .array(knownHostLine())
      .min(1)
      .optional()
      .describe(
        "whose keys are accepted, as lines of known_hosts (OpenSSH 8.5 and newer); not given: the host's own known hosts",
      ),
    username: z
      .string()
      .regex(/^[^\s\0:]+$/, { error: 'expected a name' })
      .optional()
      .describe("whom the password belongs to; not given: 'git'"),
    password: secret()
      .optional()
      .describe('the password or token for an http address; it is kept nowhere on the host'),
    update: z
      .boolean()
      .default(true)
      .describe('false: once there is a checkout it is left at whatever commit it is'),
    force: z
      .boolean()
      .default(false)
      .describe('give up local changes and commits; without it they are an error'),
    submodules: z.boolean().default(false).describe('check out its submodules too, and theirs'),
    user: accountName()
      .optional()
      .describe('whose checkout it is, by su(1); not given: of whoever the task runs as'),
    timeout: z.number().positive().default(600).describe('seconds until fetching is given up'),
  })
  .superRefine((given, context) => {
    const [, ...more] = (['commit', 'tag', 'ref'] as const).filter(name => given[name] !== undefined)
    for (const name of more) refuse(context, name, 'give one of ref, tag and commit')
    if (given.password !== undefined && !given.repo.startsWith('http'))
      refuse(context, 'password', 'only an http address takes one')
    refuseUnless(given.password !== undefined, context, given, ['username'], 'a name is for a password')
    if (given.key !== undefined && /^(?:https?|file|git):|^\//.test(given.repo))
      refuse(context, 'key', 'only an ssh address takes one')
    if (given.password !== undefined && given.submodules)
      refuse(context, 'submodules', 'the password would be asked for again: give an ssh address and key')
  })

export type GitCheckoutSpec = z.output<typeof spec>

export interface GitCheckoutState {
  readonly look: GitLook
  /** Undefined: it need not be asked. */
  readonly remote: GitRemote | undefined
}

/**
 * A checkout of a git repository at a branch, a tag or a commit. Files that git does not track are left alone; changes
 * to those that it does, and commits that are nowhere else, are an error unless `force` gives them up.
 *
 * @example
 * ```ts
 * gitCheckout({ repo: '/srv/git/app.git', dest: '/opt/app', ref: 'main', depth: 1 })
 * ```
 */
export const gitCheckout = defineResource<typeof spec, GitCheckoutState>({
  kind: 'gitCheckout',
  spec,
  id: ({ dest }) => `gitCheckout ${dest}`,
  touches: ({ dest }) => [fileTouch(dest)],
  lasting: () => 'the files of a checkout',
  async read(probe, spec) {
    const refs = refsOf(spec)
    const ask = () =>
      refs.length === 0 ? undefined : gitRemote(probe, { ...accessOf(spec), repo: spec.repo, refs })
    const { dest, user } = spec
    if (spec.update) {
      const [look, remote] = await Promise.all([probe.ask(gitCheckoutIn, { dest, user }), ask()])
      return { look, remote }
    }
    const look = await probe.ask(gitCheckoutIn, { dest, user })
    return {
      look,
      remote: typeof look === 'object' && 'head' in look && look.head !== null ? undefined : await ask(),
    }
  },
  plan(spec, { look, remote }): Plan {
    const { repo, dest, depth, force, submodules, timeout, update } = spec
    return gitPlan({ ...accessOf(spec), repo, dest, depth, force, submodules, timeout }, look, {
      ...wantedOf(spec, remote),
      isLeft: !update,
    })
  },
})

const accessOf = ({ key, knownHosts, username, password, user }: GitCheckoutSpec) => ({
  ...{ key, knownHosts, username, password, user },
})

/** The names to ask the repository for. */
function refsOf({ ref, tag, commit }: GitCheckoutSpec): readonly string[] {
  if (commit !== undefined) return []
  if (tag !== undefined) return [`refs/tags/${tag}`]
  return ref === undefined ? ['HEAD'] : [`refs/heads/${ref}`, `refs/tags/${ref}`]
}

/** Throws a CheckFailed if the repository has no such thing. */
function wantedOf(spec: GitCheckoutSpec, remote: GitRemote | undefined): Omit<GitWanted, 'isLeft'> {
  const { commit, repo, ref, tag } = spec
  if (commit !== undefined) return { id: commit, target: { kind: 'commit', id: commit } }
  if (remote === undefined) return { id: undefined, target: undefined }
  for (const name of refsOf(spec)) {
    const id = remote.commits.get(name)
    if (id === undefined) continue
    const [, kind, short = ''] = /^refs\/(heads|tags)\/(.*)$/.exec(name) ?? []
    if (kind === undefined) {
      const { branch } = remote
      return { id, target: branch === undefined ? { kind: 'commit', id } : { kind: 'branch', name: branch } }
    }
    return { id, target: { kind: kind === 'heads' ? 'branch' : 'tag', name: short } }
  }
  throw new CheckFailed(`${repo} has no ${tag === undefined ? (ref ?? 'HEAD') : `tag ${tag}`}`, {
    hint: `git ls-remote ${repo} shows what it has; a commit is given as commit.`,
  })
}

import type { Probe } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'
import type { GitAccess } from '../parts/git-remote.ts'
import { reaching } from '../parts/git-remote.ts'

/** What a repository elsewhere has: the commits of its references, and what its HEAD points to. */
export interface GitRemote {
  /** The commit of each reference by its whole name; a tag's is the commit that it stands for. */
  readonly commits: ReadonlyMap<string, string>
  /** The branch that HEAD points to; undefined if it points to none, or the server does not tell. */
  readonly branch: string | undefined
}

/** Asks the repository itself, from the host (git-ls-remote(1)). Throws a CheckFailed if it does not answer. */
export async function gitRemote(
  probe: Probe,
  { repo, refs, ...access }: GitAccess & { readonly repo: string; readonly refs: readonly string[] },
): Promise<GitRemote> {
  const patterns = refs.flatMap(ref => (ref.startsWith('refs/tags/') ? [ref, `${ref}^{}`] : [ref]))
  const { script, options } = reaching(access, read`cd /; git ls-remote -q --symref ${repo} ${patterns}`)
  const { code, stdout, stderr } = await probe.ask(read({ ...options, timeout: 120 })`${script}`)
  if (code !== 0) {
    const lines = stderr
      .split('\n')
      .filter(line => !/^\s*$|^Please make sure|^and the repository exists/.test(line))
    const said = lines.slice(-4).join('\n') || `git ls-remote exited ${code}`
    throw new CheckFailed(`${repo} does not answer: ${said}`, { hint: hintFor(stderr) })
  }
  const commits = new Map<string, string>()
  let branch: string | undefined
  for (const line of stdout.split('\n')) {
    const [, pointed] = /^ref: refs\/heads\/(.+)\tHEAD$/.exec(line) ?? []
    if (pointed !== undefined) branch = pointed
    const [, id, name] = /^([0-9a-f]{40,64})\t(.+)$/.exec(line) ?? []
    // The commit of an annotated tag comes after the tag itself.
    if (id !== undefined && name !== undefined) commits.set(name.replace(/\^\{\}$/, ''), id)
  }
  return { commits, branch }
}

function hintFor(said: string): string | undefined {
  if (/Host key verification failed|No \S+ host key is known/.test(said)) {
    return "Give knownHosts the line of its host, or put knownHost({ host: '…', key: '…' }) before it."
  }
  if (/Permission denied|Authentication failed|could not read Username/.test(said)) {
    return 'Give key or password: a Secret that the repository knows.'
  }
  return undefined
}

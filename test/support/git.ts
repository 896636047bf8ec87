import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Far } from './apply.ts'

const CONFIG = `[user]
name = nobody
email = nobody@example.com
[init]
defaultBranch = main
[protocol "file"]
allow = always
`

/** Real repositories in a folder that is gone after the tests of a file. Git knows of this machine's settings nothing. */
export function useGit() {
  let room = ''
  let count = 0
  const env: NodeJS.ProcessEnv = { ...process.env, GIT_CONFIG_NOSYSTEM: '1' }
  beforeAll(() => {
    room = mkdtempSync(join(tmpdir(), 'rampart-git-'))
    chmodSync(room, 0o755)
    env['GIT_CONFIG_GLOBAL'] = join(room, 'gitconfig')
    writeFileSync(join(room, 'gitconfig'), CONFIG)
  })
  afterAll(() => rmSync(room, { recursive: true, force: true }))

  const place = (): string => {
    const path = mkdtempSync(join(room, `${count++}-`))
    chmodSync(path, 0o755)
    return path
  }
  const git = (cwd: string, ...args: readonly string[]): string =>
    execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

  /** A repository with two commits on main, the first of which is v1. */
  const upstream = () => {
    const path = place()
    git(path, 'init', '-q')
    const commit = (text: string): string => {
      writeFileSync(join(path, 'app'), text)
      git(path, 'add', 'app')
      git(path, 'commit', '-q', '-m', text)
      return git(path, 'rev-parse', 'HEAD')
    }
    const first = commit('1')
    git(path, 'tag', '-a', '-m', 'the first', 'v1')
    return { path, commit, first, second: commit('2') }
  }
  return {
    room: () => room,
    place,
    /** This machine as a host whose git has these settings. */
    far: (sh: Far['sh'] = ['dash']): Far => ({ sh, env }),
    git,
    head: (dest: string): string => git(dest, 'rev-parse', 'HEAD'),
    upstream,
  }
}

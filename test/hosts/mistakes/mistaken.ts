import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { rampart } from '../../support/rampart.ts'

/** Files by name; null takes one away that every project has. */
export type Files = Readonly<Record<string, string | null>>

/** What somebody wrote, typed and exported, and all that they read of it. Without arguments: `run site.ts`. */
export type Mistake = [what: string, files: Files, args: readonly string[], shown: string, env?: Env]

export type Env = Readonly<Record<string, string>>

/** Words in files and arguments that stand for what is known only when hosts are there, such as `$KEY`. */
export type Words = Readonly<Record<`$${string}`, string>>

/** A project with nothing wrong in it: its first task would change the host. */
const PROJECT: Files = {
  'inventory/hosts.yaml': `all:
  vars: { user: root, key: $KEY, known_hosts: $KNOWN }
  hosts:
    bastion: { address: $BASTION, port: $PORT }
  children:
    dgx:
      vars: { via: bastion }
      hosts:
        dgx01: { address: $NODE }
`,
  'site.ts': `import { play, playbook } from 'rampart'
import { file } from 'rampart/resources'
import web from './roles/web/role.ts'

export default playbook(
  play('Web', { hosts: 'bastion' }, [file({ path: '/etc/first', content: 'changed' }), web]),
)
`,
  'roles/web/role.ts': `import { role, z } from 'rampart'
import { file } from 'rampart/resources'

export default role({
  name: 'web',
  dir: import.meta.dirname,
  tags: ['www'],
  vars: z.object({ greeting: z.string().default('hello'), port: z.number().int().default(80) }),
  tasks: ({ vars, template }) => [
    file({ path: '/etc/page', content: template('templates/page.ejs', vars) }),
  ],
})
`,
  'roles/web/templates/page.ejs': '<p><%= greeting %></p>\n<%= port %>\n',
}

/** The head of a playbook in which anything may be tried, as `first` would change the host before it. */
export const HEAD = `import { drift, flushHandlers, handler, inSync, play, playbook, read, role, run, Secret, task } from 'rampart'
import { command, file } from 'rampart/resources'
import web from './roles/web/role.ts'
const first = file({ path: '/etc/first', content: 'changed' })
`

/** A playbook of one play on the bastion with this list. What is wrong stands in line 6. */
export const withList = (list: string, options = "{ hosts: 'bastion' }"): Files => ({
  'site.ts': `${HEAD}export default playbook(play('Web', ${options},\n${list}\n))\n`,
})

/** What was said to whoever made a mistake: paths, addresses and keys as their words, fingerprints and times as dots. */
export interface Said {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Writes a project, runs rampart in it as somebody who never has, and takes it away again. */
export async function said(
  files: Files,
  args: readonly string[],
  words: Words,
  env: Env = {},
): Promise<Said> {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-mistake-'))
  try {
    for (const [name, text] of Object.entries({ ...PROJECT, ...files })) {
      if (text === null) continue
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), filled(text, words), { mode: 0o600 })
    }
    const home = { HOME: folder, XDG_STATE_HOME: join(folder, '.state'), SSH_AUTH_SOCK: '' }
    const given = Object.entries(env).map(([name, value]) => [name, filled(value, words)] as const)
    const { code, stdout, stderr } = await rampart(
      (args.length === 0 ? ['run', 'site.ts'] : args).map(arg => filled(arg, words)),
      { cwd: folder, env: { ...home, ...Object.fromEntries(given) } },
    )
    return { code, stdout: told(stdout, folder, words), stderr: told(stderr, folder, words) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const filled = (text: string, words: Words): string =>
  Object.entries(words).reduce((all, [word, value]) => all.replaceAll(word, value), text)

function told(text: string, folder: string, words: Words): string {
  const named = Object.entries(words)
    .filter(([, value]) => value.length > 5) // a port may be any number
    .reduce((all, [word, value]) => all.replaceAll(value, word), text.replaceAll(folder, '.'))
  return named
    .replaceAll(/SHA256:[\w+/]{43}/g, 'SHA256:…')
    .replaceAll(/(ssh-ed25519) AAAA[\w+/=]+/g, '$1 …')
    .replaceAll(/\b[\d.]+ m?s\b/g, '…')
    .trimEnd()
}

/** A line of a stack, which is no user's business. */
export const STACK = /^ +at /m

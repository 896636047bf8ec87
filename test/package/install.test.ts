import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from '../support/build.ts'

/** A machine's own prefix for global packages, and a user's folder that knows nothing of npm. */
const root = realpathSync(mkdtempSync(join(tmpdir(), 'rampart-install-')))
const prefix = join(root, 'prefix')
const home = join(root, 'home')

beforeAll(() => {
  mkdirSync(home)
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', root], {
      cwd: build(),
      encoding: 'utf8',
    }),
  )
  execFileSync(
    'npm',
    ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', join(root, filename)],
    {
      cwd: root,
      stdio: 'pipe',
    },
  )
  writeFileSync(
    join(home, 'role.ts'),
    `import type { Facts } from 'rampart'
import { role, z } from 'rampart'
import { file } from 'rampart/resources'
const greet = (facts: Facts): string => facts.hostname
export default role({
  name: 'greeting',
  dir: import.meta.dirname,
  vars: z.object({ path: z.string() }),
  tasks: ({ vars, facts, template }) => [
    file({ path: vars.path, content: template('greeting.ejs', { name: greet(facts) }) }),
  ],
})
`,
  )
  writeFileSync(join(home, 'greeting.ejs'), 'Hello <%= name %>\n')
  writeFileSync(
    join(home, 'site.ts'),
    `import { play, playbook } from 'rampart'
import greeting from './role.ts'
export default playbook(play('greet', { hosts: 'all' }, [greeting({ path: ${JSON.stringify(join(root, 'greeting'))} })]))
`,
  )
}, 300_000)
afterAll(() => rmSync(root, { recursive: true }))

function rampart(...args: readonly string[]) {
  const env = { PATH: process.env['PATH'], HOME: home, NO_COLOR: '1' }
  const { status, stdout, stderr } = spawnSync(join(prefix, 'bin/rampart'), args, {
    cwd: home,
    env,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('an installed rampart tells its version', () => {
  expect(rampart('--version')).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^rampart \d+\.\d+\.\d+\n$/),
    stderr: '',
  })
})

test('it looks with a TypeScript playbook of a folder without node_modules', () => {
  const look = (): unknown => {
    const { status, stdout, stderr } = rampart('run', 'site.ts', '-i', 'localhost,', '--check', '--json')
    const tasks = stdout.split('\n').filter(line => line.startsWith('{"event":"task"'))
    return { status, stderr, tasks: tasks.map(line => JSON.parse(line).status) }
  }
  expect(look()).toEqual({ status: 2, stderr: '', tasks: ['would-change'] })
  writeFileSync(join(root, 'greeting'), `Hello ${hostname()}\n`)
  expect(look()).toEqual({ status: 0, stderr: '', tasks: ['ok'] })
})

test('it tells a mistake in a playbook once, with its place, and without a stack', () => {
  writeFileSync(join(home, 'wrong.ts'), "import { plabook } from 'rampart'\n")
  expect(rampart('run', 'wrong.ts', '-i', 'localhost,')).toMatchObject({ status: 1 })
  const { stdout, stderr } = rampart('run', 'wrong.ts', '-i', 'localhost,')
  expect(stdout + stderr).toContain('wrong.ts:1:10: "rampart" exports no plabook')
  expect(stdout + stderr).toContain('Did you mean "playbook"?')
  expect(stdout + stderr).not.toMatch(/^\s+at /m)
})

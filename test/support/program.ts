import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './build.ts'

/** The program as it is installed, and a folder with playbooks for it. */
export interface Program {
  /** `dist/js/main.js` */
  readonly main: string
  /** Where it runs, and its home. */
  readonly folder: string
  readonly env: () => NodeJS.ProcessEnv
  readonly run: (...args: string[]) => { status: number | null; stdout: string; stderr: string }
  readonly remove: () => void
}

/** Builds the program. Its playbooks are for dry runs on localhost, which write nothing there. */
export function install(): Program {
  const main = join(build(), 'dist/js/main.js')
  const folder = mkdtempSync(join(tmpdir(), 'rampart-cli-'))
  const write = (name: string, question: string, answer: string): void =>
    writeFileSync(join(folder, name), playbook(question, answer))
  write(
    'drift.ts',
    'read`true`',
    "drift({ kind: 'text', path: '/x', before: null, after: 'hello\\n' }, [run`true`])",
  )
  write('slow.ts', 'read`sleep 2`', 'inSync()')
  write('forgetful.ts', 'read`true`', "(void Promise.reject(new TypeError('odd')), inSync())")
  const env = () => ({
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    XDG_CACHE_HOME: folder,
    XDG_STATE_HOME: folder,
    RAMPART_INVENTORY: 'localhost,',
  })
  return {
    main,
    folder,
    env,
    run: (...args) => {
      const options = { cwd: folder, env: env(), encoding: 'utf8', timeout: 50_000 } as const
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], options)
      return { status, stdout, stderr }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const playbook = (question: string, answer: string): string =>
  `import { drift, inSync, play, playbook, read, run, task } from 'rampart'
const one = task('one', { async check(probe) { await probe.ask(${question}); return ${answer} } })
const two = task('two', { check: () => inSync() })
export default playbook(play('Try', { hosts: 'localhost' }, [one, two]))
void [drift, run]
`

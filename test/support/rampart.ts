import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './build.ts'

type Counts = Readonly<
  Record<
    | 'ok'
    | 'changed'
    | 'wouldChange'
    | 'unknown'
    | 'failed'
    | 'skipped'
    | 'unreachable'
    | 'frames'
    | 'connections',
    number
  >
>

export interface TaskTold {
  readonly event: 'task'
  readonly host: string
  readonly play: string
  readonly task: string
  readonly status: string
  readonly diff?: Readonly<Record<string, unknown>>
  readonly error?: { readonly name: string; readonly message: string; readonly hint?: string }
}

/** What one `rampart run … --json` told. */
export interface Told {
  readonly code: number | null
  readonly events: readonly ({ readonly event: string } & Readonly<Record<string, unknown>>)[]
  readonly tasks: readonly TaskTold[]
  readonly recap: { readonly hosts: Readonly<Record<string, Counts>>; readonly exitCode: number }
  readonly stderr: string
}

export interface Running {
  readonly pid: number
  /** Settles when a line of its output holds this. */
  until(text: string): Promise<void>
  kill(signal: NodeJS.Signals): void
  readonly end: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>
}

/** Folders of a user who has never run rampart: neither the machine's facts nor its known hosts are ours. */
const xdg = mkdtempSync(join(tmpdir(), 'rampart-xdg-'))
/** The built command line, a file for Node. All tests of a file run what was built for the first of them. */
export function program(): string {
  built ??= join(build(), 'dist/js/main.js')
  return built
}
let built: string | undefined

/** Starts the built command line as a user would. */
export function startRampart(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Running {
  const env = { ...process.env, XDG_STATE_HOME: xdg, XDG_CACHE_HOME: xdg, NO_COLOR: '1', ...options.env }
  const child = spawn(process.execPath, [program(), ...args], {
    env,
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const waiting = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', chunk => {
    stdout += chunk
    for (const look of waiting) look()
  })
  child.stderr.setEncoding('utf8').on('data', chunk => {
    stderr += chunk
  })
  const end = new Promise<{ code: number | null; stdout: string; stderr: string }>(resolve => {
    child.once('close', code => resolve({ code, stdout, stderr }))
  })
  return {
    pid: child.pid ?? 0,
    end,
    kill: signal => void child.kill(signal),
    until: text =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!stdout.includes(text)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
        void end.then(() => reject(new Error(`it ended without saying "${text}": ${stdout}${stderr}`)))
      }),
  }
}

/** Runs the built command line to its end. */
export async function rampart(args: readonly string[], options: Parameters<typeof startRampart>[1] = {}) {
  return startRampart(args, options).end
}

/** Runs playbooks with `--json` and reads what was told. */
export async function rampartRun(
  args: readonly string[],
  options: Parameters<typeof startRampart>[1] = {},
): Promise<Told> {
  return toldOf(await rampart(['run', ...args, '--json'], options))
}

/** Reads JSON lines. Throws if the last is no recap. */
export function toldOf({
  code,
  stdout,
  stderr,
}: {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}): Told {
  const events = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Told['events'][number])
  const recap = events.at(-1) as unknown as Told['recap'] & { event: string }
  if (recap?.event !== 'recap') throw new Error(`the last line is no recap:\n${stdout}\n${stderr}`)
  return {
    code,
    events,
    recap,
    stderr,
    tasks: events.filter(event => event.event === 'task') as unknown as TaskTold[],
  }
}

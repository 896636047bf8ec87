import { createHash } from 'node:crypto'
import type { Command, Plan, Probe } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, read, run, z } from '../index.ts'
import { accountName } from './parameters/account.ts'
import { fileContent } from './parameters/content.ts'
import { hostPath } from './parameters/path.ts'
import { isCommand, question } from './parameters/question.ts'
import { refuse } from './parts/refusals.ts'
import type { Stat } from './queries/stat.ts'
import { statOf } from './queries/stat.ts'

/** No argument of a program can hold a NUL (execve(2)). */
const word = z.string().regex(/^[^\0]*$/, { error: 'expected text without a NUL byte' })

const EXPECTED = 'expected a command, such as run`make install`, or a list of words'
const action = z.custom<Command>(isCommand, { error: EXPECTED })

const spec = z
  .object({
    run: z
      .union([action, word.min(1, { error: EXPECTED }), z.array(word).min(1, { error: EXPECTED })], {
        error: EXPECTED,
      })
      .describe(
        'what to do: a command made by `run`, a program and its arguments as a list, or sh as it stands, in which nothing is quoted for you',
      ),
    name: z.string().min(1).optional().describe('a name for it, if the command itself is none'),
    unless: question().optional().describe('a question to the host: if it exits with 0, it is done already'),
    onlyIf: question()
      .optional()
      .describe('a question to the host: only if it exits with 0 there is something to do'),
    creates: hostPath().optional().describe('a path: if something is there, it is done already'),
    removes: hostPath().optional().describe('a path: only if something is there, there is something to do'),
    always: z.boolean().default(false).describe('do it in every run: nothing tells when it is done'),
    cwd: hostPath().optional().describe('the folder to do it in'),
    user: accountName()
      .optional()
      .describe('as whom, by su(1); the `become` of its task is the better way where it is for all of it'),
    env: z
      .record(z.string(), word)
      .refine(env => Object.keys(env).every(name => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)), {
        error: 'expected names of letters, digits and "_"',
      })
      .optional()
      .describe('environment variables for it'),
    stdin: fileContent().optional().describe('what it reads: text, a Secret or bytes'),
    timeout: z.number().positive().optional().describe('seconds until it is given up'),
    ok: z.array(z.int().min(0).max(255)).min(1).optional().describe('the exit codes that count as success'),
  })
  .superRefine((given, context) => {
    const conditions = [given.unless, given.onlyIf, given.creates, given.removes]
    if (!given.always && conditions.every(condition => condition === undefined)) {
      const cure = 'give unless, onlyIf, creates or removes, or say always: true'
      refuse(context, 'run', `nothing tells when it is done, so that every run would do it again; ${cure}`)
    }
    if (!isCommand(given.run)) return
    for (const name of ['stdin', 'timeout', 'ok'] as const) {
      if (given[name] !== undefined && given.run[name] !== undefined)
        refuse(context, name, 'the command has its own')
    }
  })

export type CommandSpec = z.output<typeof spec>

/** Whether there is nothing to do. */
export interface CommandState {
  readonly isDone: boolean
}

/**
 * A command that is run where a question to the host says that there is something to do. Afterwards the question must
 * say that it is done. With `always: true` it is run every time, and counts as a change every time.
 *
 * @example
 * ```ts
 * command({
 *   run: run`ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/deploy_key`,
 *   creates: '/etc/ssh/deploy_key',
 * })
 * ```
 */
export const command = defineResource<typeof spec, CommandState>({
  kind: 'command',
  spec,
  id: spec => `command ${spec.name ?? told(spec)}`,
  async read(probe, spec) {
    const [folder, ...done] = await Promise.all([folderOf(probe, spec), ...answers(probe, spec)])
    if (folder === null) {
      throw new CheckFailed(`its folder ${spec.cwd} does not exist`, {
        hint: `Put directory({ path: '${spec.cwd}' }) before it.`,
      })
    }
    return { isDone: done.some(Boolean) }
  },
  plan(spec, { isDone }): Plan {
    if (isDone) return inSync()
    const changes = { command: ['not done', told(spec)] } as const
    return drift({ kind: 'fields', changes }, [step(spec)], { always: spec.always })
  },
})

const folderOf = async (probe: Probe, { cwd }: CommandSpec): Promise<Stat | undefined> =>
  cwd === undefined ? undefined : probe.ask(statOf, `${cwd}/`)

/** What each condition says of it being done. */
function answers(probe: Probe, spec: CommandSpec): readonly Promise<boolean>[] {
  const { unless, onlyIf, creates, removes } = spec
  return [
    ...(unless === undefined ? [] : [saysYes(probe, spec, unless)]),
    ...(onlyIf === undefined ? [] : [saysYes(probe, spec, onlyIf, ...CANNOT_BE_RUN).then(yes => !yes)]),
    ...(creates === undefined ? [] : [isThere(probe, creates)]),
    ...(removes === undefined ? [] : [isThere(probe, removes).then(yes => !yes)]),
  ]
}

/** sh(1): found but not executable, and not found. To `unless` that is a no: what it asks may be about to be installed. */
const CANNOT_BE_RUN = [126, 127]

async function saysYes(
  probe: Probe,
  spec: CommandSpec,
  question: Command<'read'>,
  ...unclear: readonly number[]
): Promise<boolean> {
  const { script, ...options } = question
  const { code, stderr } = await probe.ask(read(options)`${placed(spec, script)}`)
  if (unclear.includes(code)) {
    throw new CheckFailed(`the question of onlyIf could not be asked: ${stderr.trim()}`, {
      hint: 'Install what it needs in a task before this one.',
    })
  }
  return (question.ok ?? [0]).includes(code)
}

async function isThere(probe: Probe, path: string): Promise<boolean> {
  const stat = await probe.ask(statOf, path)
  if (stat === 'hidden') {
    throw new CheckFailed(`${path} is in a folder that this user may not look into`, {
      hint: 'Set become: true on the task, the play or the host.',
    })
  }
  return stat !== null
}

function step(spec: CommandSpec): Command {
  const { stdin, timeout, ok } = spec
  const { script, ...options } = asCommand(spec)
  const given = Object.entries({ stdin, timeout, ok }).filter(([, value]) => value !== undefined)
  return run({ ...options, ...Object.fromEntries(given) })`${placed(spec, script)}`
}

/** `command` keeps a word from being taken for a part of the shell's language. */
function asCommand({ run: what }: CommandSpec): Command {
  if (isCommand(what)) return what
  return Array.isArray(what) ? run`command -- ${what}` : run(Object.assign([what], { raw: [what] }))
}

/** The script in its folder, with its environment, as its user. */
function placed({ cwd, env = {}, user }: CommandSpec, script: string): Command<'read'> {
  const exports = Object.entries(env).map(([name, value]) => read`export ${name}=${value}\n`)
  const whole = read`${cwd === undefined ? [] : read`cd -- ${cwd} || exit\n`}${exports}${{ script } as Command<'read'>}`
  if (user === undefined) return whole
  return read`[ "$(id -u)" = 0 ] || { echo 'only root may act as another user' >&2; exit 126; }
su -s /bin/sh -c ${whole.script} ${user}`
}

/** The command on one line. What is cut off still tells two commands apart. */
function told(spec: CommandSpec): string {
  const { cwd, user } = spec
  const { script } = Array.isArray(spec.run) ? { script: spec.run.join(' ') } : asCommand(spec)
  const line = script.trim().replaceAll(/\s+/g, ' ')
  const mark = createHash('sha256').update(script).digest('hex').slice(0, 6)
  const short = line.length > LONGEST_TOLD ? `${line.slice(0, LONGEST_TOLD)}… (${mark})` : line
  return `${short}${cwd === undefined ? '' : ` in ${cwd}`}${user === undefined ? '' : ` as ${user}`}`
}

const LONGEST_TOLD = 80

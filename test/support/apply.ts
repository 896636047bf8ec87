import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { expect } from 'vitest'
import type { Command } from '../../src/model/command.ts'
import type { Drift, Plan, Step, Steps } from '../../src/model/plan.ts'
import { isUpload } from '../../src/model/plan.ts'
import type { Probe, Query, Reply } from '../../src/model/probe.ts'
import { quote } from '../../src/model/quote.ts'
import type { Resource } from '../../src/model/resource.ts'
import { reveal, Secret } from '../../src/model/secret.ts'

/** Whether this machine can be changed at all: who is nobody here tries the rest. */
export const isRoot = process.getuid?.() === 0

/** A real shell of this machine, and the tools that it finds. */
export interface Far {
  /** Its program and arguments; a script's path is added. */
  readonly sh: readonly [string, ...string[]]
  readonly env: NodeJS.ProcessEnv
}

/** What a host's /bin/sh may be, and what its tools may be. */
export const fars = {
  dash: { sh: ['dash'], env: process.env },
  bash: { sh: ['bash', '--posix'], env: process.env },
  'busybox ash': { sh: ['busybox', 'sh'], env: process.env },
  'busybox alone': { sh: ['/bin/busybox', 'sh'], env: { PATH: onlyBusybox() } },
} as const satisfies Record<string, Far>

/** A folder of nothing but busybox's programs, to be somebody's PATH. */
function onlyBusybox(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-busybox-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  execFileSync('/bin/busybox', ['--install', '-s', folder])
  return folder
}

/** This machine as a host, to try resources on. */
export interface Bench extends Disposable {
  readonly probe: Probe
  /** The commands that were asked so far: one for each query and turn. */
  readonly asked: readonly string[]
  /** Runs steps as one script, each only if the one before it succeeded. */
  apply(steps: Steps): Promise<Reply>
  /** Checks, cures the drift, and checks again: it must then be in sync. Returns the drift; undefined if there was none. */
  converge(resource: Resource): Promise<Drift | undefined>
}

export function bench({ sh, env }: Far = fars.dash): Bench {
  const room = mkdtempSync(join(tmpdir(), 'rampart-bench-'))
  // Its shell may be another user's.
  chmodSync(room, 0o711)
  const asked: string[] = []
  let scripts = 0

  const execute = (text: string, stdin?: Readable): Promise<Reply> => {
    // A script may be longer than an argument can be, and must not share its stdin with its data.
    const script = join(room, `script-${scripts++}`)
    writeFileSync(script, text)
    const [program, ...args] = sh
    return started(program, [...args, script], { ...env, LC_ALL: 'C' }, stdin)
  }

  const ask = (command: Command<'read'>): Promise<Reply> => {
    asked.push(command.script)
    return execute(command.script, bytesOf(command.stdin))
  }

  const apply = (steps: Steps): Promise<Reply> => {
    const inputs = steps.map((step, i) => input(step, join(room, `input-${i}`)))
    const parts = steps.map((step, i) => {
      const from = inputs[i] ?? '/dev/null'
      return `{ (\n${isUpload(step) ? put(step) : step.script}\n) <${quote(from)}\n${okay(step)}; }`
    })
    return execute(parts.join(' && '))
  }

  const converge = async (resource: Resource): Promise<Drift | undefined> => {
    const plan = await resource.check(batching(ask))
    if (plan.status === 'in-sync') return undefined
    const reply = await apply(plan.cure)
    expect(reply.code, `${resource.id}: ${reply.stderr}`).toBe(0)
    if (!plan.always) expect(await resource.check(batching(ask)), resource.id).toEqual({ status: 'in-sync' })
    return plan
  }

  return {
    probe: batching(ask),
    asked,
    apply,
    converge,
    [Symbol.dispose]: () => rmSync(room, { recursive: true, force: true }),
  }
}

/** The plan of a drift, or a failed test. */
export function drifted(plan: Plan): Drift {
  expect(plan.status).toBe('drift')
  return plan as Drift
}

/** Keys asked in one turn become one command of their query. */
function batching(ask: (command: Command<'read'>) => Promise<Reply>): Probe {
  const open = new Map<Query<unknown, unknown>, { keys: unknown[]; values: Promise<readonly unknown[]> }>()
  const load = async (query: Query<unknown, unknown>, key: unknown): Promise<unknown> => {
    let batch = open.get(query)
    if (!batch) {
      const keys: unknown[] = []
      const values = new Promise<void>(resolve => {
        setImmediate(resolve)
      }).then(async () => {
        open.delete(query)
        return query.parse(await ask(query.command(keys)), keys)
      })
      batch = { keys, values }
      open.set(query, batch)
    }
    const at = batch.keys.push(key) - 1
    return (await batch.values)[at]
  }
  const probe = {
    ask: (what: Command<'read'> | Query<unknown, unknown>, key?: unknown) =>
      'script' in what ? ask(what) : load(what, key),
    on: () => {
      throw new Error('the bench is one machine')
    },
  }
  return probe as unknown as Probe
}

/** Whether a step's exit code counts as success; it is kept if not. */
function okay(step: Step): string {
  const codes = isUpload(step) ? [0] : (step.ok ?? [0])
  return `_code=$?; case " ${codes.join(' ')} " in *" $_code "*) ;; *) ( exit "$_code" ) ;; esac`
}

function input(step: Step, path: string): string | undefined {
  const from = isUpload(step) ? step.content : step.stdin
  if (from === undefined) return undefined
  if (typeof from === 'object' && 'source' in from) return from.source
  writeFileSync(path, typeof from === 'string' || Secret.is(from) ? reveal(from) : from, { mode: 0o600 })
  return path
}

/** What the session does with an upload, without its fsync and backup. */
function put({ path, mode, owner, group }: Extract<Step, { path: string }>): string {
  const candidate = `${join(dirname(path), `.${basename(path)}`.slice(0, 60))}.rampart-5afe00`
  const whose = group === undefined ? (owner ?? '') : `${owner ?? ''}:${group}`
  const [target, temp] = [quote(path), quote(candidate)]
  return [
    `[ ! -d ${target} ] && ( umask 077; set -C; : >${temp} ) && cat >>${temp}`,
    whose && `chown -- ${quote(whose)} ${temp}`,
    `chmod -- ${mode} ${temp}`,
    `mv -f -- ${temp} ${target} || { rm -f -- ${temp}; false; }`,
  ]
    .filter(Boolean)
    .join(' && ')
}

const bytesOf = (stdin: Command['stdin']): Readable | undefined =>
  stdin === undefined
    ? undefined
    : Readable.from([Buffer.from(stdin instanceof Uint8Array ? stdin : reveal(stdin))])

function started(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  stdin: Readable | undefined,
): Promise<Reply> {
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => out.push(data))
  child.stderr.on('data', (data: Buffer) => err.push(data))
  // A command need not read its stdin to the end.
  void pipeline(stdin ?? Readable.from([]), child.stdin).catch(() => undefined)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      const bytes = Buffer.concat(out)
      resolve({ code: code ?? -1, stdout: bytes.toString(), stderr: Buffer.concat(err).toString(), bytes })
    })
  })
}

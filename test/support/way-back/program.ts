import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Transaction } from '../../../src/guard/transaction.ts'
import { wayBack } from '../../../src/guard/way-back.ts'

/** The program of a transaction that leads back, in a folder of its own. */
export interface WayBack extends Disposable {
  readonly folder: string
  /** Runs `save` or `undo` to its end. */
  run(
    what: 'save' | 'undo',
    env?: NodeJS.ProcessEnv,
  ): Promise<{ readonly code: number; readonly said: string }>
  /** Runs `undo` and kills it, with all that it has begun, when it has come to its nth step. Whether it got there. */
  cut(step: number): Promise<boolean>
}

/** The shells that a host's sh may be. */
export const SHELLS: readonly (readonly [string, readonly [string, ...string[]]])[] = [
  ['dash', ['dash']],
  ['bash', ['bash', '--posix']],
  ['busybox', ['busybox', 'sh']],
]

/** Writes the program for these; `within` are words before the shell, to enter a system of its own with. */
export function wayBackOf(
  what: Pick<Transaction, 'touches' | 'undo'>,
  sh: readonly [string, ...string[]],
  within: readonly string[] = [],
): WayBack {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-way-back-'))
  const program = join(folder, 'way-back.sh')
  writeFileSync(program, wayBack(what))
  const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const [command = 'sh', ...rest] = [...within, ...sh, ...args]
    return spawn(command, rest, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    })
  }
  return {
    folder,
    run: (what, env) =>
      new Promise(resolve => {
        const child = start([program, what], env)
        let said = ''
        child.stderr.setEncoding('utf8').on('data', chunk => {
          said += chunk
        })
        child.once('close', code => resolve({ code: code ?? -1, said }))
      }),
    cut: step =>
      new Promise(resolve => {
        const child = start(['-x', program, 'undo'])
        let steps = 0
        createInterface(child.stderr).on('line', () => {
          if (++steps === step && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
        })
        child.once('close', () => resolve(steps >= step))
      }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}

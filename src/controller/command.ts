import { constants } from 'node:os'
import type { $ as Dollar } from 'zx'
import { quote } from '../model/quote.ts'

/** A program and its arguments, one word each. */
export type Words = readonly [program: string, ...args: string[]]

export interface CommandOptions {
  /** What it reads from standard input; without it, end of file. */
  readonly input?: string
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds; then it and all its children are ended by SIGTERM. None: it may take as long as it likes. */
  readonly timeout?: number
}

/** How a command on this machine ended, whatever its exit code. */
export interface Finished {
  /** Null: ended by a signal, a passed timeout included. 127: there is no such program. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs one program on this machine and waits for its end. Prints nothing and never rejects for an exit code.
 * The shell that zx goes through is replaced by the program itself, so that a signal reaches the right process.
 */
export async function command(words: Words, options: CommandOptions = {}): Promise<Finished> {
  const { input, env, timeout } = options
  const run = (await silent({
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    ...(input === undefined ? {} : { input }),
  }))`${words}`
  let late = false
  const stop = async () => {
    late = true
    await run.kill()
  }
  // One that ends by itself in this very moment is too late to kill.
  const timer = timeout === undefined ? undefined : setTimeout(() => stop().catch(() => undefined), timeout)
  const { exitCode, stdout, stderr } = await run
  clearTimeout(timer)
  return { code: late ? null : exitCode, stdout, stderr }
}

/** Runs one program on our own terminal or pipes, as if it had been typed. Answers its exit code, 128 + n for signal n. */
export async function attached(words: Words): Promise<number> {
  // The terminal sends Ctrl-C to the program as well: it decides what that means, and we wait for its answer.
  const wait = () => undefined
  process.on('SIGINT', wait)
  try {
    const { exitCode, signal } = await (await silent({ stdio: 'inherit' }))`${words}`
    return exitCode ?? 128 + (signal === null ? 0 : (constants.signals[signal] ?? 0))
  } finally {
    process.off('SIGINT', wait)
  }
}

/** Loaded when it is first needed: it takes longer than all of ours, and most runs start no program here. */
async function silent(options: Partial<typeof Dollar>): Promise<typeof Dollar> {
  const { $ } = await import('zx')
  return $({
    quiet: true,
    verbose: false,
    nothrow: true,
    shell: '/bin/sh',
    prefix: 'exec ',
    postfix: '',
    quote,
    ...options,
  })
}

import { openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { ReadStream } from 'node:tty'
import { UsageError } from '../model/error.ts'
import { Secret } from '../model/secret.ts'

/** A person pressed Ctrl-C where an answer was asked for. */
export class AnswerRefused extends Error {
  override name = 'AnswerRefused'
}

/** Somebody who can be asked. */
export interface Terminal {
  /** What is typed is not shown. Throws an AnswerRefused for Ctrl-C, a UsageError for an end without an answer. */
  readonly ask: (question: string) => Promise<string>
  readonly close: () => void
}

/** Where passwords come from: the environment, else a person. */
export interface Asking {
  readonly env: NodeJS.ProcessEnv
  readonly terminal: () => Terminal
}

/** The passwords of `-k` and `-K`, each asked for once. Throws a UsageError if there is nobody to ask. */
export async function passwords(
  wanted: { readonly askPassword: boolean; readonly askBecomePassword: boolean },
  { env, terminal }: Asking,
): Promise<{ readonly password: Secret | undefined; readonly becomePassword: Secret | undefined }> {
  const [given, givenBecome] = ['RAMPART_PASSWORD', 'RAMPART_BECOME_PASSWORD'].map(name => take(env, name))
  const askPassword = wanted.askPassword && given === undefined
  const askBecome = wanted.askBecomePassword && givenBecome === undefined
  if (!askPassword && !askBecome) return { password: given, becomePassword: givenBecome }
  const person = terminal()
  try {
    const password = askPassword ? new Secret(await person.ask('SSH password: ')) : given
    if (!askBecome) return { password, becomePassword: givenBecome }
    const answer = await person.ask(password ? 'sudo password (Enter: the same): ' : 'sudo password: ')
    return { password, becomePassword: answer === '' && password ? password : new Secret(answer) }
  } finally {
    person.close()
  }
}

/** Taken out of the environment, too: no program that we start has a use for it. */
function take(env: NodeJS.ProcessEnv, name: string): Secret | undefined {
  const value = env[name]
  delete env[name]
  return value ? new Secret(value) : undefined
}

/** Opens the terminal itself, so that standard input may be a pipe. Throws a UsageError if there is none. */
export function openTerminal(): Terminal {
  const input = openTty()
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 })
  const say = (text: string): boolean => process.stderr.write(text)
  /** A fast typist, or a paste, answers before the next question. */
  const early: string[] = []
  let answer: ((line: string) => void) | undefined
  let refuse: ((why: Error) => void) | undefined
  lines.on('line', line => {
    const waiting = answer
    answer = undefined
    if (waiting) waiting(line)
    else early.push(line)
  })
  lines.on('SIGINT', () => refuse?.(new AnswerRefused('interrupted')))
  lines.on('close', () => refuse?.(new UsageError('no password was given')))
  return {
    ask: question =>
      new Promise<string>((resolve, reject) => {
        say(question)
        const line = early.shift()
        if (line === undefined) [answer, refuse] = [resolve, reject]
        else resolve(line)
      }).finally(() => say('\n')),
    close: () => {
      refuse = undefined
      lines.close()
      input.destroy()
    },
  }
}

function openTty(): ReadStream {
  try {
    return new ReadStream(openSync('/dev/tty', 'r+'))
  } catch {
    throw new UsageError('there is no terminal to ask for a password', {
      hint: 'Set RAMPART_PASSWORD or RAMPART_BECOME_PASSWORD in the environment instead of -k or -K.',
    })
  }
}

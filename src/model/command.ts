import { inspect } from 'node:util'
import { PlaybookError } from './error.ts'
import { quote } from './quote.ts'
import type { Text } from './secret.ts'
import { Secret } from './secret.ts'

/** Known by its key in the registry, as source and build may both be loaded. */
const effect: unique symbol = Symbol.for('rampart.effect') as never

/** What running a command may do to the host. Only its author can know; the type makes them say it. */
export type Effect = 'read' | 'write'

export interface CommandOptions {
  /** What the command reads from its standard input; without it, it reads end of file. */
  readonly stdin?: Text | Uint8Array
  /** Seconds until the command is given up. Default: 60 for a read, 600 for a write, 3600 for a unit. */
  readonly timeout?: number
  /** The exit codes that count as success. Default: 0 for a write; for a read every code is an answer. */
  readonly ok?: readonly number[]
  /** Its output is told to nobody: neither events nor errors show it. */
  readonly secret?: boolean
  /** It takes long and must not be cut: it runs as a transient systemd unit that outlives the connection. */
  readonly unit?: boolean
  /**
   * It reboots the host. It has succeeded when the host has started anew and answers again, which may take `timeout`
   * seconds. No step can come after it.
   */
  readonly reboot?: boolean
}

/** A piece of POSIX sh, quoted, as a value: making one runs nothing. */
export interface Command<E extends Effect = Effect> extends CommandOptions {
  readonly script: string
  readonly [effect]: E
}

/** What may stand in `${…}`: a word, a list of words, or a command whose text is spliced in as it is. */
export type Word<E extends Effect> = string | number | Command<E> | readonly (string | number | Command<E>)[]

/** A tag for template literals that makes commands, plain or with options: ``run({ stdin: token })`tctl create -f` ``. */
export interface Tag<E extends Effect, Takes extends Effect> {
  (parts: TemplateStringsArray, ...words: Word<Takes>[]): Command<E>
  (options: CommandOptions): (parts: TemplateStringsArray, ...words: Word<Takes>[]) => Command<E>
}

/** A command that only looks: the one kind that a check can run. Any exit code is an answer. */
export const read: Tag<'read', 'read'> = tag<'read', 'read'>('read')

/** A command that may change the host: the one kind that a drift can hold. */
export const run: Tag<'write', Effect> = tag<'write', Effect>('write')

function tag<E extends Effect, Takes extends Effect>(kind: E): Tag<E, Takes> {
  const make = (
    options: CommandOptions,
    parts: TemplateStringsArray,
    words: readonly Word<Takes>[],
  ): Command<E> => ({ ...options, script: splice(parts, words, kind), [effect]: kind })
  return ((first: TemplateStringsArray | CommandOptions, ...words: Word<Takes>[]) =>
    isParts(first)
      ? make({}, first, words)
      : (parts: TemplateStringsArray, ...more: Word<Takes>[]) => make(first, parts, more)) as Tag<E, Takes>
}

const isParts = (value: TemplateStringsArray | CommandOptions): value is TemplateStringsArray =>
  Array.isArray(value)

function splice(parts: TemplateStringsArray, words: readonly Word<Effect>[], kind: Effect): string {
  if (parts.includes(undefined as unknown as string)) {
    const raw = parts.raw.join('…')
    throw new PlaybookError(`a command has a backslash that means nothing in JavaScript: ${raw}`, {
      hint: 'Write two for one that the shell shall see.',
    })
  }
  const script = parts.reduce((script, part, i) => {
    const word = [words[i - 1]]
      .flat()
      .map(word => text(word, kind))
      .join(' ')
    // In `2>file` the number would be a file descriptor.
    const glued = /^\d+$/.test(word) && /^[<>]/.test(part)
    return `${script}${glued ? `'${word}'` : word}${part}`
  })
  if (script.includes('\0')) {
    throw new PlaybookError('a command holds a NUL byte, which sh would drop', {
      hint: "Write '\\\\0' for printf's, or pass binary data as stdin.",
    })
  }
  return script
}

function text(word: unknown, kind: Effect): string {
  if (typeof word === 'string' || Number.isFinite(word)) return quote(String(word))
  if (Secret.is(word)) {
    throw new PlaybookError('a secret stands in a command, where every user of the host could read it', {
      hint: 'Pass it as stdin: run({ stdin: secret })`…`.',
    })
  }
  if (!isCommand(word)) {
    throw new PlaybookError(`${inspect(word)} stands in a command where a word should`, {
      hint: 'A word is a string, a number, a command, or a list of them.',
    })
  }
  if (kind === 'read') refuseWrite(word)
  const { script, ...options } = word
  const [own] = Object.entries(options).find(([, option]) => option !== undefined) ?? []
  if (own !== undefined) {
    throw new PlaybookError(`a command with ${own} of its own is spliced into another: ${script}`, {
      hint: `Give the ${own} to the outer command.`,
    })
  }
  return script
}

/** The types say so already; but no compiler runs before a run. Throws a PlaybookError for a command that writes. */
export function refuseWrite(command: Command): void {
  if (command[effect] !== 'write') return
  throw new PlaybookError(`a check is to run a command that writes: ${command.script}`, {
    hint: 'A check only looks: read`…`. What changes the host goes into the steps of its drift.',
  })
}

function isCommand(word: unknown): word is Command {
  return typeof word === 'object' && word !== null && 'script' in word && typeof word.script === 'string'
}

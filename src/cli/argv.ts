import type { CommandName, Family } from './commands.ts'
import { COMMANDS, familyOf, flagsOf, specOf } from './commands.ts'
import type { Flags } from './flag.ts'
import type { Option, Typed, Word } from './options.ts'
import { readOptions, tokens } from './options.ts'
import { unknownCommand, unknownFlag } from './unknown.ts'

/** `help` of a command or of all, and `version`, are answered before anything else is looked at. */
export type Asked =
  | Typed
  | { readonly command: 'help'; readonly of: CommandName | Family | undefined }
  | { readonly command: 'version' }

/**
 * Sorts the words of a command line. Throws a UsageError that names what is wrong and the nearest right thing.
 */
export function readArgv(argv: readonly string[]): Asked {
  const all = tokens(argv, everyFlag())
  const words = all.filter(token => token.kind === 'positional')
  const [first, second, third] = words
  const before = argv.slice(0, first?.index)
  if (first?.value === 'version' || (!first && asks(before, VERSION))) return { command: 'version' }
  if (first?.value === 'help') return help([second, third])
  for (const token of all)
    if (token.kind === 'option' && token.index < before.length && !isKnown(token))
      throw unknownFlag(token.rawName, undefined, everyFlag())
  if (first === undefined) return { command: 'help', of: undefined }
  const { name, taken } = commandOf(first, second, asks(argv, HELP))
  if (name === undefined) return { command: 'help', of: familyOf(first.value) }
  const operand = taken === 2 ? third : second
  const passed = specOf(name).passes && operand ? operand.index : argv.length
  const command = taken === 2 ? [first, second] : [first]
  const own = argv.filter((_, i) => i < passed && !command.some(word => word?.index === i))
  if (asks(own, HELP)) return { command: 'help', of: name }
  return readOptions(name, own, argv.slice(passed))
}

const HELP = ['--help', '-h']
const VERSION = ['--version', '-V']

/** Whether one of these stands among the words, before any `--`. */
function asks(words: readonly string[], flags: readonly string[]): boolean {
  const end = words.indexOf('--')
  return words.slice(0, end === -1 ? undefined : end).some(word => flags.includes(word))
}

function isKnown({ name, rawName }: Option): boolean {
  return Object.hasOwn(everyFlag(), name) || [...HELP, ...VERSION].includes(rawName)
}

/** A flag means the same in every command, so that commands can be told from values before one is known. */
function everyFlag(): Flags {
  return Object.assign({}, ...Object.values(COMMANDS).map(flagsOf))
}

function help(words: readonly (Word | undefined)[]): Asked {
  const said = words.flatMap(word => (word ? [word.value] : []))
  if (said.length === 0) return { command: 'help', of: undefined }
  const family = familyOf(said[0] ?? '')
  if (said.length === 1 && family !== undefined) return { command: 'help', of: family }
  const name = isCommand(said.join(' ')) ?? isCommand(said[0] ?? '')
  if (name === undefined) throw unknownCommand(said)
  return { command: 'help', of: name }
}

type Found = { readonly name: CommandName | undefined; readonly taken: 1 | 2 }

function commandOf(first: Word, second: Word | undefined, helped: boolean): Found {
  const two = second && isCommand(`${first.value} ${second.value}`)
  if (two) return { name: two, taken: 2 }
  const one = isCommand(first.value)
  if (one) return { name: one, taken: 1 }
  if (familyOf(first.value) !== undefined && second === undefined && helped)
    return { name: undefined, taken: 1 }
  throw unknownCommand([first.value, ...(second ? [second.value] : [])])
}

function isCommand(name: string): CommandName | undefined {
  return Object.hasOwn(COMMANDS, name) ? (name as CommandName) : undefined
}

import { parseArgs } from 'node:util'
import { cac } from 'cac'
import { UsageError } from '../model/error.ts'
import type { CommandName, CommandSpec } from './commands.ts'
import { flagsOf, specOf } from './commands.ts'
import type { Flags } from './flag.ts'
import { unknownFlag } from './unknown.ts'

/** What was typed, sorted but not yet understood: every value is the string that it was. */
export interface Typed {
  readonly command: CommandName
  readonly operands: readonly string[]
  /** By long name; a flag without a value is the empty string. */
  readonly flags: ReadonlyMap<string, readonly string[]>
}

/**
 * Sorts the words of a command: its own, and those passed on to what it runs elsewhere. Throws a UsageError that names
 * what is wrong and the nearest right thing.
 *
 * cac gathers options and counts operands, but it makes numbers of values (`--limit 01` becomes 1), takes a value that
 * begins with a hyphen for an option, and `--no-check` for a wish. So Node's own tokenizer, which changes nothing, says
 * first which word is what.
 */
export function readOptions(name: CommandName, own: readonly string[], passed: readonly string[]): Typed {
  const spec = specOf(name)
  const flags = flagsOf(spec)
  const all = tokens(own, flags)
  const options = all.flatMap(token => (token.kind === 'option' ? [canonical(token, name, flags)] : []))
  const operands = all.flatMap(token => (token.kind === 'positional' ? [token.value] : []))
  const parsed = byCac(name, options, [...operands, ...withoutTerminator(passed)])
  for (const [flag, values] of parsed.flags)
    if (values.length > 1 && flags[flag]?.value !== undefined && !flags[flag].many)
      throw new UsageError(`--${flag} is given ${values.length} times`, { hint: 'It takes one value.' })
  return { command: name, ...parsed }
}

/** `lab exec HOST -- CMD`: the host stands first, and the mark between is nobody's word. */
function withoutTerminator([host, mark, ...rest]: readonly string[]): string[] {
  return [host, mark === '--' ? undefined : mark, ...rest].filter(word => word !== undefined)
}

/** One option as cac cannot misread it: long, its value glued on behind a mark that makes no number of it. */
function canonical(token: Option, command: CommandName, flags: Flags): string {
  const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined
  if (flag === undefined) throw unknownFlag(token.rawName, command, flags)
  const shown = token.rawName
  if (flag.value === undefined) {
    if (token.value === undefined) return `${OWN}${token.name}=${MARK}`
    throw new UsageError(`${shown} takes no value, but "${token.value}" is given`)
  }
  if (token.value === undefined || (!token.inlineValue && isFlag(token.value, flags))) {
    const hint =
      token.value === undefined ? {} : { hint: `If "${token.value}" is the value: ${shown}=${token.value}` }
    throw new UsageError(`${shown} needs a value: ${flag.value}`, hint)
  }
  // -l=dgx, as argparse takes it too.
  const value = token.inlineValue && !shown.startsWith('--') ? token.value.replace(/^=/, '') : token.value
  if (value === '') throw new UsageError(`${shown} needs a value: ${flag.value}`)
  return `${OWN}${token.name}=${MARK}${value}`
}

function isFlag(word: string, flags: Flags): boolean {
  if (word === '--') return true
  const name = /^--([^=]+)/.exec(word)?.[1]
  if (name !== undefined) return Object.hasOwn(flags, name)
  return /^-[A-Za-z]/.test(word) && Object.values(flags).some(({ short }) => short === word[1])
}

/** Stands before every name on its way through cac, which takes `--no-world` for a wish about `--world`. */
const OWN = '--own-'

/** Stands before every value and operand on its way through cac: no number, no option, no empty word begins with it. */
const MARK = ':'

/** cac counts the operands and gathers the values; everything comes out as the string that went in. */
function byCac(
  name: CommandName,
  options: readonly string[],
  operands: readonly string[],
): Omit<Typed, 'command'> {
  const spec = specOf(name)
  const cli = cac('rampart')
  // cac's commands are one word.
  const word = name.replace(' ', '-')
  const command = cli.command(`${word} ${spec.operands}`.trim(), spec.summary)
  const flags = Object.keys(flagsOf(spec))
  for (const flag of flags) command.option(`${OWN}${flag} <value>`, '')
  cli.parse(['node', 'rampart', word, ...options, ...operands.map(one => MARK + one)], { run: false })
  try {
    command.checkRequiredArgs()
  } catch {
    throw new UsageError(`rampart ${name} needs ${needed(spec)}`, {
      hint: `For example: ${spec.examples[0]}`,
    })
  }
  try {
    command.checkUnusedArgs()
  } catch (error) {
    const message = (error as Error).message.replace(word, name).replaceAll(`\`${MARK}`, '`')
    throw new UsageError(message, { hint: `See rampart ${name} --help.` })
  }
  const given = flags.flatMap(flag => {
    const values = [cli.options[camelCase(`own-${flag}`)] as string | string[] | undefined].flat()
    return values.flatMap(value => (value === undefined ? [] : [[flag, unmarked(value)] as const]))
  })
  return { operands: cli.args.map(unmarked), flags: gathered(given) }
}

/** `<HOST> <...COMMAND>` for a person: `HOST COMMAND…` */
const needed = ({ operands }: CommandSpec): string =>
  operands.replace(/<\.\.\.(\w+)>/g, '$1…').replace(/[<>]/g, '')

function gathered(given: readonly (readonly [string, string])[]): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [flag, value] of given) values.set(flag, [...(values.get(flag) ?? []), value])
  return values
}

const unmarked = (word: string): string => word.slice(MARK.length)

/** As cac calls an option in code. */
const camelCase = (flag: string): string =>
  flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

export type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number]
/** A word that is no option. */
export type Word = Extract<Token, { kind: 'positional' }>

export type Option = Extract<Token, { kind: 'option' }>

/** The words of a command line, told apart. */
export function tokens(args: readonly string[], flags: Flags): Token[] {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { short, value }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), ...(short ? { short } : {}) },
    ]),
  )
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens
}

import { existsSync } from 'node:fs'
import { UsageError } from '../model/error.ts'
import { nearest } from '../model/nearest.ts'
import type { CommandName } from './commands.ts'
import { COMMANDS, familyOf } from './commands.ts'
import type { Flags } from './flag.ts'

/** The error for an option that a command does not have, with the one that was probably meant. */
export function unknownFlag(typed: string, command: CommandName | undefined, flags: Flags): UsageError {
  const whose = command === undefined ? 'rampart' : `rampart ${command}`
  const name = typed.replace(/^-+/, '')
  const longs = Object.keys(flags)
  const begun = longs.filter(long => long.startsWith(name))
  const meant = typed.startsWith('--') ? (begun.length === 1 ? begun[0] : nearest(name, longs)) : undefined
  return new UsageError(`${whose} has no option ${typed}`, {
    hint: meant === undefined ? `See ${whose} --help.` : `Did you mean --${meant}?`,
  })
}

/** The error for words that are no command. */
export function unknownCommand(words: readonly string[]): UsageError {
  const [first = '', second] = words
  const names = Object.keys(COMMANDS)
  const family = familyOf(first)
  if (family !== undefined) {
    const subcommands = names.flatMap(name =>
      name.startsWith(`${family} `) ? [name.slice(family.length + 1)] : [],
    )
    const meant = second === undefined ? undefined : nearest(second, subcommands)
    return new UsageError(
      second === undefined
        ? `rampart ${family} needs a subcommand`
        : `there is no command "${family} ${second}"`,
      {
        hint:
          meant === undefined ? `One of: ${subcommands.join(', ')}.` : `Did you mean "${family} ${meant}"?`,
      },
    )
  }
  // As ansible-playbook takes it.
  if (/\.[cm]?[jt]s$/.test(first) && existsSync(first))
    return new UsageError(`there is no command "${first}"`, {
      hint: `To run this playbook: rampart run ${first}`,
    })
  const tops = [...new Set(names.map(name => name.split(' ')[0] ?? name))]
  const meant = nearest(first, tops)
  return new UsageError(`there is no command "${first}"`, {
    hint:
      meant === undefined ? `There are: ${tops.join(', ')}. See rampart --help.` : `Did you mean "${meant}"?`,
  })
}

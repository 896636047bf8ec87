import type { FlagGroup, Flags } from './flag.ts'
import {
  factsFlags,
  guardFlags,
  inventoryFlags,
  labFlags,
  labRunFlags,
  labStatusFlags,
  labUpFlags,
  listFlags,
  runFlags,
} from './flag.ts'

/** A command as it is typed and explained. */
export interface CommandSpec {
  /** Its operands in cac's notation: `<playbook>` must be there, `[word]` may; `...` means several. */
  readonly operands: string
  readonly summary: string
  readonly groups: readonly FlagGroup[]
  readonly examples: readonly string[]
  /** All that follows its first operand belongs to a command that is run elsewhere, whatever it looks like. */
  readonly passes?: true
}

export const COMMANDS = {
  run: {
    operands: '<...PLAYBOOK>',
    summary: 'Bring hosts into the state that playbooks describe',
    groups: runFlags,
    examples: [
      'rampart run playbooks/site.ts --check',
      'rampart run playbooks/site.ts -l dgx -t ssh -D',
      'rampart run site.ts -i 203.0.113.10, -u root -k',
    ],
  },
  list: {
    operands: '<...PLAYBOOK>',
    summary: 'Show what playbooks would do where, without connecting',
    groups: listFlags,
    examples: ['rampart list playbooks/site.ts', 'rampart list playbooks/site.ts --list-hosts -l dgx'],
  },
  facts: {
    operands: '[...PATTERN]',
    summary: 'Show what hosts say of themselves: hardware, network, software',
    groups: factsFlags,
    examples: ['rampart facts dgx', 'rampart facts --only listening,gpus --json'],
  },
  inventory: {
    operands: '',
    summary: 'Show hosts, groups and variables, and where each comes from',
    groups: inventoryFlags,
    examples: ['rampart inventory --graph', 'rampart inventory --host dgx01 --explain'],
  },
  'guard status': {
    operands: '[...PATTERN]',
    summary: 'Show the guarded changes that hosts know of',
    groups: guardFlags,
    examples: ['rampart guard status', 'rampart guard status dgx --json'],
  },
  'guard confirm': {
    operands: '<...PATTERN>',
    summary: 'Keep the guarded changes that are open on these hosts',
    groups: guardFlags,
    examples: ['rampart guard confirm dgx03'],
  },
  'guard undo': {
    operands: '<...PATTERN>',
    summary: 'Have these hosts undo their open guarded changes now',
    groups: guardFlags,
    examples: ['rampart guard undo dgx03'],
  },
  'lab up': {
    operands: '',
    summary: 'Raise a fleet of containers on this machine',
    groups: labUpFlags,
    examples: ['rampart lab up --install', 'rampart lab up --nodes 5'],
  },
  'lab run': {
    operands: '[...PLAYBOOK]',
    summary: 'Raise the lab and run playbooks on it; without any, playbooks/site.ts twice',
    groups: labRunFlags,
    examples: ['rampart lab run --install', 'rampart lab run playbooks/site.ts --check'],
  },
  'lab exec': {
    operands: '<HOST> <...COMMAND>',
    summary: 'Run a command as root in a host of the lab',
    groups: labFlags,
    examples: ['rampart lab exec dgx01 -- sshd -T'],
    passes: true,
  },
  'lab ssh': {
    operands: '<HOST> [...COMMAND]',
    summary: 'Log in on a host of the lab',
    groups: labFlags,
    examples: ['rampart lab ssh dgx01'],
    passes: true,
  },
  'lab status': {
    operands: '',
    summary: 'Show what there is of the lab',
    groups: labStatusFlags,
    examples: ['rampart lab status --json'],
  },
  'lab down': {
    operands: '',
    summary: 'Take the lab down and remove all it made',
    groups: labFlags,
    examples: ['rampart lab down'],
  },
} as const satisfies Readonly<Record<string, CommandSpec>>

export type CommandName = keyof typeof COMMANDS

/** Commands of two words: the first alone is none. */
export type Family = 'guard' | 'lab'

/** The family that a word names; undefined if it names none. */
export function familyOf(word: string): Family | undefined {
  return word === 'guard' || word === 'lab' ? word : undefined
}

/** The command of that name, for what is the same of all. */
export function specOf(name: CommandName): CommandSpec {
  return COMMANDS[name]
}

/** All its options, by their long names. */
export function flagsOf({ groups }: CommandSpec): Flags {
  return Object.assign({}, ...groups.map(group => group.flags))
}

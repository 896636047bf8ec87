import type { CommandName, Family } from './commands.ts'
import { COMMANDS, specOf } from './commands.ts'
import type { FlagGroup } from './flag.ts'

/** The help of one command, of the lab's, or of all. */
export function helpText(of: CommandName | Family | undefined): string {
  if (of === undefined) return overview()
  if (of === 'lab' || of === 'guard') return familyOverview(of)
  const { operands, summary, groups, examples } = specOf(of)
  return sections(
    [`rampart ${of}: ${lower(summary)}`],
    ['Usage', `  rampart ${[of, '[options]', shown(operands)].filter(part => part !== '').join(' ')}`],
    ...groups.map(group => [group.title, ...flagLines(group, flagWidth(groups))] as const),
    ['Examples', ...examples.map(example => `  ${example}`)],
    ...(of === 'run' || of === 'lab run' ? [exitCodes] : []),
  )
}

const exitCodes = [
  'Exit code',
  '  0 converged · 1 a mistake, no host was touched · 2 --check found drift · 3 a host failed',
  '  4 a host was not reached · 5 a guarded change was rolled back · 130 interrupted',
  '  70 a defect in rampart itself',
] as const

function overview(): string {
  return sections(
    ['rampart: bring Linux hosts into the state that TypeScript playbooks describe'],
    ['Usage', '  rampart COMMAND [options]'],
    ['Commands', ...commandLines(name => !name.startsWith('lab '))],
    ['A fleet on this machine to try it on', ...commandLines(name => name.startsWith('lab '))],
    ['Examples', '  rampart lab run --install', '  rampart run playbooks/site.ts --check'],
    ['More', '  rampart COMMAND --help · rampart --version'],
  )
}

function familyOverview(family: Family): string {
  return sections(
    [`rampart ${family}: ${FAMILIES[family]}`],
    ['Commands', ...commandLines(name => name.startsWith(`${family} `))],
    ['More', `  rampart ${family} COMMAND --help`],
  )
}

const FAMILIES: Readonly<Record<Family, string>> = {
  guard: 'changes that hosts undo by themselves unless a fresh login confirms them',
  lab: 'a fleet of containers on this machine, a bastion and its nodes',
}

function sections(...all: readonly (readonly string[])[]): string {
  return `${all.map(lines => lines.join('\n')).join('\n\n')}\n`
}

function commandLines(wanted: (name: string) => boolean): string[] {
  const lines = Object.entries(COMMANDS).map(
    ([name, { operands, summary }]) => [`${name} ${shown(operands)}`.trim(), summary, name] as const,
  )
  const width = Math.max(...lines.map(([left]) => left.length))
  return lines
    .filter(([, , name]) => wanted(name))
    .map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}

/** `<...PLAYBOOK>` → `PLAYBOOK…`, `[word]` stays. */
function shown(operands: string): string {
  return operands.replace(/<(\.{3})?(\w+)>|\[(\.{3})?(\w+)\]/g, (_, several, must, some, may) =>
    must === undefined ? `[${may}${some ? '…' : ''}]` : `${must}${several ? '…' : ''}`,
  )
}

function left(name: string, { short, value }: FlagGroup['flags'][string]): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}

function flagWidth(groups: readonly FlagGroup[]): number {
  return Math.max(
    ...groups.flatMap(({ flags }) => Object.entries(flags).map(([name, flag]) => left(name, flag).length)),
  )
}

function flagLines({ flags }: FlagGroup, width: number): string[] {
  return Object.entries(flags).map(([name, flag]) => `  ${left(name, flag).padEnd(width)}  ${flag.help}`)
}

const lower = (sentence: string): string => `${sentence.slice(0, 1).toLowerCase()}${sentence.slice(1)}`

import type { Command, Query } from '../../index.ts'
import { CheckFailed, read } from '../../index.ts'
import type { IpFamily } from '../parameters/chain-rule.ts'
import type { IptablesTable } from '../parameters/iptables-table.ts'
import { isBuiltin } from '../parameters/iptables-table.ts'
import type { Chain } from '../parts/ruleset.ts'
import { parseRuleset } from '../parts/ruleset.ts'
import type { Section } from './sections.ts'
import { section, sectionsOf } from './sections.ts'

/** A chain of iptables, and what it is to hold. */
export interface WantedChain {
  readonly family: IpFamily
  readonly table: IptablesTable
  readonly name: string
  /** The chain that is to jump to it. */
  readonly from: string | undefined
  /** As iptables takes them, without `-A CHAIN`; null: nothing is to be compared. */
  readonly lines: readonly string[] | null
}

export interface FoundChains {
  /** The chains of its table by their names; none if the host has no such table yet. */
  readonly chains: ReadonlyMap<string, Chain>
  /** The wanted rules as this host's iptables prints them. */
  readonly wanted: readonly string[] | null
}

/**
 * The chains of a host, and what is wanted of them in the words of its own iptables, which has rules of its own for what
 * it prints: it loads them in a network namespace that is gone afterwards. One `iptables-save` a family for any number
 * of chains. To a chain of which nothing can be told it answers why not.
 */
export const chainsOf: Query<WantedChain, FoundChains | CheckFailed> = {
  name: 'iptables-save',
  command(wanted) {
    const families = (['v4', 'v6'] as const).filter(family => wanted.some(one => one.family === family))
    return read`export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
${families.map(family => lookAt(family, wanted))}`
  },
  parse({ stdout }, wanted) {
    const sections = sectionsOf(stdout)
    return wanted.map((one, i) => {
      const live = sections.get(`live ${one.family}`)
      if (live?.code !== 0) return silent(one, live)
      const { tables, incompatible } = parseRuleset(live.text)
      if (incompatible.includes(one.table)) return alien(one)
      const chains = tables.get(one.table) ?? new Map<string, Chain>()
      if (one.lines === null) return { chains, wanted: null }
      const said = sections.get(`said ${i}`)
      if (!said) return alone(sections.get(`alone ${one.family}`))
      if (said.code !== 0) return refused(one, said, candidate(wanted, i))
      const made = parseRuleset(sections.get(`made ${one.family}`)?.text ?? '')
      const own = made.tables.get(one.table)?.get(standIn(i))
      return own ? { chains, wanted: own.rules } : alone(sections.get(`made ${one.family}`))
    })
  },
}

export const iptablesOf = (family: IpFamily): string => (family === 'v4' ? 'iptables' : 'ip6tables')

function lookAt(family: IpFamily, wanted: readonly WantedChain[]): Command<'read'> {
  const program = iptablesOf(family)
  const restore = read`${`${program}-restore`} --noflush -w 10`
  const live = read`live=$(${`${program}-save`} 2>&1)
code=$?
${section(`live ${family}`, read`"$code"`)}printf '%s\n' "$live"\n`
  const loads = wanted.flatMap((one, i) =>
    one.family !== family || one.lines === null
      ? []
      : read`said=$(printf '%s\n' ${candidate(wanted, i)} | ${restore} 2>&1)
${section(`said ${i}`, read`"$?"`)}printf '%s\n' "$said"\n`,
  )
  if (loads.length === 0) return live
  // What a rule may lead to has to be there: all chains of the host, empty.
  const inside = read`${restore}
${loads}${section(`made ${family}`)}${`${program}-save`}`
  return read`${live}if [ "$code" = 0 ]; then
${section(`alone ${family}`)}printf '%s\n' "$live" | sed -n -E 's/^(:[^ ]* -) .*/\\1 [0:0]/p; /^[*]/p; /^COMMIT/p' | unshare -n sh -c ${inside.script} 2>&1
fi\n`
}

/** What a chain is called in the namespace, where another may be of its name. */
const standIn = (i: number): string => `rampart-candidate-${i}`

/** Called from where it will be: the kernel then holds its rules against that place. */
function candidate(wanted: readonly WantedChain[], i: number): readonly string[] {
  const { family, table, from, lines } = wanted[i] as WantedChain
  const others = wanted.filter(one => one.table === table && one.family === family && one.lines)
  const owned = from === undefined || isBuiltin(table, from) ? [] : [from]
  return [
    `*${table}`,
    ...new Set([standIn(i), ...others.map(({ name }) => name), ...owned].map(name => `:${name} - [0:0]`)),
    ...(from === undefined ? [] : [`-A ${from} -j ${standIn(i)}`]),
    ...(lines ?? []).map(line => `-A ${standIn(i)} ${line}`),
    'COMMIT',
  ]
}

function silent({ family }: WantedChain, live: Section | undefined): CheckFailed {
  const program = iptablesOf(family)
  const said = firstLine(live)
  const hint =
    live?.code === 127
      ? "Put packages({ names: ['iptables'] }) before it."
      : /permission|permitted|root/i.test(said)
        ? 'Set become: true on the task, the play or the host.'
        : family === 'v6'
          ? "A host without IPv6 takes families: 'v4'."
          : undefined
  return new CheckFailed(`${program}-save of this host does not answer: ${said || 'it says nothing'}`, {
    hint,
  })
}

const alien = ({ family, table }: WantedChain): CheckFailed =>
  new CheckFailed(`the table ${table} of ${iptablesOf(family)} holds rules that it does not understand`, {
    hint: 'They were made with nft: move them to a table of their own name, and nftables({…}) can keep them.',
  })

const alone = (section: Section | undefined): CheckFailed =>
  new CheckFailed(`the rules cannot be tried in a network namespace: ${firstLine(section)}`, {
    hint: 'It takes root and unshare(1); a container needs CAP_SYS_ADMIN as well as CAP_NET_ADMIN.',
  })

function refused({ family, name }: WantedChain, { text }: Section, lines: readonly string[]): CheckFailed {
  const words = text.replace(/^ip6?tables-restore( v\S+ \S+)?:\s*/, '')
  const [said = ''] = words.split('\n')
  // Of what is not there it tells the line after it.
  const [, number] = /\bline:? (\d+)/.exec(/does not exist/.test(said) ? '' : words) ?? []
  const [, rule] = /^-A rampart-candidate-\d+ (.*)/.exec(lines[Number(number) - 1] ?? '') ?? []
  const what = rule === undefined ? '' : `its rule "${rule}": `
  return new CheckFailed(`${name} is refused by ${iptablesOf(family)} of this host: ${what}${said}`, {
    hint: 'Mend the rule. A chain that it leads to has to be there: put the task that makes it before this one.',
  })
}

const firstLine = (section: Section | undefined): string =>
  (section?.text ?? '').split('\n').find(line => line.trim() !== '' && !line.startsWith('#')) ?? ''

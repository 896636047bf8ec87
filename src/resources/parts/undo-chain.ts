import type { Command, Step, Steps } from '../../index.ts'
import { read, run } from '../../index.ts'
import type { IptablesChainSpec } from '../iptables-chain.ts'
import { familiesWanted, ownJumps } from '../iptables-chain.ts'
import type { IpFamily } from '../parameters/chain-rule.ts'
import { BUILTIN } from '../parameters/iptables-table.ts'
import { iptablesOf } from '../queries/chains.ts'
import type { ChainState, IptablesChainState } from './chain-state.ts'

/**
 * The way back from whatever a cure of the chain has done, all of it or a part or nothing: the chain and the jumps to it
 * are as they were found, or gone if they were not there. What others did meanwhile stays: a jump comes back at its old
 * place, or at the end of a chain that has become shorter. The steps may be run again. They need no network, and each
 * fails unless the host then prints what it printed before.
 */
export function undoChain(spec: IptablesChainSpec, state: IptablesChainState): Steps {
  const steps = familiesWanted(spec).flatMap((family): readonly Step[] => {
    const found = state[family]
    return found ? [backStep(spec, family, found), ...goneStep(spec, family, found)] : []
  })
  const [first = run`:`, ...rest] = steps
  return [first, ...rest]
}

function backStep(spec: IptablesChainSpec, family: IpFamily, found: ChainState): Command {
  const { name, table } = spec
  const rules = (found.rules ?? []).map(rule => `-A ${name} ${rule}`)
  const jumps = ownJumps(spec, found)
  const was = [
    ...(found.rules === null ? [] : ['chain']),
    ...rules,
    ...jumps.map(({ chain, position, rule }) => `jump ${position} ${chain} ${rule}`),
  ]
  const printed = [...rules, ...jumps.map(({ chain, rule }) => `-A ${chain} ${rule}`)]
  const save = read`${`${iptablesOf(family)}-save`}`
  const awk = read`LC_ALL=C awk -v table=${table} -v name=${name} -v callers=${callersOf(spec)}`
  return run`${PATH}
was() { printf '%s\\n' ${was.length === 0 ? 'nothing' : was}; }
now=$(${save}) && way=$({ was; echo; printf '%s\\n' "$now"; } | ${awk} ${BACK}) || exit
printf '%s\\n' "$way" | ${`${iptablesOf(family)}-restore`} --noflush -w 10 || exit
now=$(${save}) || exit
[ "$(printf '%s\\n' "$now" | ${awk} ${SHOW} | sort)" = "$(printf '%s\\n' ${printed.length === 0 ? '' : printed} | sort)" ] ||
{ printf '%s\\n' ${`the chain ${name} of ${iptablesOf(family)} is not as it was`} >&2; exit 1; }`
}

/** By itself, as another chain may still lead to it: then it stays there, empty. */
function goneStep(
  { name, table }: IptablesChainSpec,
  family: IpFamily,
  { rules }: ChainState,
): readonly Step[] {
  if (rules !== null) return []
  const iptables = read`${iptablesOf(family)} -w 10 -t ${table}`
  return [run`${PATH}\n! ${iptables} -S ${name} >/dev/null 2>&1 || ${iptables} -X ${name}`]
}

const PATH = read`PATH=$PATH:/usr/sbin:/sbin`

/** The chains whose jumps are the chain's own; empty: all. */
function callersOf({ state, from, table }: IptablesChainSpec): string {
  if (state === 'absent') return ''
  return from === undefined ? 'none' : [...new Set([from, ...BUILTIN[table]])].join(' ')
}

/** Whether a line is a jump of the chain's own. What stands in quotes is a comment. */
const JUMPS = String.raw`
function jumps(line) {
  gsub(/"([^"\\]|\\.)*"/, "", line)
  return (index(line " ", " -j " name " ") || index(line " ", " -g " name " ")) && (callers == "" || index(" " callers " ", " " $2 " "))
}`

/** Reads what was, an empty line, and what is now; prints the way from one to the other. */
const BACK = String.raw`${JUMPS}
BEGIN { print "*" table }
!live && /^$/ { live = 1; next }
!live && $1 == "jump" { was[++n] = $0; next }
!live { if ($1 == "chain") there = 1; else if ($1 == "-A") rules = rules $0 "\n"; next }
/^[*]/ { here = $0 == "*" table }
!here { next }
/^:/ { known[substr($1, 2)] = 1 }
/^-A / { if (jumps($0)) print "-D" substr($0, 3); else count[$2]++ }
END {
  if (there || name in known) printf "%s", ":" name " - [0:0]\n" rules
  for (i = 1; i <= n; i++) {
    split(was[i], part, " ")
    at = part[2] + 0; chain = part[3]
    rule = substr(was[i], length(part[1] part[2] part[3]) + 3)
    if (!(chain in known) && index(" INPUT FORWARD OUTPUT PREROUTING POSTROUTING ", " " chain " ") == 0) continue
    if (at > count[chain] + 1) at = count[chain] + 1
    count[chain]++
    print "-I " chain " " at rule
  }
  print "COMMIT"
}`

/** Prints the chain's rules and the jumps of its own. */
const SHOW = `${JUMPS}
/^[*]/ { here = $0 == "*" table }
here && /^-A / && ($2 == name || jumps($0))`

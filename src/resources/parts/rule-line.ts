import type { ChainRule, IpFamily } from '../parameters/chain-rule.ts'
import { familiesOf, ofFamily } from '../parameters/chain-rule.ts'
import { listed } from '../parameters/one-or-more.ts'

/**
 * The rules of a family as lines of iptables-restore(8), each without its `-A CHAIN`: for a file that is loaded at boot. A
 * rule without an address of the family where it names some is in none of its lines.
 */
export function ruleLines(rules: readonly ChainRule[], family: IpFamily): readonly string[] {
  return rules.filter(rule => familiesOf(rule).includes(family)).map(rule => ruleLine(rule, family))
}

function ruleLine(rule: ChainRule, family: IpFamily): string {
  const { protocol, icmpType, states, comment } = rule
  const words = [
    ...negatable('-s', rule.source && ofFamily(rule.source, family).join(',')),
    ...negatable('-d', rule.destination && ofFamily(rule.destination, family).join(',')),
    ...negatable('-i', rule.in),
    ...negatable('-o', rule.out),
    ...negatable('-p', protocol),
    ...portWords('sport', protocol, rule.sourcePort),
    ...portWords('dport', protocol, rule.port),
    ...(rule.syn ? ['--syn'] : []),
    ...(icmpType === undefined ? [] : icmpWords(icmpType, family)),
    ...(states === undefined ? [] : ['-m', 'conntrack', '--ctstate', states.join(',')]),
    ...(rule.match ?? []),
    ...(comment === undefined ? [] : ['-m', 'comment', '--comment', comment]),
    ...['-j', rule.target, ...(rule.with ?? [])],
  ]
  return words.map(quoted).join(' ')
}

function negatable(option: string, given: string | undefined): readonly string[] {
  if (given === undefined) return []
  return given.startsWith('!') ? ['!', option, given.slice(1)] : [option, given]
}

function portWords(option: string, protocol = '', given: ChainRule['port'] = undefined): readonly string[] {
  const ports = listed(given)
  if (ports.length === 0) return []
  if (ports.length > 1) return ['-m', 'multiport', `--${option}s`, ports.join(',')]
  return ['-m', protocol, `--${option}`, String(ports[0])]
}

const icmpWords = (type: string, family: IpFamily): readonly string[] =>
  family === 'v4' ? ['-m', 'icmp', '--icmp-type', type] : ['-m', 'icmp6', '--icmpv6-type', type]

/** iptables-restore(8) parts words at blanks; inside of quotes a backslash stands before a quote and itself. */
function quoted(word: string): string {
  return /^[\w!@%+=:,./-]+$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

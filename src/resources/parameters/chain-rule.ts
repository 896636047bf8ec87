import { isIPv4, isIPv6 } from 'node:net'
import { z } from '../../index.ts'
import { chainName, isBuiltinSomewhere } from './iptables-table.ts'
import { argumentWords } from './iptables-words.ts'
import { listed, oneOrMore } from './one-or-more.ts'

export type IpFamily = 'v4' | 'v6'

const rule = z.object({
  comment: z
    .string()
    .refine(text => text !== '' && !/\p{Cc}/u.test(text) && Buffer.byteLength(text) < 256, {
      error: 'expected one line of at most 255 bytes',
    })
    .optional()
    .describe('why it is there; it stands in the rule itself'),
  family: z
    .enum(['v4', 'v6'])
    .optional()
    .describe('only for IPv4 or IPv6; not given: each that its addresses and protocol are of'),
  in: networkInterface()
    .optional()
    .describe('where it comes in: `eth0`, `veth+` for all that begin so, `!lo` for all but this one'),
  out: networkInterface().optional().describe('where it goes out, likewise'),
  source: oneOrMore<string>(wrongAddress)
    .optional()
    .describe(
      'addresses that it comes from: `10.20.0.0/24`, `fd00::/8`; `!10.0.0.0/8` for all but these. Only those of its family are in a rule, and a rule that has none left is in no chain of that family',
    ),
  destination: oneOrMore<string>(wrongAddress).optional().describe('addresses that it goes to, likewise'),
  protocol: z
    .string()
    .regex(/^!?[a-z][a-z0-9-]{0,20}$/, { error: "expected a protocol, such as 'tcp', 'udp' or 'icmpv6'" })
    .optional()
    .describe('`tcp`, `udp`, `icmp` (IPv4 alone), `icmpv6` (IPv6 alone) …'),
  port: oneOrMore<number | string>(wrongPort)
    .optional()
    .describe('ports that it goes to: `443`, `3022:3026`, or up to 15 of them'),
  sourcePort: oneOrMore<number | string>(wrongPort).optional().describe('ports that it comes from, likewise'),
  syn: z.literal(true).optional().describe('only the packet that opens a connection of tcp'),
  states: z
    .array(z.enum(['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED', 'SNAT', 'DNAT']))
    .min(1)
    .readonly()
    .optional()
    .describe('what connection tracking knows of its connection'),
  icmpType: z
    .string()
    .regex(/^[a-z0-9][a-z0-9/-]*$/, { error: "expected a type, such as 'echo-request' or '8'" })
    .optional()
    .describe('the type of a message of `icmp` or `icmpv6`'),
  match: argumentWords()
    .optional()
    .describe("other matches, as words of iptables-extensions(8): `['-m', 'limit', '--limit', '5/second']`"),
  target: chainName("expected a target, such as 'ACCEPT' or 'DROP', or a chain").describe(
    'what becomes of it: `ACCEPT`, `DROP`, `REJECT`, `RETURN`, `LOG` …, or the chain that goes on',
  ),
  with: argumentWords()
    .optional()
    .describe("the target's own options, as words: `['--reject-with', 'tcp-reset']`"),
})

export type ChainRule = z.output<typeof rule>

/** The parameter for a rule of iptables(8). What it says is said in values, so that none can say more. */
export const chainRule = () =>
  rule.superRefine((given, context) => {
    for (const [isWrong, name, message] of contradictions(given)) {
      if (isWrong) context.addIssue({ code: 'custom', path: [name], message })
    }
  })

function contradictions(rule: ChainRule): readonly (readonly [boolean, keyof ChainRule, string])[] {
  const { protocol = '', icmpType, syn, target } = rule
  const hasPorts = rule.port !== undefined || rule.sourcePort !== undefined
  const negatedAmong = (given: ChainRule['source']): boolean =>
    listed(given).length > 1 && listed(given).some(one => one.startsWith('!'))
  // multiport takes 15, of which a range takes two.
  const tooMany = (given: ChainRule['port']): boolean =>
    listed(given).length > 1 && listed(given).flatMap(port => String(port).split(':')).length > 15
  const among = "of several addresses none can stand with '!': let a rule before this one RETURN"
  const fifteen = 'one rule takes 15 ports, of which a range counts as two'
  return [
    [hasPorts && !PORTED.includes(protocol), 'protocol', 'ports are of a protocol, such as tcp or udp'],
    [tooMany(rule.port), 'port', fifteen],
    [tooMany(rule.sourcePort), 'sourcePort', fifteen],
    [negatedAmong(rule.source), 'source', among],
    [negatedAmong(rule.destination), 'destination', among],
    [syn === true && protocol !== 'tcp', 'syn', "it is for protocol: 'tcp'"],
    [
      icmpType !== undefined && !['icmp', 'icmpv6'].includes(protocol),
      'icmpType',
      "it is for protocol: 'icmp' or 'icmpv6'",
    ],
    [protocol.includes('ipv6-icmp'), 'protocol', "expected its other name, 'icmpv6'"],
    [familiesOf(rule).length === 0, 'target', 'the rule is of no family: its parts are of different ones'],
    [isBuiltinSomewhere(target), 'target', 'no rule leads to a chain of the kernel'],
  ]
}

/** The families whose chains have this rule. */
export function familiesOf({ family, protocol = '', ...rule }: ChainRule): readonly IpFamily[] {
  const fits = (one: IpFamily): boolean =>
    (family ?? one) === one &&
    !(one === 'v6' ? protocol === 'icmp' : protocol === 'icmpv6') &&
    [rule.source, rule.destination].every(given => given === undefined || ofFamily(given, one).length > 0)
  return (['v4', 'v6'] as const).filter(fits)
}

/** Those of the addresses that are of a family. */
export function ofFamily(addresses: string | readonly string[], family: IpFamily): readonly string[] {
  return listed(addresses).filter(address => address.includes(':') === (family === 'v6'))
}

const PORTED = ['tcp', 'udp', 'udplite', 'sctp', 'dccp']

/** IFNAMSIZ is 16 with its NUL; iptables itself takes what is no name, and then never matches. */
function networkInterface() {
  return z
    .string()
    .refine(
      name => /^!?[^\s/!:+"'\\\p{Cc}]+\+?$/u.test(name) && Buffer.byteLength(name.replace('!', '')) <= 15,
      {
        error: "expected an interface of at most 15 characters: 'eth0', 'veth+' for all that begin so, '!lo'",
      },
    )
}

/** Names are refused: they would be looked up when the rule is made, at boot as well. */
function wrongAddress(value: unknown): string | undefined {
  const [, address = '', , length = '0'] = /^!?([^/]*)(\/(\d{1,3}))?$/.exec(String(value)) ?? []
  const isRight =
    typeof value === 'string' &&
    !address.includes('%') &&
    ((isIPv4(address) && Number(length) <= 32) || (isIPv6(address) && Number(length) <= 128))
  return isRight ? undefined : "expected an address or a network, such as '10.20.0.0/24' or 'fd00::/8'"
}

function wrongPort(value: unknown): string | undefined {
  const [from = '', to = from, ...more] = String(value).split(':')
  const isRight =
    (typeof value === 'number' || typeof value === 'string') &&
    [from, to].every(end => /^\d{1,5}$/.test(end) && Number(end) <= 65_535) &&
    Number(from) <= Number(to) &&
    more.length === 0
  return isRight ? undefined : "expected a port from 0 to 65535, or a range such as '3022:3026'"
}

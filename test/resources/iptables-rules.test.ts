import { expect, test } from 'vitest'
import type { ChainRule } from '../../src/resources/index.ts'
import { iptablesChain } from '../../src/resources/index.ts'
import { ruleLines } from '../../src/resources/parts/rule-line.ts'

test.each<[Partial<ChainRule>, string | null, string | null]>([
  [{}, '', ''],
  [{ in: 'lo' }, '-i lo ', '-i lo '],
  [{ in: '!lo', out: 'veth+' }, '! -i lo -o veth+ ', '! -i lo -o veth+ '],
  [{ source: '10.0.0.0/8' }, '-s 10.0.0.0/8 ', null],
  [{ source: ['10.0.0.1', 'fd00::/8', '10.0.0.2'] }, '-s 10.0.0.1,10.0.0.2 ', '-s fd00::/8 '],
  [{ destination: '!fd00::1' }, null, '! -d fd00::1 '],
  [{ family: 'v6' }, null, ''],
  [{ protocol: 'icmp', icmpType: 'echo-request' }, '-p icmp -m icmp --icmp-type echo-request ', null],
  [{ protocol: 'icmpv6', icmpType: '135' }, null, '-p icmpv6 -m icmp6 --icmpv6-type 135 '],
  [
    { protocol: 'tcp', port: 22, syn: true },
    '-p tcp -m tcp --dport 22 --syn ',
    '-p tcp -m tcp --dport 22 --syn ',
  ],
  [
    { family: 'v4', protocol: 'udp', sourcePort: '1000:2000', port: [53, '60:70'] },
    '-p udp -m udp --sport 1000:2000 -m multiport --dports 53,60:70 ',
    null,
  ],
  [{ family: 'v4', states: ['NEW', 'RELATED'] }, '-m conntrack --ctstate NEW,RELATED ', null],
  [{ family: 'v4', match: ['-m', 'limit', '--limit', '5/second'] }, '-m limit --limit 5/second ', null],
  [{ family: 'v4', comment: 'a "b" \\ $(c)' }, '-m comment --comment "a \\"b\\" \\\\ $(c)" ', null],
])('%j as lines', (given, v4, v6) => {
  const { rules = [] } = iptablesChain({ name: 'X', rules: [{ target: 'DROP', ...given }] }).spec as {
    rules: readonly ChainRule[]
  }
  const lines = (['v4', 'v6'] as const).map(family => ruleLines(rules, family))
  expect(lines).toEqual([v4, v6].map(line => (line === null ? [] : [`${line}-j DROP`])))
})

test("a target's options follow it", () => {
  const rule = { protocol: 'tcp', target: 'REJECT', with: ['--reject-with', 'tcp-reset'] }
  expect(ruleLines([rule], 'v4')).toEqual(['-p tcp -j REJECT --reject-with tcp-reset'])
})

const rule = (given: object) => ({ rules: [{ target: 'DROP' }, { target: 'DROP', ...given }] })
test.each<[object, RegExp]>([
  [{ rules: undefined }, /\.rules is missing/],
  [{ name: 'INPUT' }, /\.name is "INPUT": it is a chain of the kernel/],
  [{ name: 'DROP' }, /\.name is "DROP": it is the name of a target/],
  [{ name: 'ts-input' }, /belongs to another program/],
  [{ name: 'DOCKER-USER' }, /belongs to another program/],
  [{ name: 'a b' }, /expected a name of at most 28/],
  [{ name: '-A' }, /expected a name of at most 28/],
  [{ name: 'x'.repeat(29) }, /expected a name of at most 28/],
  [{ name: 'X\n-P INPUT DROP' }, /expected a name of at most 28/],
  [{ table: 'raw', from: 'INPUT' }, /\.from is "INPUT": the table raw has no chain INPUT/],
  [{ from: 'RAMPART-IN' }, /a chain cannot jump to itself/],
  [{ from: 'INPUT', position: 0 }, /\.position is 0: Too small/],
  [{ position: 'last' }, /\.position is "last": it is one in/],
  [{ state: 'absent', rules: [] }, /an absent chain has none/],
  [{ rules: ['-j DROP'] }, /\.rules\.0 is "-j DROP"/],
  [rule({ target: undefined }), /\.rules\.1\.target is missing/],
  [rule({ target: 'DROP\n-F' }), /\.rules\.1\.target .* expected a target/s],
  [rule({ target: 'RAMPART-IN' }), /\.rules\.1\.target .* cannot jump to itself/],
  [rule({ target: 'OUTPUT' }), /no rule leads to a chain of the kernel/],
  [rule({ port: 22 }), /\.rules\.1\.protocol is missing/],
  [rule({ protocol: 'tcp', port: 70000 }), /\.rules\.1\.port is 70000: expected a port/],
  [rule({ protocol: 'tcp', port: [22, 'ssh'] }), /\.rules\.1\.port\.1 is "ssh": expected a port/],
  [rule({ protocol: 'tcp', port: '30:20' }), /expected a port/],
  [rule({ protocol: 'tcp', port: [] }), /\.rules\.1\.port is \[\]: expected at least one/],
  [rule({ protocol: 'tcp', port: Array.from({ length: 16 }, (_, i) => i) }), /one rule takes 15 ports/],
  [rule({ protocol: 'tcp --dport 22' }), /\.rules\.1\.protocol .* expected a protocol/],
  [rule({ source: 'example.com' }), /\.rules\.1\.source is "example\.com": expected an address/],
  [rule({ source: ['10.0.0.1', '10.0.0.300'] }), /\.rules\.1\.source\.1 is "10\.0\.0\.300"/],
  [rule({ source: '10.0.0.0/33' }), /expected an address/],
  [rule({ source: 'fe80::1%eth0' }), /expected an address/],
  [rule({ source: ['!10.0.0.1', '10.0.0.2'] }), /none can stand with '!'/],
  [rule({ source: '10.0.0.1', destination: 'fd00::1' }), /the rule is of no family/],
  [{ families: 'v4', ...rule({ source: 'fd00::1' }) }, /\.rules\.1\.target .* that is v4 alone/],
  [rule({ in: 'sixteen-letters0' }), /\.rules\.1\.in .* at most 15/],
  [rule({ in: 'lo -j ACCEPT' }), /expected an interface/],
  [rule({ syn: true }), /it is for protocol: 'tcp'/],
  [rule({ icmpType: '8' }), /it is for protocol: 'icmp'/],
  [{ table: 'raw', ...rule({ states: ['NEW'] }) }, /raw comes before connection tracking/],
  [rule({ comment: 'a\nb' }), /\.rules\.1\.comment .* expected one line/],
  [rule({ comment: 'é'.repeat(128) }), /at most 255 bytes/],
  [rule({ match: ['-t', 'nat'] }), /\.rules\.1\.match\.0 is "-t": give the chain's table instead/],
  [rule({ match: ['-tnat'] }), /\.rules\.1\.match\.0 .*table/],
  [rule({ match: ['--table=nat'] }), /\.rules\.1\.match\.0 .*table/],
  [rule({ match: ['--tab', 'nat'] }), /\.rules\.1\.match\.0 .*table/],
  [rule({ match: ['-P', 'INPUT', 'DROP'] }), /\.rules\.1\.match\.0 is "-P": no rule can hold -P/],
  [rule({ match: ['-F'] }), /no rule can hold -F/],
  [rule({ match: ['-m', 'limit', '-X'] }), /\.rules\.1\.match\.2 .*no rule can hold -X/],
  [rule({ match: ['--flu'] }), /no rule can hold --flush/],
  [rule({ match: ['-j', 'ACCEPT'] }), /give target instead/],
  [rule({ match: ['--source=1.2.3.4'] }), /give source instead/],
  [rule({ match: ['-s', '1.2.3.4'] }), /give source instead/],
  [rule({ match: ['-m', '../../tmp/evil'] }), /\.rules\.1\.match\.1 .*expected a match/],
  [rule({ match: ['--limit', '5/second\n-F'] }), /\.rules\.1\.match\.1 .*without line breaks/],
  [rule({ match: ['x'.repeat(256)] }), /at most 255 bytes/],
  [rule({ with: ['--reject-with', 'x\0'] }), /\.rules\.1\.with\.1 .*control characters/],
  [rule({ with: ['-A'] }), /\.rules\.1\.with\.0 .*no rule can hold -A/],
])('%j is refused', (given, message) => {
  expect(() => iptablesChain({ name: 'RAMPART-IN', rules: [], ...given } as never)).toThrow(message)
})

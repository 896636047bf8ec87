import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import type { NftablesSpec, NftablesState } from '../../src/resources/index.ts'
import { nftables } from '../../src/resources/index.ts'
import { nftTables } from '../../src/resources/queries/nft-tables.ts'
import type { Bench } from '../support/apply.ts'
import { bench, drifted } from '../support/apply.ts'
import { fileState } from '../support/file-states.ts'
import { stepsOf } from '../support/shown-plan.ts'
import type { TwoNetworks } from '../support/two-networks.ts'
import { twoNetworks } from '../support/two-networks.ts'

const PATH = '/etc/rampart/nftables/inet-rampart.nft'
const content = `
  set bad { type ipv4_addr; elements = { 10.0.0.2, 10.0.0.1 } }
  set seen { type ipv4_addr; flags dynamic,timeout; timeout 1h; size 65535; }
  chain input {
    type filter hook input priority 0; policy accept;
    iifname lo accept
    ip saddr @bad drop comment "a } brace, a # and an include"
    tcp dport { 3080, 3022-3026 } counter drop # }
  }`
const table = nftables({ table: 'rampart', content })
const spec = table.spec as NftablesSpec
const text = `table inet rampart\ndelete table inet rampart\ntable inet rampart {\n${content}\n}\n`

describe('a table', () => {
  const listing = 'table inet rampart {\n\tchain c {\n\t}\n}'
  const dynamic = (elements: string) =>
    `table inet rampart {\n\tset s {\n\t\ttype ipv4_addr\n\t\tflags dynamic,timeout\n${elements}\t}\n}`
  const load = 'PATH=$PATH:/usr/sbin:/sbin; nft -f -'
  const file = fileState(text, text)
  test.each<[string, NftablesState, readonly string[]]>([
    ['in force and kept', { live: listing, wanted: listing, file }, []],
    ['not in force', { live: null, wanted: listing, file }, [load]],
    ['changed', { live: `${listing}x`, wanted: listing, file }, [load]],
    [
      'not kept',
      { live: listing, wanted: listing, file: fileState('x', text) },
      [`put ${PATH} 0644: ${text}`],
    ],
    [
      'whose set the packets have filled',
      {
        live: dynamic('\t\telements = { 1.2.3.4 timeout 1m,\n\t\t\t     1.2.3.5 }\n'),
        wanted: dynamic(''),
        file,
      },
      [],
    ],
  ])('%s', (_, state, steps) => {
    expect(stepsOf(nftables.type.plan(spec, state))).toEqual(steps)
  })

  test('that is to go', () => {
    const gone = nftables({ table: 'rampart', state: 'absent' }).spec as NftablesSpec
    const there = { live: listing, wanted: null, file: fileState('x', null) }
    expect(stepsOf(nftables.type.plan(gone, there))).toEqual([
      'PATH=$PATH:/usr/sbin:/sbin; nft delete table inet rampart',
      `rm -f -- ${PATH}`,
    ])
    expect(nftables.type.plan(gone, { live: null, wanted: null, file: fileState(null, null) })).toEqual(
      inSync(),
    )
  })
})

test.each<[string, string, RegExp]>([
  [
    'no nft',
    'rampart-section 127 live 0\nsh: 1: nft: not found\n',
    /nft of this host does not answer: .*not found/,
  ],
  ['no root', 'rampart-section 1 live 0\nError: Operation not permitted\n', /not permitted/],
  [
    'no namespaces',
    'rampart-section 1 live 0\nError: No such file or directory\nrampart-section 0 alone 0\nunshare: unshare failed: Operation not permitted\n',
    /cannot be tried in a network namespace/,
  ],
])('%s is told', (_, stdout, message) => {
  const reply = { code: 0, stdout, stderr: '', bytes: Buffer.from(stdout) }
  const [answer] = nftTables.parse(reply, [{ family: 'inet', table: 'rampart', text: '' }])
  expect((answer as Error).message).toMatch(message)
})

test.each<[object, RegExp]>([
  [{ content: undefined }, /content is missing/],
  [{ table: 'a b' }, /\.table is "a b": expected a name/],
  [{ table: 'x; flush ruleset' }, /expected a name/],
  [{ family: 'ip', table: 'filter' }, /that is where iptables has its rules/],
  [{ table: 'firewalld' }, /belongs to another program/],
  [
    { content: 'chain x { } }\nflush ruleset\ntable inet y {' },
    /\.content .* a brace closes the table itself/s,
  ],
  [{ content: 'chain x {' }, /a brace is never closed/],
  [{ content: 'chain x { }\ninclude "/etc/x"' }, /include would bring in/],
  [{ content: 'chain x { log prefix "x }' }, /a quote is never closed/],
  [{ content: 'chain x {\0}' }, /without control characters/],
  [{ state: 'absent' }, /an absent table has none/],
])('%j is refused', (given, message) => {
  expect(() => nftables({ table: 'rampart', content: '', ...given } as never)).toThrow(message)
})

describe('on a host', () => {
  let two: TwoNetworks
  let host: Bench
  beforeAll(async () => {
    two = await twoNetworks()
    host = bench(two.system.far())
    await two.listen(3080, 443)
  })
  afterAll(() => {
    host?.[Symbol.dispose]()
    two?.[Symbol.dispose]()
  })
  beforeEach(() => void two.system.inside(`nft flush ruleset; nft add table inet theirs; rm -f ${PATH}`))
  const list = () => two.system.inside('nft -s list ruleset')
  const knocked = (port: number) => Object.values(two.addresses).map(address => two.knock(address, port))

  test('packets that it drops are gone, and only its own table comes and goes', async () => {
    const before = list()
    await host.converge(table)
    expect([knocked(3080), knocked(443)]).toEqual([
      ['silent', 'silent'],
      ['open', 'open'],
    ])
    expect(await host.converge(table)).toBeUndefined()
    two.system.inside('nft add element inet rampart seen { 1.2.3.4 }')
    expect(await host.converge(table)).toBeUndefined()
    two.system.inside('nft add element inet rampart bad { 10.0.0.3 }')
    expect(drifted((await host.converge(table)) ?? inSync()).diff).toMatchObject({
      path: 'nftables/inet/rampart',
    })
    two.system.inside(`nft flush ruleset; nft add table inet theirs; nft -f ${PATH}`)
    expect(await host.converge(table)).toBeUndefined()
    await host.converge(nftables({ table: 'rampart', state: 'absent' }))
    expect(list()).toBe(before)
    expect(knocked(3080)).toEqual(['open', 'open'])
  })

  test('what nft does not take is told with its place, and nothing is changed', async () => {
    const before = list()
    const wrong = nftables({ table: 'rampart', content: 'chain x {\n  tcp dport nonsense-port drop\n}' })
    await expect(wrong.check(host.probe)).rejects.toThrow(
      /rampart is refused by nft of this host:\n.*:5:\d+/s,
    )
    expect(list()).toBe(before)
  })

  test('tables of one turn are asked for by one command', async () => {
    const before = host.asked.length
    const tables = ['a', 'b', 'c'].map(name => nftables({ table: name, content: 'chain x { }' }))
    const plans = await Promise.all(tables.map(one => one.check(host.probe)))
    expect(plans.map(({ status }) => status)).toEqual(['drift', 'drift', 'drift'])
    expect(host.asked.slice(before).filter(script => script.includes('nft -s list'))).toHaveLength(1)
  })
})

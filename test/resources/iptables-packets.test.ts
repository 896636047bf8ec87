import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { iptablesChain } from '../../src/resources/index.ts'
import type { Bench } from '../support/apply.ts'
import { bench, drifted } from '../support/apply.ts'
import type { TwoNetworks } from '../support/two-networks.ts'
import { twoNetworks } from '../support/two-networks.ts'

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

beforeEach(() => two.clean())

const rules = (program?: 'ip6tables') => two.saved(program).filter(line => line.startsWith('-A'))
const knocked = (port: number) => Object.values(two.addresses).map(address => two.knock(address, port))

const guard = iptablesChain({
  name: 'RAMPART-PRE',
  table: 'raw',
  from: 'PREROUTING',
  rules: [
    { in: 'lo', target: 'RETURN' },
    {
      protocol: 'tcp',
      port: [3080, '3022:3026'],
      syn: true,
      comment: 'guarded "ports" \\ $(x)',
      target: 'DROP',
    },
  ],
})

describe('packets', () => {
  test('that a chain drops are gone, over both families, and all others pass', async () => {
    expect([knocked(3080), knocked(443)]).toEqual([
      ['open', 'open'],
      ['open', 'open'],
    ])
    await host.converge(guard)
    expect([knocked(3080), knocked(443)]).toEqual([
      ['silent', 'silent'],
      ['open', 'open'],
    ])
    expect(await host.converge(guard)).toBeUndefined()
    // Loading it once more by another program changes nothing either.
    two.system.inside('iptables-save | iptables-restore')
    expect(await host.converge(guard)).toBeUndefined()
    await host.converge(iptablesChain({ name: 'RAMPART-PRE', table: 'raw', state: 'absent' }))
    expect([knocked(3080), rules(), rules('ip6tables')]).toEqual([['open', 'open'], [], []])
  })

  test('are accepted by address, each family by its own', async () => {
    const chain = (source: readonly string[]) =>
      iptablesChain({
        name: 'RAMPART-IN',
        from: 'INPUT',
        rules: [
          { protocol: 'tcp', port: 3080, source, target: 'ACCEPT' },
          { protocol: 'tcp', port: 3080, target: 'REJECT', with: ['--reject-with', 'tcp-reset'] },
        ],
      })
    await host.converge(chain(['10.97.0.0/24', 'fd97::77']))
    expect(knocked(3080)).toEqual(['open', 'refused'])
    await host.converge(chain(['10.97.0.77', 'fd97::/64']))
    expect(knocked(3080)).toEqual(['refused', 'open'])
    // What has no address of a family left is no rule for all of it.
    await host.converge(chain(['10.97.0.0/24']))
    expect(knocked(3080)).toEqual(['open', 'refused'])
  })
})

test('what others have there stays, in its order', async () => {
  two.system.inside(`iptables -N ts-input; iptables -N DOCKER-USER; iptables -I INPUT -j ts-input
iptables -A INPUT -p udp -j ACCEPT; iptables -A FORWARD -j DOCKER-USER; iptables -A DOCKER-USER -j RETURN`)
  const before = two.saved()
  const chain = { name: 'RAMPART-FWD', families: 'v4', rules: [{ in: 'lo', target: 'RETURN' }] } as const
  await host.converge(iptablesChain({ ...chain, from: 'DOCKER-USER' }))
  await host.converge(iptablesChain({ ...chain, name: 'RAMPART-IN', from: 'INPUT', position: 2 }))
  expect(rules()).toEqual([
    ...['-A INPUT -j ts-input', '-A INPUT -j RAMPART-IN', '-A INPUT -p udp -j ACCEPT'],
    ...['-A FORWARD -j DOCKER-USER', '-A DOCKER-USER -j RAMPART-FWD', '-A DOCKER-USER -j RETURN'],
    ...['-A RAMPART-FWD -i lo -j RETURN', '-A RAMPART-IN -i lo -j RETURN'],
  ])
  for (const name of ['RAMPART-FWD', 'RAMPART-IN'])
    await host.converge(iptablesChain({ name, state: 'absent' }))
  expect(two.saved()).toEqual(before)
})

test.each<[string, string]>([
  [
    'a jump too many',
    'iptables -t raw -A PREROUTING -j RAMPART-PRE; iptables -t raw -A OUTPUT -p tcp -g RAMPART-PRE',
  ],
  ['no jump', 'ip6tables -t raw -F PREROUTING'],
  ['another rule', 'iptables -t raw -A RAMPART-PRE -j ACCEPT'],
  ['no rules', 'ip6tables -t raw -F RAMPART-PRE'],
  ['a rule before the jump', 'iptables -t raw -I PREROUTING -p udp -j ACCEPT'],
])('drift by hand is seen and cured: %s', async (_, script) => {
  await host.converge(guard)
  two.system.inside(script)
  expect(await host.converge(guard)).toBeDefined()
  expect(rules().filter(rule => rule.endsWith('-j RAMPART-PRE'))).toEqual(['-A PREROUTING -j RAMPART-PRE'])
})

test('what iptables prints otherwise than it was written is the same', async () => {
  const chain = iptablesChain({
    name: 'RAMPART-X',
    from: 'INPUT',
    rules: [
      { source: '192.168.1.77/24', target: 'ACCEPT' },
      { source: ['10.0.0.5', '10.0.0.6'], destination: '0.0.0.0/0', target: 'ACCEPT' },
      { protocol: 'icmpv6', icmpType: 'neighbour-solicitation', target: 'ACCEPT' },
      { states: ['RELATED', 'ESTABLISHED'], target: 'ACCEPT' },
      { match: ['-m', 'limit', '--limit', '5/second'], target: 'LOG', with: ['--log-prefix', 'a "b" -j c '] },
      { protocol: 'tcp', match: ['-m', 'recent', '--set', '--name', 'x'], target: 'REJECT' },
      { comment: 'é “ü” -j RAMPART-X', target: 'DROP' },
    ],
  })
  await host.converge(chain)
  expect(rules()).toContain('-A RAMPART-X -s 10.0.0.6/32 -j ACCEPT')
  expect(await host.converge(chain)).toBeUndefined()
})

test('any number of chains costs one command, whether there are any or none', async () => {
  const chains = Array.from({ length: 6 }, (_, i) =>
    iptablesChain({
      name: `RAMPART-${i}`,
      from: 'INPUT',
      position: 'anywhere',
      rules: [{ target: 'RETURN' }],
    }),
  )
  const before = host.asked.length
  const plans = await Promise.all(chains.map(chain => chain.check(host.probe)))
  expect(host.asked).toHaveLength(before + 1)
  expect(host.asked.at(-1)?.match(/ip6?tables-save 2>&1/g)).toHaveLength(2)
  expect(rules()).toEqual([])
  for (const plan of plans) expect((await host.apply(drifted(plan).cure)).code).toBe(0)
  const again = await Promise.all(chains.map(chain => chain.check(host.probe)))
  expect(again.map(({ status }) => status)).toEqual(chains.map(() => 'in-sync'))
})

test('a chain that goes on in another is refused until that is there, and tells its own mistake alone', async () => {
  const log = iptablesChain({ name: 'RAMPART-LOG', rules: [{ target: 'LOG' }] })
  const chain = iptablesChain({ name: 'RAMPART-IN', from: 'INPUT', rules: [{ target: 'RAMPART-LOG' }] })
  const wrong = iptablesChain({ name: 'RAMPART-W', rules: [{ target: 'NONSENSE' }] })
  await expect(chain.check(host.probe)).rejects.toThrow(
    /RAMPART-IN is refused by iptables of this host: .*RAMPART-LOG/,
  )
  const [, , mistake] = await Promise.allSettled([log, chain, wrong].map(one => one.check(host.probe)))
  expect(mistake).toMatchObject({
    reason: { message: expect.stringMatching(/RAMPART-W is refused .*NONSENSE/) },
  })
  for (const one of [log, chain]) await host.converge(one)
  expect(await host.converge(log)).toBeUndefined()
  await expect(
    iptablesChain({
      name: 'RAMPART-P',
      table: 'raw',
      from: 'PREROUTING',
      rules: [{ target: 'REJECT' }],
    }).check(host.probe),
  ).rejects.toThrow(/RAMPART-P is refused by iptables of this host/)
})

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Command } from '../../src/model/command.ts'
import type { Steps } from '../../src/model/plan.ts'
import type { IptablesChainSpec, IptablesChainState } from '../../src/resources/index.ts'
import { iptablesChain } from '../../src/resources/index.ts'
import { undoChain } from '../../src/resources/parts/undo-chain.ts'
import type { Bench } from '../support/apply.ts'
import { bench } from '../support/apply.ts'
import type { TwoNetworks } from '../support/two-networks.ts'
import { twoNetworks } from '../support/two-networks.ts'

let two: TwoNetworks
let host: Bench
beforeAll(async () => {
  two = await twoNetworks()
  host = bench(two.system.far())
  await two.listen(3080)
})
afterAll(() => {
  host?.[Symbol.dispose]()
  two?.[Symbol.dispose]()
})

beforeEach(() => two.clean())

const rules = (program?: 'ip6tables') => two.saved(program).filter(line => line.startsWith('-A'))
const knocked = () => Object.values(two.addresses).map(address => two.knock(address, 3080))

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

describe('the way back', () => {
  const read = (chain: typeof guard) =>
    iptablesChain.type.read(host.probe, chain.spec as never) as Promise<IptablesChainState>
  const undo = async (chain: typeof guard, state: IptablesChainState) => {
    const steps: Steps = undoChain(chain.spec as IptablesChainSpec, state)
    expect(steps.every(step => (step as Command).stdin === undefined)).toBe(true)
    for (let twice = 0; twice < 2; twice++) {
      const { code, stderr } = await host.apply(steps)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    }
  }
  // A table that nobody used before stays, with its chains of the kernel, which are empty.
  const both = () =>
    [two.saved(), two.saved('ip6tables')].map(lines => lines.filter(line => !/^[*]|ACCEPT$/.test(line)))
  const gone = iptablesChain({ name: 'RAMPART-PRE', table: 'raw', state: 'absent' })

  test.each<[string, string, typeof guard]>([
    ['a chain that was not there', '', guard],
    [
      'a chain with other rules and jumps',
      `iptables -t raw -N RAMPART-PRE; iptables -t raw -A RAMPART-PRE -p tcp -m comment --comment 'a "-j RAMPART-PRE" \\ b' -j DROP
iptables -t raw -A PREROUTING -p udp -j ACCEPT; iptables -t raw -A PREROUTING -j RAMPART-PRE; iptables -t raw -A PREROUTING -i lo -j RAMPART-PRE`,
      guard,
    ],
    [
      'an empty chain that nobody jumped to',
      'iptables -t raw -N RAMPART-PRE; ip6tables -t raw -N RAMPART-PRE',
      guard,
    ],
    [
      'a chain that was to go',
      'iptables -t raw -N RAMPART-PRE; iptables -t raw -N other; iptables -t raw -A other -i lo -j RAMPART-PRE; iptables -t raw -A RAMPART-PRE -j DROP',
      gone,
    ],
    ['what was as it should be', '', gone],
  ])('leads to %s', async (_, script, chain) => {
    two.system.inside(`${script}`)
    const before = both()
    const state = await read(chain)
    await undo(chain, state)
    expect(both()).toEqual(before)
    await host.converge(chain)
    await undo(chain, state)
    expect(both()).toEqual(before)
    // Cut short between the families.
    const plan = await chain.check(host.probe)
    if (plan.status === 'drift') await host.apply([plan.cure[0]])
    await undo(chain, state)
    expect(both()).toEqual(before)
  })

  test('leaves what others did meanwhile, and opens what was shut', async () => {
    const state = await read(guard)
    await host.converge(guard)
    two.system.inside('iptables -t raw -I PREROUTING -p udp -j ACCEPT; iptables -t raw -N ts-pre')
    expect(knocked()).toEqual(['silent', 'silent'])
    await undo(guard, state)
    expect(knocked()).toEqual(['open', 'open'])
    expect(rules()).toEqual(['-A PREROUTING -p udp -j ACCEPT'])
  })

  test('opens what was shut even if another chain still leads there, and says that it is not all', async () => {
    const state = await read(guard)
    await host.converge(guard)
    two.system.inside('iptables -t raw -N mine; iptables -t raw -A mine -j RAMPART-PRE')
    const { code } = await host.apply(undoChain(guard.spec as IptablesChainSpec, state))
    expect(code).not.toBe(0)
    expect(two.knock(two.addresses.v4, 3080)).toBe('open')
    expect(rules()).toEqual(['-A mine -j RAMPART-PRE'])
  })
})

import { describe, expect, test } from 'vitest'
import type { Command } from '../../src/model/command.ts'
import { inSync } from '../../src/model/plan.ts'
import { reveal } from '../../src/model/secret.ts'
import type { ChainState } from '../../src/resources/index.ts'
import { iptablesChain } from '../../src/resources/index.ts'
import { leadsTo, parseRuleset } from '../../src/resources/parts/ruleset.ts'
import type { WantedChain } from '../../src/resources/queries/chains.ts'
import { chainsOf } from '../../src/resources/queries/chains.ts'
import { drifted } from '../support/apply.ts'

type Given = Parameters<typeof iptablesChain>[0]
const specOf = (given: Partial<Given>) =>
  iptablesChain({ name: 'RAMPART-IN', families: 'v4', ...given } as Given).spec as never
const wanted = ['-p tcp -m tcp --dport 22 -j RETURN', '-j DROP']
const jump = { chain: 'INPUT', position: 1, rule: '-j RAMPART-IN', builtin: true }
const found: ChainState = { rules: wanted, jumps: [jump], from: 3, wanted }

/** What goes to iptables-restore, without its first and last line. */
function linesOf(given: Partial<Given>, state: Partial<ChainState>): readonly string[] {
  const plan = iptablesChain.type.plan(specOf({ rules: [], from: 'INPUT', ...given }), {
    v4: { ...found, ...state },
  })
  if (plan.status === 'in-sync') return []
  expect(plan.cure).toHaveLength(1)
  const [{ script, stdin }] = plan.cure as readonly [Command]
  expect(script).toContain('iptables-restore --noflush -w 10')
  const lines = reveal(stdin as string).split('\n')
  expect([lines[0], ...lines.slice(-2)]).toEqual(['*filter', 'COMMIT', ''])
  return lines.slice(1, -2)
}

const fill = [':RAMPART-IN - [0:0]', ...wanted.map(rule => `-A RAMPART-IN ${rule}`)]
const into = '-I INPUT 1 -j RAMPART-IN'
const out = '-D INPUT -j RAMPART-IN'
const deeper = { chain: 'RAMPART-X', position: 1, rule: '-j RAMPART-IN', builtin: false }
const byHand = { chain: 'INPUT', position: 2, rule: '-p tcp -m tcp --dport 1 -j RAMPART-IN', builtin: true }

describe('a chain', () => {
  test.each<[string, Partial<Given>, Partial<ChainState>, readonly string[]]>([
    ['as it should be', {}, {}, []],
    ['that is not there', {}, { rules: null, jumps: [] }, [...fill, into]],
    ['with other rules', {}, { rules: ['-j DROP'] }, fill],
    ['with a rule too many', {}, { rules: [...wanted, '-j LOG'] }, fill],
    ['with its rules in another order', {}, { rules: wanted.toReversed() }, fill],
    ['nobody jumps to', {}, { jumps: [] }, [into]],
    ['that is jumped to twice', {}, { jumps: [jump, { ...jump, position: 3 }] }, [out, out, into]],
    [
      'that is jumped to by hand besides',
      {},
      { jumps: [jump, byHand] },
      [out, '-D INPUT -p tcp -m tcp --dport 1 -j RAMPART-IN', into],
    ],
    [
      'that is jumped to from another chain of the kernel',
      {},
      { jumps: [{ ...jump, chain: 'FORWARD' }] },
      ['-D FORWARD -j RAMPART-IN', into],
    ],
    ['that another chain of ours leads to besides', {}, { jumps: [jump, deeper] }, []],
    ['that only others lead to', { from: undefined }, { jumps: [deeper], from: null }, []],
    ['not the first', {}, { jumps: [{ ...jump, position: 2 }] }, [out, into]],
    ['not the first, anywhere', { position: 'anywhere' }, { jumps: [{ ...jump, position: 2 }] }, []],
    ['nowhere, anywhere', { position: 'anywhere' }, { jumps: [] }, [into]],
    ['the last', { position: 'last' }, { jumps: [{ ...jump, position: 3 }] }, []],
    ['not the last', { position: 'last' }, {}, [out, '-A INPUT -j RAMPART-IN']],
    ['the second', { position: 2 }, { jumps: [{ ...jump, position: 2 }] }, []],
    ['not the second', { position: 2 }, {}, [out, '-I INPUT 2 -j RAMPART-IN']],
    [
      'that is to go',
      { state: 'absent', rules: undefined, from: undefined },
      { wanted: null, jumps: [jump, deeper] },
      [out, '-D RAMPART-X -j RAMPART-IN', '-F RAMPART-IN', '-X RAMPART-IN'],
    ],
    [
      'that is gone',
      { state: 'absent', rules: undefined, from: undefined },
      { wanted: null, rules: null, jumps: [] },
      [],
    ],
  ])('%s', (_, given, state, lines) => {
    expect(linesOf(given, state)).toEqual(lines)
  })

  test('of both families is told as one, with what differs', () => {
    const spec = specOf({ families: 'both', from: 'INPUT', rules: [] })
    const plan = iptablesChain.type.plan(spec, { v4: found, v6: { ...found, rules: ['-j DROP'], jumps: [] } })
    expect(drifted(plan).cure).toMatchObject([{ script: expect.stringContaining('ip6tables-restore') }])
    expect(drifted(plan).diff).toEqual({
      kind: 'text',
      path: 'iptables/filter/RAMPART-IN',
      before: '# v6\nRAMPART-IN: -j DROP\n',
      after: `# v6\nINPUT 1: -j RAMPART-IN\n${wanted.map(rule => `RAMPART-IN: ${rule}\n`).join('')}`,
    })
    expect(iptablesChain.type.plan(spec, { v4: found, v6: found })).toEqual(inSync())
  })

  test('that others have to make room for is an error with its cure', () => {
    expect(() => linesOf({ position: 4 }, { jumps: [], from: 2 })).toThrow(
      /cannot be number 4 of INPUT: .* 2 others/,
    )
    expect(() => linesOf({ from: 'DOCKER-USER' }, { jumps: [], from: null })).toThrow(
      /the table filter of iptables has no chain DOCKER-USER to jump from/,
    )
  })

  test('is known by its families, table and name', () => {
    const chain = iptablesChain({ name: 'X', table: 'raw', rules: [] })
    expect(chain).toMatchObject({ id: 'iptablesChain raw X', touches: ['chain:v4:raw:X', 'chain:v6:raw:X'] })
    expect(iptablesChain({ name: 'X', families: 'v6', rules: [] })).toMatchObject({
      id: 'iptablesChain filter X v6',
      touches: ['chain:v6:filter:X'],
    })
  })
})

const SAVED = `# Warning: iptables-legacy tables present, use iptables-legacy-save to see them
# Table \`nat' is incompatible, use 'nft' tool.
*filter
:INPUT ACCEPT [9:99]
:RAMPART-IN - [0:0]
:ts-input - [0:0]
-A INPUT -j ts-input
[1:2] -A INPUT -j RAMPART-IN
-A RAMPART-IN -m comment --comment "not -j RAMPART-IN" -j DROP
COMMIT
`

test('what iptables-save prints is read without its counters', () => {
  const { tables, incompatible } = parseRuleset(SAVED)
  expect(incompatible).toEqual(['nat'])
  expect(Object.fromEntries(tables.get('filter') ?? [])).toEqual({
    INPUT: { builtin: true, rules: ['-j ts-input', '-j RAMPART-IN'] },
    'RAMPART-IN': { builtin: false, rules: ['-m comment --comment "not -j RAMPART-IN" -j DROP'] },
    'ts-input': { builtin: false, rules: [] },
  })
  expect(leadsTo('-m comment --comment "not -j X" -j DROP', 'X')).toBe(false)
  expect(leadsTo('-j X-1', 'X')).toBe(false)
  expect(leadsTo('-i lo -g X', 'X')).toBe(true)
})

const one: WantedChain = { family: 'v4', table: 'filter', name: 'X', from: undefined, lines: ['-j FOO'] }
const answer = (stdout: string, asked = one) => {
  const reply = { code: 0, stdout, stderr: '', bytes: Buffer.from(stdout) }
  return chainsOf.parse(reply, [asked])[0]
}
test.each<[string, string, RegExp]>([
  ['no iptables', 'rampart-section 127 live v4\nsh: 1: iptables-save: not found\n', /not found/],
  [
    'no root',
    'rampart-section 4 live v4\niptables-save v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)\n',
    /Permission denied/,
  ],
  [
    'no namespaces',
    'rampart-section 0 live v4\n\nrampart-section 0 alone v4\nunshare: unshare failed: Operation not permitted\n',
    /cannot be tried in a network namespace: unshare: unshare failed: Operation not permitted/,
  ],
  [
    'a rule that iptables refuses',
    'rampart-section 0 live v4\n\nrampart-section 0 alone v4\nrampart-section 4 said 0\niptables-restore v1.8.9 (nf_tables): \nline 4: RULE_APPEND failed (Invalid argument): rule in chain X\n',
    /^X is refused by iptables of this host: its rule "-j FOO": line 4: RULE_APPEND failed/,
  ],
  [
    'a target that is not there',
    "rampart-section 0 live v4\n\nrampart-section 0 alone v4\nrampart-section 2 said 0\niptables-restore v1.8.9 (nf_tables): Chain 'FOO' does not exist\nError occurred at line: 5\n",
    /^X is refused by iptables of this host: Chain 'FOO' does not exist$/,
  ],
  [
    'a table of nft',
    "rampart-section 0 live v4\n# Table `filter' is incompatible, use 'nft' tool.\n",
    /filter of iptables holds rules that it does not understand/,
  ],
])('%s is told', (_, stdout, message) => {
  expect((answer(stdout) as Error).message).toMatch(message)
})

test('a pristine host has no tables, and no chain in them', () => {
  const made = '*filter\n:rampart-candidate-0 - [0:0]\n-A rampart-candidate-0 -j DROP\nCOMMIT\n'
  const stdout = `rampart-section 0 live v4\n\nrampart-section 0 alone v4\nrampart-section 0 said 0\n\nrampart-section 0 made v4\n${made}`
  expect(answer(stdout)).toEqual({ chains: new Map(), wanted: ['-j DROP'] })
})

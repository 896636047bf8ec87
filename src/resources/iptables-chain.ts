import type { Command, Plan } from '../index.ts'
import { CheckFailed, defineResource, drift, inSync, run, z } from '../index.ts'
import type { IpFamily } from './parameters/chain-rule.ts'
import { chainRule, familiesOf } from './parameters/chain-rule.ts'
import { presentOrAbsent } from './parameters/choices.ts'
import {
  chainName,
  iptablesTable,
  isBuiltin,
  isBuiltinSomewhere,
  whoseChain,
} from './parameters/iptables-table.ts'
import type { ChainState, IptablesChainState, Jump } from './parts/chain-state.ts'
import { chainState } from './parts/chain-state.ts'
import { refuse, refuseUnless } from './parts/refusals.ts'
import { ruleLines } from './parts/rule-line.ts'
import { chainsOf, iptablesOf } from './queries/chains.ts'

const spec = z
  .object({
    name: chainName().describe('its name, which nobody else uses: `RAMPART-IN`'),
    table: iptablesTable()
      .default('filter')
      .describe('its table; `raw` comes before what Docker and Tailscale do'),
    families: z
      .enum(['both', 'v4', 'v6'])
      .default('both')
      .describe('for IPv4, IPv6 or both; a rule with addresses is only where they are of'),
    state: presentOrAbsent().describe('whether it is there; without it no rule leads to it either'),
    from: chainName()
      .optional()
      .describe(
        'the chain that jumps to it, once: `INPUT`, or one of another program, such as `DOCKER-USER`; not given: other chains of yours lead to it',
      ),
    position: z
      .union([z.enum(['first', 'last', 'anywhere']), z.int().min(1)], {
        error: "expected 'first', 'last', 'anywhere' or a number from 1",
      })
      .optional()
      .describe(
        'where in `from`: `first` unless given; `anywhere`: first when it is made, and then wherever others have moved it, such as tailscaled, which puts its own before all each time it starts; of two chains that are to be first the second takes `2`',
      ),
    rules: z.array(chainRule()).readonly().optional().describe('all that it holds, in order'),
  })
  .superRefine((given, context) => {
    const { name, table, from, families, rules = [] } = given
    const isPresent = given.state === 'present'
    const whose = whoseChain(name)
    if (whose !== undefined) refuse(context, 'name', whose)
    if (isPresent && given.rules === undefined) refuse(context, 'rules', 'expected what it holds')
    refuseUnless(isPresent, context, given, ['rules', 'from', 'position'], 'an absent chain has none')
    refuseUnless(from !== undefined, context, given, ['position'], 'it is one in `from`, which is not given')
    if (from === name) refuse(context, 'from', 'a chain cannot jump to itself')
    if (from !== undefined && isBuiltinSomewhere(from) && !isBuiltin(table, from)) {
      refuse(context, 'from', `the table ${table} has no chain ${from}`)
    }
    const wrong = (i: number, key: string, message: string) =>
      context.addIssue({ code: 'custom', path: ['rules', i, key], message })
    for (const [i, rule] of rules.entries()) {
      if (rule.target === name) wrong(i, 'target', 'a chain cannot jump to itself')
      if (families !== 'both' && !familiesOf(rule).includes(families)) {
        wrong(i, 'target', `the rule is of no family that the chain is of: that is ${families} alone`)
      }
      if (table === 'raw' && rule.states !== undefined) {
        wrong(i, 'states', 'the table raw comes before connection tracking, so that none would ever match')
      }
    }
  })

export type IptablesChainSpec = z.output<typeof spec>

/**
 * A chain of your own, filled as a whole and in one step, and one jump to it. All other chains and jumps stay as they are,
 * and so do the counters of a chain that is in sync. It is in force now; a unit of systemd has to load it at boot.
 *
 * @example
 * ```ts
 * iptablesChain({
 *   name: 'RAMPART-IN',
 *   from: 'INPUT',
 *   rules: [
 *     { in: 'lo', target: 'RETURN' },
 *     { states: ['ESTABLISHED', 'RELATED'], target: 'RETURN' },
 *     { protocol: 'tcp', port: 22, source: ['10.0.0.0/8', 'fd00::/8'], comment: 'ssh from inside', target: 'RETURN' },
 *     { protocol: 'tcp', port: [3080, '3022:3026'], target: 'DROP' },
 *   ],
 * })
 * ```
 */
export const iptablesChain = defineResource<typeof spec, IptablesChainState>({
  kind: 'iptablesChain',
  spec,
  id: ({ table, name, families }) =>
    `iptablesChain ${table} ${name}${families === 'both' ? '' : ` ${families}`}`,
  touches: spec => familiesWanted(spec).map(family => `chain:${family}:${spec.table}:${spec.name}` as const),
  async read(probe, spec) {
    const { table, name, from, rules } = spec
    const found = familiesWanted(spec).map(async family => {
      const lines = spec.state === 'present' ? ruleLines(rules ?? [], family) : null
      const found = await probe.ask(chainsOf, { family, table, name, from, lines })
      if (found instanceof CheckFailed) throw found
      const caller = from === undefined ? undefined : { chain: from, builtin: isBuiltin(table, from) }
      return [family, chainState(found, name, caller)] as const
    })
    return Object.fromEntries(await Promise.all(found))
  },
  plan(spec, state): Plan {
    const plans = familiesWanted(spec).flatMap(family => {
      const found = state[family]
      const lines = found ? changes(spec, family, found) : []
      return found && lines.length > 0 ? [{ family, found, lines }] : []
    })
    const [first, ...rest] = plans.map(({ family, lines }) => restoreStep(spec, family, lines))
    if (first === undefined) return inSync()
    const told = (after: boolean): string | null =>
      plans.map(({ family, found }) => shown(spec, family, found, after)).join('') || null
    const path = `iptables/${spec.table}/${spec.name}`
    return drift({ kind: 'text', path, before: told(false), after: told(true) }, [first, ...rest])
  },
})

function familiesWanted({ families }: Pick<IptablesChainSpec, 'families'>): readonly IpFamily[] {
  return families === 'both' ? ['v4', 'v6'] : [families]
}

/**
 * Those of the rules leading to a chain that are its own: in the chain that is to jump to it and in those of the kernel.
 * All other chains of yours may lead to it, unless it is not to be there.
 */
function ownJumps({ state, from }: IptablesChainSpec, { jumps }: ChainState): readonly Jump[] {
  if (state === 'absent') return jumps
  return from === undefined ? [] : jumps.filter(({ chain, builtin }) => builtin || chain === from)
}

/** The lines for iptables-restore(8), which brings them about all at once or not at all; none if it is in sync. */
function changes(spec: IptablesChainSpec, family: IpFamily, found: ChainState): readonly string[] {
  const { name } = spec
  const jumps = ownJumps(spec, found)
  const deleted = jumps.map(({ chain, rule }) => `-D ${chain} ${rule}`)
  if (found.wanted === null) {
    return found.rules === null ? [] : [...deleted, `-F ${name}`, `-X ${name}`]
  }
  const isFilled = found.rules !== null && same(found.rules, found.wanted)
  const filled = isFilled ? [] : [`:${name} - [0:0]`, ...found.wanted.map(rule => `-A ${name} ${rule}`)]
  // Filled first: what jumps to it is never led into less than the whole.
  return isCalled(spec, found, jumps)
    ? filled
    : [...filled, ...deleted, ...called(spec, family, found, jumps)]
}

function isCalled(
  { name, from, position = 'first' }: IptablesChainSpec,
  found: ChainState,
  jumps: readonly Jump[],
) {
  const [only, ...surplus] = jumps
  if (from === undefined) return true
  if (only?.chain !== from || only.rule !== `-j ${name}` || surplus.length > 0) return false
  if (position === 'anywhere') return true
  return only.position === (position === 'first' ? 1 : position === 'last' ? found.from : position)
}

function called(
  { name, table, from, position = 'first' }: IptablesChainSpec,
  family: IpFamily,
  found: ChainState,
  jumps: readonly Jump[],
): readonly string[] {
  if (found.from === null) {
    throw new CheckFailed(`the table ${table} of ${iptablesOf(family)} has no chain ${from} to jump from`, {
      hint: 'Put what makes it before this task: Docker makes DOCKER-USER when it starts, for IPv6 only if it has that.',
    })
  }
  if (position === 'last') return [`-A ${from} -j ${name}`]
  const number = typeof position === 'number' ? position : 1
  const left = found.from - jumps.filter(({ chain }) => chain === from).length
  if (number > left + 1) {
    throw new CheckFailed(
      `${name} cannot be number ${number} of ${from}: ${iptablesOf(family)} has ${left} others there`,
      {
        hint: "position: 'last' is behind all that are there.",
      },
    )
  }
  return [`-I ${from} ${number} -j ${name}`]
}

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((line, i) => line === other[i])

function restoreStep({ table }: IptablesChainSpec, family: IpFamily, lines: readonly string[]): Command {
  const stdin = [`*${table}`, ...lines, 'COMMIT', ''].join('\n')
  return run({ stdin })`PATH=$PATH:/usr/sbin:/sbin; ${`${iptablesOf(family)}-restore`} --noflush -w 10`
}

/** A chain and its jumps as text for people. */
function shown(spec: IptablesChainSpec, family: IpFamily, found: ChainState, after: boolean): string {
  const { name, from, position = 'first' } = spec
  const rules = after ? found.wanted : found.rules
  if (rules === null) return ''
  const jumps = ownJumps(spec, found)
  const called =
    isCalled(spec, found, jumps) || !after
      ? jumps.map(({ chain, rule, position }) => `${chain} ${position}: ${rule}`)
      : [`${from} ${typeof position === 'number' ? position : position === 'last' ? 'last' : 1}: -j ${name}`]
  return [`# ${family}`, ...called, ...rules.map(rule => `${name}: ${rule}`), ''].join('\n')
}

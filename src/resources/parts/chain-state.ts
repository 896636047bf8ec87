import type { IpFamily } from '../parameters/chain-rule.ts'
import type { FoundChains } from '../queries/chains.ts'
import { leadsTo } from './ruleset.ts'

/** A chain of one family as it was found. */
export interface ChainState {
  /** Each without its `-A CHAIN `, as iptables prints them; null: there is no such chain. */
  readonly rules: readonly string[] | null
  /** All rules of its table that lead into it. */
  readonly jumps: readonly Jump[]
  /** How many rules the chain holds that is to jump to it; null: that is not there. */
  readonly from: number | null
  /** What it is to hold, in the same words; null: it is not to be there. */
  readonly wanted: readonly string[] | null
}

export interface Jump {
  readonly chain: string
  /** Its place in that chain, from 1. */
  readonly position: number
  readonly rule: string
  /** Whether that is a chain of the kernel. */
  readonly builtin: boolean
}

/** What was found of a chain, by family. */
export type IptablesChainState = Partial<Readonly<Record<IpFamily, ChainState>>>

export function chainState(
  { chains, wanted }: FoundChains,
  name: string,
  from: { readonly chain: string; readonly builtin: boolean } | undefined,
): ChainState {
  const jumps = [...chains].flatMap(([chain, { builtin, rules }]) =>
    rules.flatMap((rule, i) => (leadsTo(rule, name) ? [{ chain, position: i + 1, rule, builtin }] : [])),
  )
  // A table that nobody has used yet has its built-in chains all the same.
  const held = from && (chains.get(from.chain)?.rules.length ?? (from.builtin ? 0 : null))
  return { rules: chains.get(name)?.rules ?? null, jumps, from: held ?? null, wanted }
}

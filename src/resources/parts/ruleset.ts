/** What iptables-save(8) prints of one family, by table. */
export interface Ruleset {
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, Chain>>
  /** Tables that hold what iptables does not understand: they were made with nft. */
  readonly incompatible: readonly string[]
}

export interface Chain {
  /** A chain of the kernel itself, such as INPUT; all others are somebody's own. */
  readonly builtin: boolean
  /** Each without its `-A CHAIN `, in order, without counters. */
  readonly rules: readonly string[]
}

export function parseRuleset(saved: string): Ruleset {
  const tables = new Map<string, Map<string, { builtin: boolean; rules: string[] }>>()
  const incompatible: string[] = []
  let table = new Map<string, { builtin: boolean; rules: string[] }>()
  for (const line of saved.split('\n')) {
    const [, alien] = /^# Table `(.*)' is incompatible/.exec(line) ?? []
    if (alien !== undefined) incompatible.push(alien)
    if (line.startsWith('*')) {
      table = new Map()
      tables.set(line.slice(1), table)
    }
    const [, chain, policy] = /^:(\S+) (\S+)/.exec(line) ?? []
    if (chain !== undefined) table.set(chain, { builtin: policy !== '-', rules: [] })
    const [, own = '', rule] = /^(?:\[\d+:\d+\] )?-A (\S+) ?(.*)$/.exec(line) ?? []
    if (rule !== undefined) table.get(own)?.rules.push(rule)
  }
  return { tables, incompatible }
}

/** Whether a rule leads into a chain. What stands in quotes is a comment, or a prefix of a log. */
export function leadsTo(rule: string, chain: string): boolean {
  const bare = ` ${rule.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')} `
  return bare.includes(` -j ${chain} `) || bare.includes(` -g ${chain} `)
}

import type { IpFamily } from 'rampart/resources'
import { ruleLines } from 'rampart/resources'
import type { OurChain } from './rules.ts'

export const FOLDER = '/etc/rampart'
export const PROGRAM = '/usr/local/sbin/rampart-firewall'

/** Our chains as iptables-restore(8) reads them, and in remarks, which it skips, who is to jump to them. */
export function restoreText(chains: readonly OurChain[], family: IpFamily): string {
  return [
    '# Written by rampart (role iptables-hardening); a change made here is undone by the next run.',
    ...chains.map(({ name, table, from }) => `# jump ${table} ${from} ${name}`),
    ...chains.flatMap(({ name, table, rules }) => [
      `*${table}`,
      `:${name} - [0:0]`,
      ...ruleLines(rules, family).map(rule => `-A ${name} ${rule}`),
      'COMMIT',
    ]),
    '',
  ].join('\n')
}

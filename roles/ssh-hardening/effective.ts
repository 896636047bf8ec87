import type { Plan, Probe, Text } from 'rampart'
import { inSync, read } from 'rampart'
import { DROP_IN, wanted } from './settings.ts'
import type { Variables } from './variables.ts'

/** Keywords whose values from several files add up, so that their order says nothing. */
const SETS: ReadonlySet<string> = new Set(['allowgroups', 'allowusers', 'denyusers', 'permitopen'])

/**
 * What sshd makes of all its files must be what ours says. It is not, if a file that is read before ours, or the command
 * line, says otherwise: that is somebody's decision, so it is named and left alone.
 */
export function effective(
  vars: Variables,
  template: (file: string, data: object) => Text,
): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const [content, inForce, lines] = await Promise.all([
        wanted(probe, vars, template),
        probe.ask(
          read`"$(command -v sshd || echo /usr/sbin/sshd)" -T -C user=root,host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22`,
        ),
        probe.ask(read`grep -HnvE '^[[:space:]]*(#|$)' /etc/ssh/sshd_config.d/*.conf /etc/ssh/sshd_config`),
      ])
      if (inForce.code !== 0)
        throw new Error(`sshd does not accept its own configuration: ${inForce.stderr.trim()}`)
      const ours = keywords(content.slice(0, content.indexOf('\nMatch ')))
      const theirs = keywords(inForce.stdout)
      const said = [...ours].flatMap(([keyword, value]) => {
        const has = theirs.get(keyword) ?? []
        if (normal(keyword, has) === normal(keyword, value)) return []
        const where = firstMention(keyword, lines.stdout)
        // A drop-in of ours that says something else is the drift of the task before this one.
        if (where?.file === DROP_IN) return []
        const who = where
          ? `${where.file}:${where.line} says so`
          : 'is it set on its command line (systemctl cat ssh)?'
        return `sshd has ${keyword} ${has.join(' ') || '(unset)'}, not ${value.join(' ')}: ${who}`
      })
      if (said.length === 0) return inSync()
      throw new Error(said.join('\n'))
    },
  }
}

/** Each keyword in lower case, as `sshd -T` prints it, with the words of all its lines. */
function keywords(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [keyword = '', ...words] = line.trim().split(/\s+/)
    if (keyword === '' || keyword.startsWith('#')) continue
    const key = keyword.toLowerCase()
    found.set(key, [...(found.get(key) ?? []), ...words])
  }
  return found
}

/** `sshd -T` prints prohibit-password by its old name. */
function normal(keyword: string, words: readonly string[]): string {
  const all = words.map(word => (word === 'without-password' ? 'prohibit-password' : word))
  return (SETS.has(keyword) ? [...new Set(all)].sort() : all).join(' ').toLowerCase()
}

/** Where a keyword is first given, in the order in which sshd reads its files. */
function firstMention(
  keyword: string,
  lines: string,
): { readonly file: string; readonly line: string } | undefined {
  for (const text of lines.split('\n')) {
    const [, file, line, word] = /^(.*?):(\d+):\s*(\S+)/.exec(text) ?? []
    if (file !== undefined && line !== undefined && word?.toLowerCase() === keyword) return { file, line }
  }
  return undefined
}

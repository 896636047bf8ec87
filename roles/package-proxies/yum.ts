import type { Plan, Probe } from 'rampart'
import { CheckFailed, drift, inSync, read } from 'rampart'
import { file } from 'rampart/resources'

/** That dnf goes to a repository of the host through the proxy: one line of its section; all others stay as they are. */
export function yumProxy(id: string, proxy: string): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const { stdout } = await probe.ask(
        read`for file in /etc/yum.repos.d/*.repo; do [ ! -f "$file" ] || { printf '\\n== %s\\n' "$file"; cat -- "$file"; }; done`,
      )
      const files = stdout.split(/\n== (\/etc\/yum\.repos\.d\/.+)\n/)
      for (let i = 1; i < files.length; i += 2) {
        const [path = '', text = ''] = [files[i], files[i + 1]]
        const after = withProxy(text, id, proxy)
        if (after === undefined) continue
        if (after === text) return inSync()
        const plan = await file({ path, content: after }).check(probe)
        if (plan.status === 'in-sync') return plan
        return drift(
          { kind: 'fields', changes: { [`proxy of ${id}`]: [proxyIn(text, id) ?? 'none', proxy] } },
          plan.cure,
        )
      }
      throw new CheckFailed(`no file in /etc/yum.repos.d has a repository ${id}`, {
        hint: 'dnf repolist --all shows their ids.',
      })
    },
  }
}

/** The text of a `.repo` file with this line in the section; undefined if it has no such section. */
export function withProxy(text: string, id: string, proxy: string): string | undefined {
  const lines = text.split('\n')
  const range = section(lines, id)
  if (!range) return undefined
  const [start, end] = range
  const wanted = `proxy=${proxy}`
  const at = lines.findIndex((line, i) => i > start && i < end && isProxy(line))
  if (at >= 0) return lines.map((line, i) => (i === at ? wanted : line)).join('\n')
  const last = lines.findLastIndex((line, i) => i >= start && i < end && line.trim() !== '')
  return [...lines.slice(0, last + 1), wanted, ...lines.slice(last + 1)].join('\n')
}

function proxyIn(text: string, id: string): string | undefined {
  const lines = text.split('\n')
  const [start, end] = section(lines, id) ?? [0, 0]
  return lines
    .slice(start, end)
    .find(isProxy)
    ?.replace(/^\s*proxy\s*=\s*/, '')
}

/** From its header to the next. */
function section(lines: readonly string[], id: string): readonly [start: number, end: number] | undefined {
  const start = lines.findIndex(line => line.trim() === `[${id}]`)
  if (start < 0) return undefined
  const next = lines.findIndex((line, i) => i > start && /^\s*\[/.test(line))
  return [start, next < 0 ? lines.length : next]
}

const isProxy = (line: string): boolean => /^\s*proxy\s*=/.test(line)

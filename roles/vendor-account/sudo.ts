import type { Plan, Probe } from 'rampart'
import { CheckFailed, inSync, read } from 'rampart'

/** A command as sudoers(5) takes it. One without arguments is that, not one with any arguments. */
export function ruleOf(command: string): string {
  const escaped = command.replaceAll(/[,:=]/g, '\\$&')
  return command.includes(' ') ? escaped : `${escaped} ""`
}

/** The rules in what `sudo -l -U USER` says. */
export function rulesIn(listing: string): readonly string[] {
  return listing.split('\n').flatMap(line => (/^ {4}\(/.test(line) ? [line.trim()] : []))
}

/**
 * That sudo lets the user do what was declared and nothing else. A rule from elsewhere is somebody's decision, so it is
 * named and left alone.
 */
export function sudoInForce(
  name: string,
  commands: readonly string[],
): { check(probe: Probe): Promise<Plan> } {
  const declared = new Set(commands.map(command => `(root) NOPASSWD: ${ruleOf(command)}`))
  return {
    async check(probe) {
      const [listing, mentions] = await Promise.all([
        probe.ask(read`command -v sudo >/dev/null || exit 0; LC_ALL=C sudo -n -l -U ${name}`),
        probe.ask(
          read`id -Gn ${name} 2>/dev/null; grep -nE '^[^#]*=' /etc/sudoers /etc/sudoers.d/* 2>/dev/null`,
        ),
      ])
      const surplus = rulesIn(listing.stdout).filter(rule => !declared.has(rule))
      if (surplus.length > 0) {
        const where = mentionsOf(name, mentions.stdout)
        throw new CheckFailed(`sudo lets ${name} do more than was declared: ${surplus.join('; ')}`, {
          hint: where.length > 0 ? `It is said in ${where.join(', ')}: remove it there.` : 'See sudo -l.',
        })
      }
      const missing = commands.length - rulesIn(listing.stdout).length
      if (missing > 0)
        throw new CheckFailed(`sudo does not let ${name} do all that was declared`, {
          hint: `Does /etc/sudoers include /etc/sudoers.d? It says: ${(listing.stdout + listing.stderr).trim()}`,
        })
      return inSync()
    },
  }
}

/** The lines that are for the user, one of its groups, or all. */
function mentionsOf(name: string, text: string): readonly string[] {
  const [groups = '', ...lines] = text.split('\n')
  const subjects = new Set([name, 'ALL', ...groups.split(' ').map(group => `%${group}`)])
  return lines.flatMap(line => {
    const [, place, subject = ''] = /^([^:]+:\d+):\s*(\S+)/.exec(line) ?? []
    return place !== undefined && subjects.has(subject) ? [place] : []
  })
}

import type { Plan, Probe } from 'rampart'
import { CheckFailed, drift, inSync, read, run } from 'rampart'

/** That the running engine is new enough. */
export function atLeast(version: string): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const { stdout, stderr } = await probe.ask(read`docker version --format '{{.Server.Version}}'`)
      const found = stdout.trim()
      if (!/^\d/.test(found))
        throw new CheckFailed(`the engine does not answer: ${stderr.trim()}`, {
          hint: 'systemctl status docker',
        })
      if (!isOlder(found, version)) return inSync()
      throw new CheckFailed(`the engine is ${found}, older than ${version}`, {
        hint: "packages({ names: ['docker-ce'], state: 'latest' }) brings a newer one.",
      })
    },
  }
}

/** `28.0.1` and `28.0.1+deb` are the same. */
export function isOlder(found: string, wanted: string): boolean {
  const numbers = (text: string) => (/^[\d.]+/.exec(text)?.[0] ?? '').split('.').map(Number)
  const [is, must] = [numbers(found), numbers(wanted)]
  const at = must.findIndex((part, i) => part !== (is[i] ?? 0))
  return at >= 0 && (is[at] ?? 0) < (must[at] ?? 0)
}

/** That nobody else is in the group that may talk to the engine. */
export function members(wanted: readonly string[]): { check(probe: Probe): Promise<Plan> } {
  return {
    async check(probe) {
      const { code, stdout } = await probe.ask(read`getent group docker`)
      if (code !== 0)
        throw new CheckFailed('there is no group docker', {
          hint: "The engine's package makes it: was it installed?",
        })
      const found = (stdout.trim().split(':')[3] ?? '').split(',').filter(name => name !== '')
      const [is, must] = [[...found].sort().join(', '), [...new Set(wanted)].sort()]
      if (is === must.join(', ')) return inSync()
      return drift(
        { kind: 'fields', changes: { 'members of docker': [is || 'nobody', must.join(', ') || 'nobody'] } },
        [run`gpasswd -M ${must.join(',')} docker`],
      )
    },
  }
}

import { expect } from 'vitest'
import type { Told } from '../../support/rampart.ts'
import { rampartRun } from '../../support/rampart.ts'
import { playbook } from '../door.ts'
import type { TestLab } from '../lab.ts'

/** The playbook `roles` on a lab, and what other programs say of its hosts. */
export interface RolesBench {
  readonly lab: TestLab
  /** The arguments of a run, without `run` itself. */
  args(): Promise<readonly string[]>
  run(...more: readonly string[]): Promise<Told>
  /** With variables that win over all others: `role.variable=value`. */
  given(...vars: readonly string[]): Promise<Told>
  /** Runs a script as root, which must succeed, and returns what it printed. */
  inside(host: string, script: string): Promise<string>
  /** Runs once more: nothing is left to do. */
  converged(...vars: readonly string[]): Promise<void>
}

export function rolesBench(lab: TestLab): RolesBench {
  const inside: RolesBench['inside'] = async (host, script) => {
    const { code, stdout, stderr } = await lab.inside(host, script)
    expect({ code, stderr, stdout }, script).toMatchObject({ code: 0 })
    return stdout.trimEnd()
  }
  let mirrors: Promise<string> | undefined
  /** Where the machine's packages come from, whatever it is called. */
  const mirrorsOf = async () => {
    const hosts = "grep -hoE 'https?://[^/ ]+' /etc/apt/sources.list | cut -d / -f 3 | sort -u | paste -sd ,"
    return inside('dgx01', hosts)
  }
  const args = async () => {
    mirrors ??= mirrorsOf()
    const names = await mirrors
    return [
      ...[playbook('roles'), '-i', lab.files.inventory],
      ...['-e', `forward-proxy.extra_domains=[teleport.lab.test,${names}]`],
      ...['-e', `package-proxies.extra_hosts=[${names}]`],
      ...['-e', 'package-proxies.yum_repos=[cuda]'],
    ]
  }
  const run: RolesBench['run'] = async (...more) => rampartRun([...(await args()), ...more])
  const given: RolesBench['given'] = (...vars) => run(...vars.flatMap(one => ['-e', one]))
  return {
    ...{ lab, args, run, given, inside },
    converged: async (...vars) => {
      const told = await given(...vars)
      expect(told.code, failures(told)).toBe(0)
      expect(tasks(told, 'changed')).toEqual([])
    },
  }
}

/** The tasks that ended so, each with its host. */
export function tasks(told: Told, status: string): readonly string[] {
  return told.tasks.filter(task => task.status === status).map(({ host, task }) => `${host} ${task}`)
}

/** What went wrong, for people. */
export function failures(told: Told): string {
  return JSON.stringify(told.events.filter(event => event['error'] ?? event.event === 'error'))
}

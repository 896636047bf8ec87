import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Told } from '../../support/rampart.ts'
import { rampartRun } from '../../support/rampart.ts'
import type { TestLab } from '../lab.ts'
import { failures, tasks } from './bench.ts'

/** The playbook of the role tailscale. */
export const TAILSCALE = join(import.meta.dirname, '../../../playbooks/tailscale.ts')

/** Variables of the role, as arguments of a run. */
export const given = (...vars: readonly string[]) => vars.flatMap(one => ['-e', `tailscale.${one}`])

/** The playbook on a lab, and what the hosts' own daemons say. */
export function tailnetBench(lab: TestLab) {
  /** Runs a script as root, which must succeed, and returns what it printed. */
  const inside = async (host: string, script: string): Promise<string> => {
    const { code, stdout, stderr } = await lab.inside(host, script)
    expect({ code, stderr, stdout }, script).toMatchObject({ code: 0 })
    return stdout.trimEnd()
  }
  const run = (...more: readonly string[]): Promise<Told> =>
    rampartRun([TAILSCALE, '-i', lab.files.inventory, ...more])
  return {
    ...{ inside, run },
    /** Runs once more: nothing is left to do. */
    converged: async (...more: readonly string[]): Promise<void> => {
      const told = await run(...more)
      expect(told.code, failures(told)).toBe(0)
      expect(tasks(told, 'changed')).toEqual([])
    },
    /** The key that lets hosts of the lab into its tailnet. */
    key: async () => (await readFile(lab.files.tailscaleKey, 'utf8')).trim(),
    status: async (host: string) => JSON.parse(await inside(host, 'tailscale status --json --peers=false')),
    prefs: async (host: string) => JSON.parse(await inside(host, 'tailscale debug prefs')),
    /** One line that changes with whatever a dry run might change. */
    state: (host: string) =>
      inside(
        host,
        '{ find /etc /root /var/lib/rampart -xdev -type f -exec sha256sum {} + ; dpkg-query -W; iptables-save | grep -v ^#; } 2>/dev/null | sort | sha256sum',
      ),
  }
}

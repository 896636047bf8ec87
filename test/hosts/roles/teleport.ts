import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Told } from '../../support/rampart.ts'
import { rampartRun, startRampart } from '../../support/rampart.ts'
import { playbook } from '../door.ts'
import type { TestLab } from '../lab.ts'
import { failures, tasks } from './bench.ts'

/** The playbook `teleport` on a lab, and what the cluster says. */
export function teleportBench(lab: TestLab) {
  const home = mkdtempSync(join(tmpdir(), 'rampart-teleport-'))
  const invites = join(home, 'invites')
  const args = [
    ...[playbook('teleport'), '-i', lab.files.inventory],
    ...['-e', `teleport-bastion.invites=${invites}`],
    ...['-e', 'teleport-bastion.observers=[anna]'],
  ]
  // Folders of its own, so that they can be searched.
  const env = { XDG_STATE_HOME: join(home, 'state'), XDG_CACHE_HOME: join(home, 'cache') }
  const inside = async (host: string, script: string, input = ''): Promise<string> => {
    const { code, stdout, stderr } = await lab.inside(host, `set -eu\n${script}`, input)
    expect({ code, stderr, stdout }, script).toMatchObject({ code: 0 })
    return stdout.trimEnd()
  }
  const run = (...more: readonly string[]): Promise<Told> => rampartRun([...args, ...more], { env })
  const given = (...vars: readonly string[]) => run(...vars.flatMap(one => ['-e', one]))
  const succeed = async (told: Promise<Told>): Promise<Told> => {
    const ended = await told
    expect(ended.code, failures(ended)).toBe(0)
    return ended
  }
  const tctl = (words: string, input = '') =>
    inside('bastion', `docker exec -i teleport tctl -c /etc/teleport/teleport.yaml ${words}`, input)
  return {
    ...{ home, env, inside, run, given, succeed, tctl },
    start: (...more: readonly string[]) => startRampart(['run', ...args, ...more, '--json'], { env }),
    /** A run of the nodes' role alone, which knows no variables of the other. */
    startNodes: (...more: readonly string[]) =>
      startRampart(['run', ...args.slice(0, 3), '-l', 'dgx', '--role', 'teleport-agent', ...more, '--json'], {
        env,
      }),
    /** Runs once more: nothing is left to do. */
    converged: async (...vars: readonly string[]) =>
      expect(tasks(await succeed(given(...vars)), 'changed')).toEqual([]),
    json: async <T>(words: string): Promise<T> => JSON.parse(await tctl(`${words} --format=json`)),
    /** The links that were handed out, by the names of their files. */
    links: () =>
      Object.fromEntries(
        readdirSync(invites).map(name => [name, readFileSync(join(invites, name), 'utf8').trim()]),
      ),
  }
}

/** A node as `tctl nodes ls` has it. */
export interface ListedNode {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> }
  readonly spec: { readonly hostname: string; readonly version: string; readonly use_tunnel?: boolean }
}

/** Where a secret is found on a host, whose own it is not: files, output of containers, the journal, processes of late. */
export const SEARCH = `
cat >/run/wanted
grep -rlsF -f /run/wanted --exclude-dir=backend /etc /home /root /opt /srv /var /usr/local /tmp || true
find /run -xdev -type f ! -path '/run/seen/tokens' ! -path /run/wanted -exec grep -lsF -f /run/wanted {} + || true
! journalctl --no-pager -q -o cat | grep -qF -f /run/wanted || echo journal
! ps -eo args | grep -v grep | grep -qF -f /run/wanted || echo processes
rm /run/wanted`

/** Writes down, time and again, which processes there are, and on the bastion which tokens. */
export const WATCH = `
mkdir -p /run/seen
systemd-run -q --unit=seen-ps sh -c 'while :; do ps -eo args >>/run/seen/ps; sleep 0.02; done'
if command -v docker >/dev/null; then
  systemd-run -q --unit=seen-tokens sh -c 'while :; do docker exec teleport tctl -c /etc/teleport/teleport.yaml tokens ls --with-secrets --format=json >>/run/seen/tokens; done'
fi`

export const UNWATCH = 'systemctl stop seen-ps; systemctl stop seen-tokens 2>/dev/null || true'

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { docker } from '../../src/controller/docker.ts'
import { requireEngine } from '../../src/lab/engine.ts'
import { labels } from '../../src/lab/place.ts'
import type { Told } from '../support/rampart.ts'
import { rampartRun, startRampart } from '../support/rampart.ts'
import { playbook } from './door.ts'
import { guardBench, reasonOf, sideBySide, statesOf, warningsOf } from './guard/bench.ts'
import { useLab } from './lab.ts'
import { until } from './look.ts'

const lab = useLab({ name: 'guard-fleet', nodes: 4 })
vi.setConfig({ testTimeout: 400_000, hookTimeout: 600_000 })

const bench = guardBench(lab, ['dgx01', 'dgx02', 'dgx03', 'dgx04'], 'guard-fleet')
const { expectLogin, expectRolledBack, guard, inside, left, look, run, states, tidy } = bench
const hosts = ['bastion', 'dgx01', 'dgx02', 'dgx03', 'dgx04']

const guardsOf = ({ events }: Told) =>
  events.filter(({ event }) => event === 'guard').map(({ host, state }) => `${host} ${state}`)

describe('a fleet', () => {
  test('a bad change: one host makes it and goes back, and no other is touched', async () => {
    const before = await Promise.all(hosts.map(look))
    const told = await run('dgx', 'bad')
    expectRolledBack(told)
    const statuses = told.tasks.map(({ status }) => status).sort()
    expect(statuses).toEqual(['rolled-back', 'skipped', 'skipped', 'skipped'])
    const canary = told.tasks.find(({ status }) => status === 'rolled-back')?.host
    expect(told.tasks.filter(({ status }) => status === 'skipped')).toEqual(
      hosts
        .filter(host => host !== 'bastion' && host !== canary)
        .map(
          () =>
            expect.objectContaining({ after: `a guarded change was rolled back on ${canary}` }) as unknown,
        ),
    )
    expect(await Promise.all(hosts.map(look))).toEqual(before)
    const txns = await Promise.all(
      hosts.map(host => inside(host, 'ls /var/lib/rampart/txn 2>/dev/null | wc -l')),
    )
    expect(txns.sort()).toEqual(['0', '0', '0', '0', '1'])
  })

  test('a good change: one host goes first, and the bastion is never changed while a node is', async () => {
    const told = await run('all', 'good')
    expect(told.code).toBe(0)
    const guards = guardsOf(told)
    expect(guards).toHaveLength(2 * hosts.length)
    const [first] = (guards[0] as string).split(' ')
    expect(guards.slice(0, 2)).toEqual([`${first} armed`, `${first} confirmed`])
    // What happens between the two of the bastion happens on no node.
    const open = new Set<string>()
    for (const guard of guards) {
      const [host = '', state] = guard.split(' ')
      if (state === 'armed') open.add(host)
      else open.delete(host)
      if (open.has('bastion')) expect([...open]).toEqual(['bastion'])
    }
    await Promise.all(hosts.map(tidy))
  })

  test.each([
    ['a node of the run is behind it', 'bastion,dgx03', 'behind'],
    ['the guard names a node behind it', 'bastion', 'through'],
  ])('T14 the bastion lets nobody through any more, and %s: rolled back', async (_, limit, tag) => {
    const before = await look('bastion')
    const told = await run(limit, tag)
    expectRolledBack(told)
    expect(reasonOf(told)).toMatch(/^dgx0\d .*bastion/)
    expect(await look('bastion')).toBe(before)
    await expectLogin('dgx02')
    expect(await left('bastion')).toBe('')
  })
})

let folder: string
let plain: string
const inventory = () => join(folder, 'plain.yaml')
/** A host without systemd: its way back would not outlive a restart. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-guard-'))
  plain = lab.container('plain')
  const engine = await requireEngine()
  const { stdout } = await docker(engine, ['inspect', '-f', '{{.Config.Image}}', lab.container('dgx01')])
  const label = `${labels.lab}=${lab.name}`
  const args = ['run', '-d', '--name', plain, '--label', label, stdout.trim(), 'sleep', 'infinity']
  expect(await docker(engine, args)).toMatchObject({ code: 0 })
  await writeFile(
    inventory(),
    JSON.stringify({ all: { hosts: { plain: { transport: 'docker', container: plain } } } }),
  )
})
afterAll(async () => {
  await docker(await requireEngine(), ['rm', '-f', plain])
  await rm(folder, { recursive: true })
})

describe('one host', () => {
  const weak = (...vars: readonly string[]) => [
    ...[playbook('guard-weak'), '-i', inventory()],
    ...vars.flatMap(it => ['-e', it]),
  ]
  const weakly = (host: string, ...more: readonly string[]) =>
    rampartRun([playbook('guard-weak'), '-i', lab.files.inventory, '-l', host, ...more])
  const onPlain = (...vars: readonly string[]) => rampartRun(weak(...vars))

  test('without systemd: refused unless that is allowed; then confirmed, or undone by us or by itself', async () => {
    const refused = await onPlain()
    expect({ code: refused.code, guards: statesOf(refused) }).toEqual({ code: 3, guards: [] })
    expect(refused.tasks[0]?.error?.message).toMatch(
      /^the guard could not be armed, so nothing was changed: .*it has no systemd/,
    )
    expect(await inside('plain', 'ls /etc/guarded; ls /var/lib/rampart/txn/*/state.*')).toBe('')
    expect(statesOf(await onPlain('weak=true'))).toEqual(['armed', 'confirmed'])
    const undone = await onPlain('weak=true', 'content=two', 'fails=true')
    expectRolledBack(undone)
    expect(await inside('plain', 'cat /etc/guarded')).toBe('one')
    const killed = startRampart(['run', ...weak('weak=true', 'content=three', 'waits=true'), '--json'])
    await until(lab, 'plain', 'grep -q three /etc/guarded')
    killed.kill('SIGKILL')
    await killed.end
    await until(lab, 'plain', 'grep -q one /etc/guarded', 120)
    await until(lab, 'plain', '[ "$(ls /var/lib/rampart/txn/*/state.rolled-back | wc -l)" = 2 ]')
    expect(await inside('plain', 'ps -eo args | grep -E "[u]ndo.sh|[w]ay-back"')).toBe('')
  })

  sideBySide(bench, {
    'its undo fails: LOCKOUT RISK, tried again, told in every run, and undone when it can be': async host => {
      const told = await run(host, 'stuck')
      expect({ code: told.code, guards: statesOf(told) }).toEqual({
        code: 3,
        guards: ['armed', 'rollback-failed'],
      })
      expect(told.tasks[0]?.error?.hint).toMatch(/^LOCKOUT RISK\. .*undo\.log/)
      const txid = await inside(host, 'ls /var/lib/rampart/txn')
      expect(await inside(host, `systemctl is-active rampart-rb-${txid}-1.timer`)).toBe('active')
      const warned = warningsOf(await run(host, 'good', '--check'))
      expect(warned).toEqual([
        expect.stringMatching(
          new RegExp(`^LOCKOUT RISK: ${host} could not roll back the guarded change "a change for good"`),
        ),
      ])
      expect((await guard('undo', host)).code).toBe(3)
      await inside(host, `touch /root/mended && systemctl start rampart-rb-${txid}-1.service`)
      await until(lab, host, `test -e /var/lib/rampart/txn/${txid}/state.rolled-back`)
      expect(await inside(host, 'ls /etc/guarded')).toBe('')
    },

    'its undo fails, and a person accepts the change as it is': async host => {
      expect((await run(host, 'stuck')).code).toBe(3)
      const { code, stdout } = await guard('confirm', host)
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^dgx\d+\n {2}confirmed +a change for good · /) as string,
      })
      expect(await states(host)).toBe('confirmed')
      expect(warningsOf(await run(host, 'good', '--check'))).toEqual([])
    },

    'what should be refused still works: failed, and it stays': async host => {
      const told = await run(host, 'open')
      expect({ code: told.code, guards: statesOf(told) }).toEqual({ code: 3, guards: ['armed', 'confirmed'] })
      expect(told.tasks[0]?.error?.message).toBe(
        'it was confirmed, and yet what it should refuse still works: password',
      )
      expect(await inside(host, 'sshd -T | grep ^maxauthtries')).toBe('maxauthtries 4')
    },

    'what should be refused is refused: a password, a port': async host => {
      const told = await run(host, 'shut')
      expect({ code: told.code, guards: statesOf(told) }).toEqual({ code: 0, guards: ['armed', 'confirmed'] })
    },

    'sshd moves to another port: proven there': async host => {
      const told = await run(host, 'moved')
      expect({ code: told.code, guards: statesOf(told) }).toEqual({ code: 0, guards: ['armed', 'confirmed'] })
      expect(await inside(host, 'sshd -T | grep ^port')).toBe('port 2022')
    },

    'sshd listens at the old port too, which should be refused': async host => {
      const told = await run(host, 'two')
      expect({ code: told.code, guards: statesOf(told) }).toEqual({ code: 3, guards: ['armed', 'confirmed'] })
      expect(told.tasks[0]?.error?.message).toContain('port:22')
    },

    'sshd moves elsewhere than was said: rolled back': async host => {
      const before = await look(host)
      const told = await run(host, 'elsewhere')
      expectRolledBack(told)
      await bench.expectAsBefore(host, before)
    },

    'its disk is full: nothing is changed': async host => {
      const before = await look(host)
      await inside(
        host,
        'rm -rf /var/lib/rampart; mkdir -p /var/lib/rampart; mount -t tmpfs -o size=64k tmpfs /var/lib/rampart',
      )
      const told = await weakly(host, '-e', 'weak=true')
      await inside(host, 'umount /var/lib/rampart')
      expect({ code: told.code, guards: statesOf(told) }).toEqual({ code: 3, guards: [] })
      expect(told.tasks[0]?.error?.message).toMatch(
        /^the guard could not be armed, so nothing was changed: no space left in \/var\/lib\/rampart\/txn/,
      )
      await bench.expectAsBefore(host, before)
    },

    'what leads back is in memory: refused, as a restart would lose it': async host => {
      const before = await look(host)
      await inside(host, 'mkdir -p /var/lib/rampart; mount -t tmpfs tmpfs /var/lib/rampart')
      const told = await weakly(host)
      await inside(host, 'umount /var/lib/rampart')
      expect({ code: told.code, guards: statesOf(told) }).toEqual({ code: 3, guards: [] })
      expect(told.tasks[0]?.error?.message).toContain('/var/lib is in memory')
      await bench.expectAsBefore(host, before)
    },
  })
})

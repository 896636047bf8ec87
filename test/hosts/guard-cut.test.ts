import { hostname, userInfo } from 'node:os'
import { describe, expect, vi } from 'vitest'
import { docker } from '../../src/controller/docker.ts'
import { requireEngine } from '../../src/lab/engine.ts'
import { rampartRun, startRampart, toldOf } from '../support/rampart.ts'
import { playbook } from './door.ts'
import { guardBench, reasonOf, sideBySide, statesOf, WITHIN } from './guard/bench.ts'
import { useLab } from './lab.ts'
import { until } from './look.ts'

const lab = useLab({ name: 'guard-cut', nodes: 4 })
vi.setConfig({ testTimeout: 400_000 })

const bench = guardBench(lab, ['dgx01', 'dgx02', 'dgx03', 'dgx04'])
const { expectLogin, guard, inside, left, look, states } = bench

const args = (host: string, vars: readonly string[] = []) => [
  ...[playbook('guard-slow'), '-i', lab.files.inventory, '-l', host],
  ...vars.flatMap(it => ['-e', it]),
]
const start = (host: string, ...vars: readonly string[]) =>
  startRampart(['run', ...args(host, vars), '--json'])
const begun = (host: string) => until(lab, host, 'test -e /root/begun')
const go = (host: string) => inside(host, 'touch /root/go')
const ended = (host: string) =>
  until(lab, host, 'cd /var/lib/rampart/txn && ls */state.* | grep -qv -e pending -e rolling', 120)
const OWNER = `${userInfo().username}@${hostname()}`

/** Seconds from arming until the host began to undo, by its own clock. */
const waited = async (host: string) =>
  Number(
    await inside(host, 'cd /var/lib/rampart/txn/* && echo $(($(stat -c %Y reason) - $(stat -c %Y armed)))'),
  )

/** The runner is killed in the window. */
const dies =
  (...vars: readonly string[]) =>
  async (host: string): Promise<void> => {
    const before = await look(host)
    const running = start(host, ...vars)
    await running.until('"state":"armed"')
    await begun(host)
    running.kill('SIGKILL')
    await running.end
    // Without it systemd may be a minute late: on a loaded machine no clock of ours could tell.
    expect(await inside(host, 'systemctl show -p AccuracyUSec "rampart-rb-*.timer"')).toBe('AccuracyUSec=1s')
    await ended(host)
    expect(await waited(host)).toBeGreaterThanOrEqual(WITHIN)
    expect(await states(host)).toBe('rolled-back')
    expect(await look(host)).toBe(before)
    expect(await left(host)).toBe('')
    expect(
      await inside(
        host,
        'systemctl list-units --all --no-legend "rampart-ap-*"; flock -n /run/rampart/lock true || echo held',
      ),
    ).toBe('')
    await expectLogin(host)
  }

describe('what becomes of a guarded change when', () => {
  sideBySide(bench, {
    'T04 the runner dies before it has changed anything: the host takes no part of it': dies('wait=before'),
    'T04 the runner dies when it has locked everybody out: the host goes back by itself, in time':
      dies('lockout=true'),

    'R01 somebody interrupts it once: what is under way ends, and is undone': async host => {
      const before = await look(host)
      const running = start(host, 'lockout=true', 'within=180')
      await begun(host)
      running.kill('SIGINT')
      await go(host)
      const told = toldOf(await running.end)
      expect({ code: told.code, guards: statesOf(told) }).toEqual({
        code: 130,
        guards: ['armed', 'rolled-back'],
      })
      expect(reasonOf(told)).toBe('the run was interrupted')
      expect(told.tasks.map(({ task, status }) => `${task} ${status}`)).toEqual([
        'slow change rolled-back',
        'command after skipped',
      ])
      expect(await look(host)).toBe(before)
      expect(await left(host)).toBe('')
      await expectLogin(host)
    },

    'R01 twice: it leaves at once and says what the host will do. T09 Others find it open, see it and end it':
      async host => {
        const before = await look(host)
        const running = start(host, 'within=600')
        await begun(host)
        running.kill('SIGINT')
        await new Promise(resolve => setTimeout(resolve, 100))
        running.kill('SIGINT')
        const told = toldOf(await running.end)
        const txid = /^[0-9a-f]{32}/.exec(await inside(host, 'ls /var/lib/rampart/txn'))?.[0]
        expect({ code: told.code, guards: statesOf(told) }).toEqual({
          code: 130,
          guards: ['armed', 'unknown'],
        })
        expect(told.tasks[0]).toMatchObject({
          status: 'unknown',
          error: {
            hint: expect.stringMatching(
              new RegExp(
                `^The host undoes it by itself in 5\\d\\d s \\(${txid}\\); look with: rampart guard status ${host}$`,
              ),
            ) as string,
          },
        })
        await go(host)
        await until(lab, host, 'flock -n /run/rampart/lock true')

        const second = await rampartRun(args(host))
        expect(second).toMatchObject({ code: 3, tasks: [] })
        expect(second.events.find(({ event }) => event === 'host')).toMatchObject({
          status: 'refused',
          error: {
            name: 'HostLocked',
            message: expect.stringMatching(
              new RegExp(
                `^the guarded change "slow change" of ${OWNER} is still open on ${host}; the host undoes it in 5\\d\\d s$`,
              ),
            ) as string,
          },
        })
        const status = await guard('status', host)
        expect(status).toMatchObject({ code: 0, stderr: '' })
        expect(status.stdout).toMatch(
          new RegExp(
            `^${host}\n  pending +slow change · ${OWNER} · ${txid} · undone in 5\\d\\d s unless confirmed\n$`,
          ),
        )
        expect(JSON.parse((await guard('status', host, '--json')).stdout)).toEqual({
          host,
          guards: [
            {
              ...{ txid, state: 'pending', task: 'slow change', owner: OWNER, reason: '', told: false },
              left: expect.any(Number) as number,
            },
          ],
        })
        const undone = await guard('undo', host)
        expect(undone.code).toBe(0)
        expect(undone.stdout).toMatch(/^dgx\d+\n {2}rolled-back +slow change · .* · somebody asked for it\n$/)
        expect(await look(host)).toBe(before)
        expect(await left(host)).toBe('')
        // What has ended stays as it is.
        expect((await guard('confirm', host)).stdout).toBe(undone.stdout)
        expect(await guard('status', 'bastion')).toMatchObject({
          code: 0,
          stdout: 'bastion  no guarded change\n',
        })
      },

    'somebody confirms it before the run can: it stays': async host => {
      const running = start(host, 'within=600')
      await begun(host)
      const confirmed = await guard('confirm', host)
      expect(confirmed.stdout).toMatch(/^dgx\d+\n {2}confirmed +slow change · \S+ · [0-9a-f]+\n$/)
      expect(confirmed.code).toBe(0)
      await go(host)
      const told = toldOf(await running.end)
      expect({ code: told.code, guards: statesOf(told) }).toEqual({ code: 0, guards: ['armed', 'confirmed'] })
      expect((await guard('undo', host)).stdout).toBe(confirmed.stdout)
      expect(await inside(host, 'cat /etc/guarded')).toBe('x')
      expect(await left(host)).toBe('')
    },

    'somebody undoes it before the run can: it is told as rolled back': async host => {
      const before = await look(host)
      const running = start(host, 'within=600')
      await begun(host)
      expect((await guard('undo', host)).code).toBe(0)
      const told = toldOf(await running.end)
      expect({ code: told.code, guards: statesOf(told) }).toEqual({
        code: 5,
        guards: ['armed', 'rolled-back'],
      })
      expect(await look(host)).toBe(before)
      expect(await left(host)).toBe('')
    },

    'T05 the host starts anew: it goes back before sshd lets anybody in': async host => {
      const before = await look(host)
      const running = start(host, 'lockout=true', 'within=600')
      await begun(host)
      const engine = await requireEngine()
      expect(await docker(engine, ['restart', '-t', '1', lab.container(host)])).toMatchObject({ code: 0 })
      const told = toldOf(await running.end)
      expect({ code: told.code, guards: statesOf(told) }).toEqual({
        code: 5,
        guards: ['armed', 'rolled-back'],
      })
      await expectLogin(host)
      // The tables of a container are empty after a restart; FOREIGN is not there any more.
      const disk = (state: string) => state.split('\n').filter(line => !/^[-:*]|^COMMIT/.test(line))
      expect(disk(await look(host))).toEqual(disk(before))
      expect(await inside(host, 'cat /var/lib/rampart/txn/*/reason')).toBe(
        'the host was started again before it was confirmed',
      )
      const at = async (unit: string, what: string) =>
        Number(await inside(host, `systemctl show -p ${what} --value ${unit}`))
      expect(await at('rampart-boot-guard', 'ExecMainExitTimestampMonotonic')).toBeGreaterThan(0)
      expect(await at('rampart-boot-guard', 'ExecMainExitTimestampMonotonic')).toBeLessThan(
        await at('ssh', 'ExecMainStartTimestampMonotonic'),
      )
      expect(await left(host)).toBe('')
    },
  })
})

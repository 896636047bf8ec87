import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { rampartRun } from '../support/rampart.ts'
import { useLab } from './lab.ts'
import { failures, rolesBench, tasks } from './roles/bench.ts'
import { DRIFTS, FOREIGN, LEFT, UNTOUCHED } from './roles/drifts.ts'
import { interrupted } from './roles/interrupted.ts'
import { secrecy } from './roles/secrecy.ts'
import { startUpstream } from './roles/upstream.ts'
import { variables } from './roles/variables.ts'
import { wayOut } from './roles/way-out.ts'
import { webAddress } from './roles/web-address.ts'

const lab = useLab({ name: 'roles', nodes: 1, world: true })
vi.setConfig({ testTimeout: 240_000, hookTimeout: 600_000 })

const bench = rolesBench(lab)
const { run, inside, converged } = bench
const left = async (host: 'bastion' | 'dgx01') => (await lab.inside(host, LEFT[host])).stdout.trimEnd()

const state = (host: string) =>
  inside(
    host,
    '{ find /etc /home /root /var/lib/rampart -xdev -type f -exec sha256sum {} + ; dpkg-query -W; getent passwd; getent group; } 2>/dev/null | sort | sha256sum',
  )

beforeAll(async () => {
  await Promise.all([
    inside('bastion', FOREIGN.bastion),
    inside('dgx01', FOREIGN.dgx01),
    inside('bastion', startUpstream),
  ])
  const key = await inside(
    'bastion',
    'su ops -c "ssh-keygen -q -t ed25519 -N \'\' -f ~/.ssh/id_ed25519" && cat ~ops/.ssh/id_ed25519.pub',
  )
  for (const host of ['bastion', 'dgx01']) await inside(host, `echo '${key}' >>/root/.ssh/authorized_keys`)
  await inside('dgx01', 'cp /root/.ssh/authorized_keys /root/keys-before')
})

test('a dry run names what would change, and changes nothing', async () => {
  const before = await Promise.all(['bastion', 'dgx01'].map(state))
  const told = await run('--check')
  expect(told.code, failures(told)).toBe(2)
  for (const task of [
    'aptRepository docker',
    'repository',
    'web server',
    'packages tinyproxy',
    '~/.ssh/config.d',
  ])
    expect(tasks(told, 'would-change')).toContain(`bastion ${task}`)
  for (const task of ['apt proxies', 'vendor account', 'proxy of repository cuda'])
    expect(tasks(told, 'would-change')).toContain(`dgx01 ${task}`)
  expect(await Promise.all(['bastion', 'dgx01'].map(state))).toEqual(before)
})

test('the first run converges, the second changes nothing, and what is others’ is as it was', async () => {
  const first = await run()
  expect(first.code, failures(first)).toBe(0)
  await converged()
  expect(await left('bastion')).toBe(UNTOUCHED.bastion)
  expect(await left('dgx01')).toBe(UNTOUCHED.dgx01)
})

test('B3 a container that publishes a port without an address does so on the loopback', async () => {
  await inside(
    'bastion',
    'docker network create apart && docker pull -q busybox && docker run -d --rm --name web --network apart -p 8081:80 busybox httpd -f',
  )
  expect(await inside('bastion', 'docker port web')).toBe('80/tcp -> 127.0.0.1:8081')
  expect(
    await inside('bastion', 'docker compose version && docker rm -f web && docker network rm apart'),
  ).toContain('Compose')
})

webAddress(bench)

wayOut(bench)

test('B20 the vendor has no way in of its own, and no way to root', async () => {
  const password = (await readFile(lab.files.password, 'utf8')).trim()
  expect(await lab.sshByPassword('dgx01', 'dev', password, 'id')).toMatchObject({ code: 255 })
  expect(await inside('dgx01', 'id -nG dev; getent shadow dev | cut -d : -f 2')).toBe('dev\n*')
  expect((await lab.inside('dgx01', 'sudo -l -U dev')).stdout).toContain('is not allowed to run sudo')
})

test('B24 apt reaches its hosts through the proxy, and dnf the repository that is named', async () => {
  expect(await inside('dgx01', `apt-config dump | grep -c 'Proxy::.*8888'`)).not.toBe('0')
  expect(
    (await lab.inside('dgx01', 'apt-config dump | grep -E \'^Acquire::https?::Proxy "[^"]\'')).stdout,
  ).toBe('')
  expect(await inside('dgx01', 'tail -n 1 /etc/yum.repos.d/all.repo')).toMatch(
    /^proxy=http:\/\/172\.\d+\.\d+\.10:8888$/,
  )
})

test('an administrator logs in by alias in one command', async () => {
  expect(
    await inside('bastion', "su ops -c 'ssh dgx01 hostname; ssh -G dgx01 | grep -c ^controlpersist'"),
  ).toBe('dgx01\n1')
  // On the administrator's own machine: this one, of which a dry run changes nothing.
  const local = await rampartRun([
    join(import.meta.dirname, '../../playbooks/admin-ssh-config.ts'),
    '-i',
    lab.files.inventory,
    '--check',
  ])
  expect([0, 2]).toContain(local.code)
  expect(local.recap.hosts['localhost']).toMatchObject({ changed: 0, failed: 0 })
})

test('what was changed by hand is found, and mended by its own task alone', async () => {
  await run() // whatever another try has left
  for (const [host, , script] of DRIFTS) await inside(host, script)
  const expected = DRIFTS.map(([host, task]) => `${host} ${task}`).sort()
  expect(
    tasks(await run('--check'), 'would-change')
      .filter(one => expected.includes(one))
      .sort(),
  ).toEqual(expected)
  const told = await run()
  expect(told.code, failures(told)).toBe(0)
  expect([...tasks(told, 'changed')].sort()).toEqual(expected)
  await converged()
  expect(await left('bastion')).toBe(UNTOUCHED.bastion)
  expect(await left('dgx01')).toBe(UNTOUCHED.dgx01)
})

variables(bench)

interrupted(bench)

secrecy(bench)

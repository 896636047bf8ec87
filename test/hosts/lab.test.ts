import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { docker } from '../../src/controller/docker.ts'
import { requireEngine } from '../../src/lab/engine.ts'
import type { LabEvent } from '../../src/lab/index.ts'
import { down, exec, status, up } from '../../src/lab/index.ts'
import { useLab } from './lab.ts'

const lab = useLab({ name: 'lab' })
const which = { name: lab.name, cwd: dirname(dirname(lab.folder)) }
const hosts = ['bastion', 'dgx01', 'dgx02']

const engine = async (...args: string[]) => docker(await requireEngine(), args)
const changedSteps = (told: readonly LabEvent[]) =>
  told.filter(event => event.state === 'done' && event.changed).map(event => event.step)

test.each([
  ['bastion', 'Debian GNU/Linux 13'],
  ['dgx01', 'Debian GNU/Linux 12'],
  ['dgx02', /Debian GNU\/Linux 13|Ubuntu 24.04/],
])('%s has booted %s and lets root in by key', async (host, system) => {
  const { stdout, stderr, code } = await lab.ssh(
    host,
    'id -un; hostname; . /etc/os-release; echo "$PRETTY_NAME"; systemctl is-system-running',
  )
  const [user, hostname, name, state] = stdout.split('\n')
  expect({ code, stderr, user, hostname, state }).toEqual({
    code: 0,
    stderr: '',
    user: 'root',
    hostname: host,
    state: 'running',
  })
  expect(name).toMatch(system)
})

test('every host has host keys and a machine-id of its own', async () => {
  const seen = await Promise.all(
    hosts.map(host => lab.inside(host, 'cat /etc/machine-id; cut -d" " -f2 /etc/ssh/ssh_host_*_key.pub')),
  )
  const all = seen.flatMap(({ stdout }) => stdout.trim().split('\n'))
  expect(all).toHaveLength(12)
  expect(new Set(all).size).toBe(12)
})

test('passwords let dev in, admin becomes root with one and ops without', async () => {
  const password = (await readFile(lab.files.password, 'utf8')).trim()
  const dev = await lab.sshByPassword('dgx01', 'dev', password, 'id -un; sudo -n true')
  expect(dev).toMatchObject({ code: 1, stdout: 'dev\n' })
  expect(await lab.sshByPassword('dgx01', 'dev', 'wrong', 'id -un')).toMatchObject({ code: 255, stdout: '' })
  expect(await lab.sshByPassword('dgx01', 'root', password, 'id -un')).toMatchObject({ code: 255 })
  expect((await lab.ssh('dgx01', 'sudo -n id -un', ['User=ops'])).stdout).toBe('root\n')
  expect((await lab.ssh('dgx01', 'sudo -n id -un', ['User=admin'])).code).toBe(1)
  const admin = await lab.sshByPassword('dgx01', 'admin', password, `echo ${password} | sudo -S id -un`)
  expect(admin.stdout).toBe('root\n')
})

test('a node has no way out, and no way in but through the bastion', async () => {
  const out = await lab.inside('dgx01', 'curl -sS --max-time 4 http://192.0.2.1/ 2>&1')
  expect(out).not.toMatchObject({ code: 0 })
  const address = parse(await readFile(lab.files.inventory, 'utf8')).all.children.dgx.hosts.dgx01.address
  const greeting = await new Promise(resolve => {
    const socket = connect({ host: address, port: 22 })
    socket.setTimeout(2000, () => resolve(undefined)).on('error', () => resolve(undefined))
    socket.once('data', chunk => resolve(chunk.toString()))
    socket.once('close', () => resolve(undefined))
  })
  expect(greeting).toBeUndefined()
  expect((await lab.inside('bastion', `timeout 3 bash -c 'head -c4 </dev/tcp/${address}/22'`)).stdout).toBe(
    'SSH-',
  )
})

test('hosts know each other by name', async () => {
  expect((await lab.inside('dgx01', 'getent hosts bastion && getent hosts dgx02')).code).toBe(0)
})

test('a host may change the settings of its own network, and none of this machine', async () => {
  expect((await lab.inside('bastion', 'sysctl -w net.ipv4.ip_forward=1')).code).toBe(0)
  expect((await lab.inside('bastion', 'sysctl -w kernel.panic=0')).code).not.toBe(0)
})

test('up again changes nothing and asks for no image', async () => {
  const told: LabEvent[] = []
  const before = await readFile(lab.files.knownHosts, 'utf8')
  const again = await up({ ...which, say: event => told.push(event) })
  expect(again).toMatchObject({ changed: false, hosts })
  expect(changedSteps(told)).toEqual([])
  expect(told.filter(event => event.step.startsWith('image'))).toEqual([])
  expect(await readFile(lab.files.knownHosts, 'utf8')).toBe(before)
})

test('host keys and files survive a restart', async () => {
  await lab.inside('bastion', 'echo kept >/etc/kept')
  await engine('restart', lab.container('bastion'))
  expect((await up(which)).changed).toBe(false)
  expect((await lab.ssh('bastion', 'cat /etc/kept')).stdout).toBe('kept\n')
})

test('up finishes what was interrupted or broken, and touches nothing else', async () => {
  const system = await engine('inspect', '--format', '{{.Config.Image}}', lab.container('dgx01'))
  await engine('rm', '--force', lab.container('dgx01'))
  // As an `up` leaves it that is cut off between making a container and starting it.
  const made = await engine(
    'create',
    ...['--name', lab.container('dgx01'), '--label', `rampart.lab=${lab.name}`],
    ...['--label', 'rampart.lab.host=dgx01', '--label', `rampart.lab.folder=${lab.folder}`],
    ...[system.stdout.trim(), '/bin/true'],
  )
  expect(made).toMatchObject({ code: 0 })
  await engine('stop', '--time', '1', lab.container('dgx02'))
  await rm(lab.files.knownHosts)
  const told: LabEvent[] = []
  await up({ ...which, say: event => told.push(event) })
  expect(changedSteps(told).sort()).toEqual(['dgx01', 'dgx02', 'inventory'])
  for (const host of hosts) expect(await lab.ssh(host, 'true')).toMatchObject({ code: 0, stderr: '' })
})

test('a lost key is replaced, on every host', async () => {
  await rm(lab.files.key)
  expect((await up(which)).changed).toBe(true)
  for (const host of hosts) expect(await lab.ssh(host, 'true')).toMatchObject({ code: 0, stderr: '' })
})

test('two at once take turns', async () => {
  await engine('rm', '--force', lab.container('dgx01'))
  const both = await Promise.all([up(which), up(which)])
  expect(both.map(each => each.changed).sort()).toEqual([false, true])
})

test('status tells what there is', async () => {
  const { up: isUp, hosts: found, folder } = await status(which)
  expect({ isUp, folder }).toEqual({ isUp: true, folder: lab.folder })
  expect(found.map(host => [host.name, host.state, host.container])).toEqual(
    hosts.map(host => [host, 'running', lab.container(host)]),
  )
  expect(found[0]?.addresses).toEqual({
    public: { v4: expect.stringMatching(/^172\.30\.\d+\.10$/), v6: expect.stringMatching(/^fd30:.*:10$/) },
    cluster: { v4: expect.stringMatching(/^172\.31\.\d+\.10$/), v6: expect.stringMatching(/^fd31:.*:10$/) },
  })
  expect(Date.parse(found[0]?.since ?? '')).toBeGreaterThan(Date.parse('2020-01-01'))
})

test.each([0, 3, 42])('exec passes on exit code %d', async code => {
  expect(await exec('dgx01', ['sh', '-c', `exit ${code}`], which)).toBe(code)
})

test('a host that is not there is named, with the one that was meant', async () => {
  await expect(exec('dgx1', ['true'], which)).rejects.toMatchObject({
    message: `the lab ${lab.name} has no host "dgx1"`,
    hint: 'Did you mean "dgx01"?',
  })
})

test('another folder may not have the lab while its owner is there', async () => {
  const other = { name: lab.name, cwd: join(which.cwd, 'other') }
  await expect(up(other)).rejects.toThrow(`belongs to ${lab.folder}`)
  await expect(down(other)).rejects.toThrow(`belongs to ${lab.folder}`)
})

test('fewer nodes on demand, and as many as there are without', async () => {
  expect((await up({ ...which, nodes: 1 })).hosts).toEqual(['bastion', 'dgx01'])
  const rest = await engine('ps', '--all', '--quiet', '--filter', `name=${lab.container('dgx02')}`)
  expect(rest.stdout).toBe('')
  expect(await up(which)).toMatchObject({ changed: false, hosts: ['bastion', 'dgx01'] })
  expect(await readFile(lab.files.inventory, 'utf8')).not.toContain('dgx02')
})

test('down leaves nothing, works when half of it is gone, and twice', async () => {
  await engine('rm', '--force', '--volumes', lab.container('bastion'))
  expect(await down(which)).toBe(true)
  for (const list of [
    ['ps', '--all'],
    ['network', 'ls'],
    ['volume', 'ls'],
  ]) {
    const left = await engine(...list, '--quiet', '--filter', `label=rampart.lab=${lab.name}`)
    expect(left).toMatchObject({ code: 0, stdout: '' })
  }
  expect(existsSync(lab.folder)).toBe(false)
  expect(await down(which)).toBe(false)
  expect((await status(which)).up).toBe(false)
  await expect(exec('dgx01', ['true'], which)).rejects.toThrow(`the lab ${lab.name} is not up`)
})

import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { docker } from '../../src/controller/docker.ts'
import { requireEngine } from '../../src/lab/engine.ts'
import { rampartRun } from '../support/rampart.ts'
import { readInventory } from './door.ts'
import { useLab } from './lab.ts'
import { until } from './look.ts'
import { openPorts } from './roles/open-ports.ts'
import { upgrade } from './roles/upstream.ts'

/** The whole stack as the first command of the README builds it, and looked at with other programs. */
const lab = useLab({ name: 'stack', world: true })
vi.setConfig({ testTimeout: 600_000 })

const site = join(import.meta.dirname, '../../playbooks/site.ts')
const run = (...args: readonly string[]) => rampartRun([site, '-i', lab.files.inventory, ...args])
const out = async (host: string, script: string): Promise<string> => {
  const { code, stdout, stderr } = await lab.inside(host, script)
  expect({ host, script, code, stderr: code === 0 ? '' : stderr }).toMatchObject({ code: 0 })
  return stdout
}
const failures = ({ tasks }: Awaited<ReturnType<typeof run>>) =>
  tasks
    .filter(({ status }) => !['ok', 'changed'].includes(status))
    .map(told => `${told.host} ${told.task}: ${told.error?.message}`)

/** What a WebSocket of Teleport's asks for (RFC 6455, 4.1). */
const WEBSOCKET =
  "-H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' -H 'Sec-WebSocket-Protocol: alpn'"

/** Both public addresses of the bastion. */
const publicSides = async (): Promise<readonly string[]> => {
  const said = await out('world', 'getent ahosts teleport.lab.test | cut -d " " -f 1 | sort -u')
  return said.trim().split('\n')
}

test('one run builds it, and a second one finds nothing to change, in a few frames', async () => {
  const first = await run()
  expect({ failures: failures(first), code: first.code }).toEqual({ failures: [], code: 0 })
  const second = await run()
  expect({ failures: failures(second), code: second.code }).toEqual({ failures: [], code: 0 })
  for (const [host, { changed, frames }] of Object.entries(second.recap.hosts)) {
    expect({ host, changed }).toEqual({ host, changed: 0 })
    expect(frames).toBeLessThanOrEqual(4)
  }
})

test('a role alone, on one node', async () => {
  const told = await run('--role', 'teleport-agent', '--limit', 'dgx02')
  expect(told).toMatchObject({ code: 0, recap: { hosts: { dgx02: { changed: 0, failed: 0 } } } })
  expect(Object.keys(told.recap.hosts)).toEqual(['dgx02'])
})

test('only 22, 80 and 443 answer on the public side of the bastion, in v4 and v6', async () => {
  const sides = await publicSides()
  expect(sides).toHaveLength(2)
  for (const address of sides) expect(await openPorts(lab, 'world', address)).toEqual([22, 80, 443])
})

test('a node answers the bastion on 22, and nobody else at all', async () => {
  const { dgx01 } = readInventory(lab).all.children.dgx.hosts
  expect(await openPorts(lab, 'bastion', dgx01.address)).toEqual([22])
  expect(await openPorts(lab, 'dgx02', dgx01.address)).toEqual([])
})

test('the web path upgrades WebSockets', async () => {
  expect(await out('world', upgrade('websocket', WEBSOCKET))).toMatch(/^HTTP\/1.1 101 /)
})

test('the nodes are joined, against the Teleport stand-in', async () => {
  const nodes = JSON.parse(await out('bastion', 'docker exec teleport tctl nodes ls --format=json')) as {
    readonly spec: { readonly hostname: string }
  }[]
  expect(nodes.map(({ spec }) => spec.hostname).sort()).toEqual(['dgx01', 'dgx02'])
})

test('the vendor logs in nowhere by ssh; the administrator everywhere, by one command', async () => {
  const key = 'test -e /root/v || ssh-keygen -q -t ed25519 -N "" -f /root/v'
  for (const [from, to] of [
    ['world', (await publicSides())[0] ?? ''],
    ['bastion', readInventory(lab).all.children.dgx.hosts.dgx01.address],
  ] as const) {
    const tried = await lab.inside(
      from,
      `${key}; ssh -i /root/v -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null dev@${to} true`,
    )
    expect(tried.code).toBe(255)
    expect(tried.stderr).toContain('Permission denied (publickey)')
  }
  for (const host of ['bastion', 'dgx01', 'dgx02'])
    expect(await lab.ssh(host, 'hostname')).toMatchObject({ code: 0, stdout: `${host}\n` })
})

test('with tailscaled stopped, all of it still works by 443 and 22', async () => {
  for (const host of ['bastion', 'dgx01', 'dgx02']) await out(host, 'systemctl stop tailscaled')
  expect(await out('world', upgrade('websocket', WEBSOCKET))).toMatch(/^HTTP\/1.1 101 /)
  for (const host of ['bastion', 'dgx01', 'dgx02'])
    expect(await lab.ssh(host, 'hostname')).toMatchObject({ code: 0 })
  const mended = await run()
  expect({ failures: failures(mended), code: mended.code }).toEqual({ failures: [], code: 0 })
  expect((await out('dgx01', 'systemctl is-active tailscaled')).trim()).toBe('active')
})

test('after a restart of its Docker and of the bastion itself the firewall holds, and nothing is left to change', async () => {
  await out('bastion', 'systemctl restart docker')
  await until(lab, 'bastion', 'docker exec teleport tctl status', 120)
  const sides = await publicSides()
  for (const address of sides) expect(await openPorts(lab, 'world', address)).toEqual([22, 80, 443])
  await docker(await requireEngine(), ['restart', '-t', '5', lab.container('bastion')])
  await until(lab, 'bastion', 'systemctl is-system-running --wait; docker exec teleport tctl status', 180)
  for (const address of sides) expect(await openPorts(lab, 'world', address)).toEqual([22, 80, 443])
  await until(lab, 'bastion', 'docker exec teleport tctl nodes ls | grep -c dgx | grep -qx 2', 120)
  const told = await run()
  expect({ failures: failures(told), code: told.code }).toEqual({ failures: [], code: 0 })
  const changed = told.tasks
    .filter(({ status }) => status === 'changed')
    .map(({ host, task }) => `${host} ${task}`)
  expect(changed).toEqual([])
})

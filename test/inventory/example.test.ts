import { expect, test } from 'vitest'
import { readInventory } from '../../src/inventory/read-inventory.ts'
import { sameMachine } from '../../src/inventory/same-machine.ts'
import { rampart } from '../support/rampart.ts'

test("the repository's own example is read as its comments say", async () => {
  const cwd = new URL('../../', import.meta.url).pathname
  const importModule = () => Promise.reject(new Error('no module was expected'))
  const fleet = await readInventory({ source: 'inventory', extraVars: [], cwd, importModule })
  const told = fleet.select('all').map(host => {
    const user = 'user' in host.route ? host.route.user : undefined
    return [host.name, host.address, host.via, user, host.roleVars('ssh-hardening').inventory]
  })
  expect(told).toEqual([
    ['bastion', '203.0.113.10', undefined, 'root', { max_auth_tries: 3 }],
    ['dgx01', '10.20.0.11', 'bastion', 'root', { max_auth_tries: 3 }],
    ['dgx02', '10.20.0.12', 'bastion', 'root', { max_auth_tries: 3 }],
    ['dgx03', '10.20.0.13', 'bastion', 'root', { max_auth_tries: 3 }],
  ])
  const labelled = fleet.select('dgx').map(host => host.roleVars('teleport-agent').inventory)
  const vendors = { labels: { fleet: 'dgx', 'vendor-access': 'true' } }
  expect(labelled).toEqual([{}, {}, vendors])
  expect(sameMachine(fleet.select('all'))).toBeUndefined()
})

test('the whole stack is listed on it: whatever its roles must be given is there', {
  timeout: 300_000,
}, async () => {
  const cwd = new URL('../../', import.meta.url).pathname
  const { code, stdout, stderr } = await rampart(['list', 'playbooks/site.ts', '-i', 'inventory'], { cwd })
  expect({ code, mistake: code === 0 ? '' : stderr }).toEqual({ code: 0, mistake: '' })
  for (const role of ['teleport-bastion', 'teleport-agent', 'iptables-hardening'])
    expect(stdout).toContain(role)
})

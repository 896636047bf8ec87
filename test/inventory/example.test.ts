import { expect, test } from 'vitest'
import { readInventory } from '../../src/inventory/read-inventory.ts'
import { sameMachine } from '../../src/inventory/same-machine.ts'

test("the repository's own example is read as its comments say", async () => {
  const cwd = new URL('../../', import.meta.url).pathname
  const importModule = () => Promise.reject(new Error('no module was expected'))
  const fleet = await readInventory({ source: 'inventory', extraVars: [], cwd, importModule })
  const told = fleet.select('all').map(host => {
    const user = 'user' in host.route ? host.route.user : undefined
    return [host.name, host.address, host.via, user, host.roleVars('ssh-hardening').inventory]
  })
  const nodes = ['10.20.0.11:22', '10.20.0.12:22', '10.20.0.13:22']
  expect(told).toEqual([
    [
      'bastion',
      '100.64.0.1',
      undefined,
      'root',
      { max_auth_tries: 3, tcp_forwarding: 'local', permit_open: nodes },
    ],
    ['dgx01', '10.20.0.11', 'bastion', 'root', { max_auth_tries: 3 }],
    ['dgx02', '10.20.0.12', 'bastion', 'root', { max_auth_tries: 3 }],
    ['dgx03', '10.20.0.13', 'bastion', 'root', { max_auth_tries: 3 }],
  ])
  expect(sameMachine(fleet.select('all'))).toBeUndefined()
})

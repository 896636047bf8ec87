import { describe, expect, test } from 'vitest'
import type { FleetHost } from '../../src/model/fleet.ts'
import type { Route } from '../../src/model/route.ts'
import { hostOf, inventoryOf, known } from './inventory-of.ts'

const CONTRACT = `
all:
  vars:
    user: root
    key: ~/.ssh/id_ed25519
    teleport_fqdn: teleport.example.com
    ssh-hardening: { max_auth_tries: 3 }
  hosts:
    bastion: { addresses: [100.64.0.1, 203.0.113.10], port: 22 }
  children:
    dgx:
      vars: { via: bastion, become: true }
      hosts:
        dgx[01:16]: {}
        dgx17: { address: 10.20.0.27, user: ubuntu, become_password: !env DGX17_SUDO, tailscale: { auth_key: !file ~/keys/dgx17 } }
        old: { ansible_host: 10.20.0.28, ansible_user: ubuntu, ansible_port: 2222 }
    boxes: { hosts: { toolbox: { transport: docker, container: toolbox }, teleported: { transport: openssh } } }
`

/** A route in one line: `jo@10.0.0.1:22 < root@bastion`. */
function way(route: Route): string {
  if (route.transport === 'local') return 'local'
  if (route.transport === 'docker') return `docker ${route.container}`
  const { user, addresses, port, via, transport } = route
  const here = `${user === undefined ? '' : `${user}@`}${addresses.join('|')}${port === undefined ? '' : `:${port}`}`
  return `${transport === 'ssh' ? '' : `${transport} `}${here}${via === undefined ? '' : ` < ${way(via)}`}`
}

const jump = 'root@100.64.0.1|203.0.113.10:22'

test('the inventory of the contract', async () => {
  const fleet = await inventoryOf(CONTRACT)
  const dgx = Array.from({ length: 16 }, (_, i) => `dgx${String(i + 1).padStart(2, '0')}`)
  expect([...fleet.groups]).toEqual([
    ['all', ['bastion', ...dgx, 'dgx17', 'old', 'toolbox', 'teleported']],
    ['dgx', [...dgx, 'dgx17', 'old']],
    ['boxes', ['toolbox', 'teleported']],
    ['ungrouped', ['bastion']],
  ])
  const ways = Object.fromEntries(Array.from(fleet.hosts.values(), host => [host.name, way(host.route)]))
  expect(ways).toEqual({
    bastion: jump,
    ...Object.fromEntries(dgx.map(name => [name, `root@${name} < ${jump}`])),
    dgx17: `ubuntu@10.20.0.27 < ${jump}`,
    old: `ubuntu@10.20.0.28:2222 < ${jump}`,
    toolbox: 'docker toolbox',
    teleported: 'openssh root@teleported',
    localhost: 'local',
  })
  const { name, address, via, become, groups } = known(fleet, 'dgx17')
  expect({ name, address, via, become, groups: [...groups] }).toEqual({
    name: 'dgx17',
    address: '10.20.0.27',
    via: 'bastion',
    become: true,
    groups: ['dgx', 'all'],
  })
  expect(known(fleet, 'dgx17').becomePassword).toBeDefined()
  expect(known(fleet, 'bastion').become).toBe(false)
  expect(known(fleet, 'dgx01').vars.string('teleport_fqdn')).toBe('teleport.example.com')
  expect(known(fleet, 'dgx01').roleVars('ssh-hardening').inventory).toEqual({ max_auth_tries: 3 })
})

test('hosts behind one bastion share one route to it, so that they can share its connection', async () => {
  const fleet = await inventoryOf(CONTRACT)
  const vias = fleet.select('dgx').map(({ route }) => (route.transport === 'ssh' ? route.via : undefined))
  expect(new Set(vias).size).toBe(1)
})

/** What is said of the host `a`, and the way to it. */
test.each([
  ['', 'a'],
  ['address: 10.0.0.1', '10.0.0.1'],
  ['address: 2001:db8::1', '2001:db8::1'],
  ['address: "[2001:db8::1]"', '2001:db8::1'],
  ['address: fe80::1%eth0', 'fe80::1%eth0'],
  ['addresses: [a.ts.net, 10.0.0.1, a.ts.net]', 'a.ts.net|10.0.0.1'],
  ['port: 2222', 'a:2222'],
  ['port: "2222"', 'a:2222'],
  ['port: 65535', 'a:65535'],
  ['port: 1', 'a:1'],
  ['user: jo, ansible_user: jo', 'jo@a'],
  ['port: 22, ansible_ssh_port: 22', 'a:22'],
  ['ansible_ssh_host: b.lan, ansible_ssh_user: jo', 'jo@b.lan'],
  ['user: null', 'a'],
  ['transport: openssh', 'openssh a'],
  ['ansible_connection: smart', 'a'],
  ['ansible_connection: ansible.builtin.ssh', 'a'],
  ['ansible_connection: paramiko', 'a'],
  ['ansible_connection: local', 'local'],
  ['ansible_connection: community.docker.docker, ansible_host: box', 'docker box'],
  ['transport: docker', 'docker a'],
  ['via: b', 'a < jo@10.0.0.2:2200 < c'],
  ['ansible_ssh_common_args: -o ProxyJump=b', 'a < jo@10.0.0.2:2200 < c'],
  ['ansible_ssh_extra_args: -J b', 'a < jo@10.0.0.2:2200 < c'],
  ['ansible_ssh_common_args: "-C -o ControlMaster=auto -J jump.lan"', 'a < jump.lan'],
  [`ansible_ssh_common_args: '-o "ProxyJump=root@jump.lan:99"'`, 'a < root@jump.lan:99'],
  ['ansible_ssh_common_args: "-Jjo@x.lan,y.lan"', 'a < y.lan < jo@x.lan'],
  ['ansible_ssh_common_args: "-J admin@b"', 'a < admin@10.0.0.2:2200 < c'],
  ['ansible_ssh_common_args: "-J x.lan,b"', 'a < jo@10.0.0.2:2200 < x.lan'],
  ['ansible_ssh_common_args: "-J [2001:db8::1]:99"', 'a < 2001:db8::1:99'],
  ['ansible_ssh_common_args: "-o ProxyJump=none"', 'a'],
  ['via: b, ansible_ssh_common_args: "-J b"', 'a < jo@10.0.0.2:2200 < c'],
])('a: { %s }', async (said, expected) => {
  const text = `all:
  hosts:
    a: { ${said} }
    b: { address: 10.0.0.2, port: 2200, user: jo, via: c }
    c: {}`
  expect(way((await hostOf(text, 'a')).route)).toBe(expected)
})

test.each([
  ['', false],
  ['become: true', true],
  ['become: yes', true],
  ['become: "no"', false],
  ['become: root', true],
  ['become: postgres', 'postgres'],
  ['ansible_become: yes', true],
  ['ansible_become: true, ansible_become_user: postgres', 'postgres'],
  ['ansible_become: true, ansible_become_user: root', true],
  ['ansible_become: false, ansible_become_user: postgres', false],
  ['ansible_become_user: root', false],
  ['ansible_become: true, ansible_become_method: sudo', true],
])('become: { %s }', async (said, become) => {
  expect((await hostOf(`all: { hosts: { a: { ${said} } } }`, 'a')).become).toBe(become)
})

describe('names of hosts', () => {
  test.each([
    ['web[1:3]', ['web1', 'web2', 'web3']],
    ['web[1:2]:2222', ['web1', 'web2']],
    ['10.0.0.1', ['10.0.0.1']],
    ['"2001:db8::1"', ['2001:db8::1']],
    ['"[2001:db8::1]:2222"', ['2001:db8::1']],
    ['123', ['123']],
    ['münchen.example', ['münchen.example']],
    ['мир01', ['мир01']],
    // Written as "u" and a combining diaeresis, as macOS writes names of files.
    ['"mu\\u0308nchen"', ['münchen']],
  ])('%s', async (key, names) => {
    const fleet = await inventoryOf(`all:\n  hosts:\n    ${key}: {}\n`)
    expect(fleet.groups.get('all')).toEqual(names)
  })

  test('a port in a name is its port', async () => {
    const fleet = await inventoryOf('all:\n  hosts:\n    web[1:2]:2222: {}\n    "[2001:db8::1]:22": {}\n')
    const ways = Array.from(fleet.select('all'), host => way(host.route))
    expect(ways).toEqual(['web1:2222', 'web2:2222', '2001:db8::1:22'])
  })
})

describe('groups', () => {
  const names = (host: FleetHost) => [...host.groups].sort()

  test('lie in all and in each other, are named in several places, and may be empty', async () => {
    const fleet = await inventoryOf(`
all:
  children:
    dc1: { children: { web: {}, db: { hosts: db1 } } }
    empty:
web: { hosts: { web1: {}, db1: {} } }
other: { hosts: { x: } }
`)
    expect(Object.fromEntries(fleet.groups)).toEqual({
      all: ['db1', 'web1', 'x'],
      dc1: ['db1', 'web1'],
      web: ['db1', 'web1'],
      db: ['db1'],
      empty: [],
      other: ['x'],
    })
    expect(names(known(fleet, 'db1'))).toEqual(['all', 'db', 'dc1', 'web'])
    expect(names(known(fleet, 'x'))).toEqual(['all', 'other'])
  })

  test('what ansible-inventory --list --yaml prints is read as it is', async () => {
    const fleet = await inventoryOf(`
all:
  children:
    ungrouped:
      hosts:
        lone: {}
    web:
      hosts:
        web1:
          ansible_host: 10.0.0.1
          ansible_python_interpreter: /usr/bin/python3
          ansible_ssh_common_args: -o ControlMaster=auto -o ControlPersist=60s
`)
    expect(fleet.groups.get('ungrouped')).toEqual(['lone'])
    expect(way(known(fleet, 'web1').route)).toBe('10.0.0.1')
  })

  test('a group of just the host of its name is not ambiguous', async () => {
    const fleet = await inventoryOf('bastion: { hosts: { bastion: {} } }')
    expect(fleet.select('bastion').map(host => host.name)).toEqual(['bastion'])
  })
})

describe('localhost', () => {
  test('is always there, in no group, with the variables of all and none of its connection', async () => {
    const fleet = await inventoryOf('all: { vars: { port: 2222, become: true, x: 1 }, hosts: { a: {} } }')
    const localhost = known(fleet, 'localhost')
    expect(localhost.route).toEqual({ transport: 'local', host: 'localhost' })
    expect([localhost.become, localhost.groups.size, localhost.vars.number('x')]).toEqual([false, 0, 1])
    expect(fleet.select('all').map(host => host.name)).toEqual(['a'])
    expect(fleet.select('localhost')).toEqual([localhost])
  })

  test('named by the inventory it is a host like others, and still this machine unless it says where it is', async () => {
    const fleet = await inventoryOf('all: { vars: { user: root }, hosts: { localhost: {} } }')
    expect(fleet.select('all').map(host => way(host.route))).toEqual(['local'])
    const group = await inventoryOf(
      'all: { vars: { port: 2222, via: j }, hosts: { localhost:, j: { via: null } } }',
    )
    expect(way(known(group, 'localhost').route)).toBe('local')
    const other = await inventoryOf('all: { hosts: { localhost: { port: 2222 } } }')
    expect(other.select('all').map(host => way(host.route))).toEqual(['localhost:2222'])
  })
})

test('anchors, aliases and merge keys', async () => {
  const fleet = await inventoryOf(`
all:
  vars: { common: &common { port: 2222, x: 1 }, more: &more { x: 2, y: 2 } }
  hosts:
    a: { <<: *common, x: 3 }
    b: { <<: [*common, *more] }
    c: *more
    d: { "<<": 5 }
`)
  const vars = fleet.select('all').map(host => [host.vars.number('x', 0), host.vars.number('y', 0)])
  expect(vars).toEqual([
    [3, 0],
    [1, 2],
    [2, 2],
    [0, 0],
  ])
  expect(way(known(fleet, 'b').route)).toBe('b:2222')
})

test('aliases of aliases do not grow without bound', async () => {
  const levels = Array.from({ length: 40 }, (_, i) => `    l${i + 1}: &l${i + 1} [*l${i}, *l${i}]\n`)
  const fleet = await inventoryOf(`all:\n  vars:\n    l0: &l0 [x]\n${levels.join('')}  hosts: { a: {} }\n`)
  expect(fleet.groups.get('all')).toEqual(['a'])
})

test('paths start at the file that names them, or at home', async () => {
  const files = { 'hosts.yaml': 'all: { hosts: { a: { key: keys/id, known_hosts: ../known } } }' }
  const fleet = await inventoryOf(files)
  const { route } = known(fleet, 'a')
  expect(route).toMatchObject({
    key: { from: 'file', path: `${fleet.source}/keys/id` },
    knownHosts: fleet.source.replace(/inventory$/, 'known'),
  })
})

test('settings of Ansible for what does not exist here are left out; those with a fixed answer are told once', async () => {
  const warnings: string[] = []
  const said =
    'ansible_python_interpreter: /p, ansible_pipelining: true, ansible_shell_type: sh, ansible_timeout: 30'
  const text = `all: { vars: { ${said} }, hosts: { a: { ansible_timeout: 60 }, b: {} } }`
  const host = await hostOf(text, 'a', { warn: message => warnings.push(message) })
  expect(warnings).toEqual([
    'ansible_timeout is not heeded: here it is always connect 10 s, login 20 s, and no retry that could do harm',
  ])
  expect(() => host.vars.string('ansible_python_interpreter')).toThrow('is missing')
})

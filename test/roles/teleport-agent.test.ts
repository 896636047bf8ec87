import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isNewer, recordingKernel } from '../../roles/teleport-agent/requirements.ts'
import teleportAgent from '../../roles/teleport-agent/role.ts'
import type { Facts } from '../../src/index.ts'
import { roleNodes, roleTasks } from '../support/role-tasks.ts'

const given = { proxy_addr: 'teleport.example.com:443', proxy_url: 'http://10.20.0.1:8888' }
type Given = Parameters<typeof teleportAgent>[0]
type Os = Parameters<typeof roleTasks>[1]
const use = (more: object = {}) => teleportAgent({ ...given, ...more } as Given)
const ubuntu: Os = { id: 'ubuntu', family: 'debian', codename: 'jammy' }
const rocky: Os = { id: 'rocky', family: 'rhel', version: '9.4', codename: '' }

/** What its resource was given, by the name of its task. */
const spec = (name: string, more: object = {}, os: Os = ubuntu) =>
  roleNodes(use(more), os).find(task => task.name === name)?.resource?.spec as Record<string, unknown>
const settings = (more: object = {}) => parse(String(spec('agent settings', more)['content']))
const environment = (more: object = {}) => String(spec('agent environment', more)['content']).split('\n')

test('its list', () => {
  expect(roleTasks(use())).toEqual([
    'kernel records',
    'cluster',
    'aptRepository teleport',
    'packages curl',
    'agent package',
    'agent unit',
    'agent environment',
    'agent settings',
    'joined',
    'service teleport',
  ])
  expect(roleTasks(use({ enhanced_recording: false }))).not.toContain('kernel records')
})

test.each<[object, (found: ReturnType<typeof settings>) => unknown, unknown]>([
  [{ proxy_addr: 'other.example:443' }, found => found.teleport.proxy_server, 'other.example:443'],
  [{ nodename: 'gpu7' }, found => found.teleport.nodename, 'gpu7'],
  [{ labels: { a: 'b: c' } }, found => found.ssh_service.labels, { a: 'b: c' }],
  [{ dynamic_labels: [] }, found => found.ssh_service.commands, undefined],
  [
    { dynamic_labels: [{ name: 'up', command: ['uptime', '-p'], period: '5m' }] },
    found => found.ssh_service.commands,
    [{ name: 'up', command: ['uptime', '-p'], period: '5m0s' }],
  ],
  [{ enhanced_recording: false }, found => found.ssh_service.enhanced_recording, { enabled: 'no' }],
  [{ port_forwarding: true }, found => found.ssh_service.port_forwarding, true],
  [{ ssh_file_copy: true }, found => found.ssh_service.ssh_file_copy, true],
])('%j is in the settings', (more, of, wanted) => {
  expect(of(settings())).not.toEqual(wanted)
  expect(of(settings(more))).toEqual(wanted)
})

test.each<[object, string]>([
  [{ proxy_url: 'http://10.20.0.2:3128/' }, 'HTTPS_PROXY=http://10.20.0.2:3128/'],
  [{ no_proxy: ['10.0.0.0/8'] }, 'NO_PROXY=10.0.0.0/8'],
  [{ tunnel_public_addr: 'inner.example:443' }, 'TELEPORT_TLS_ROUTING_CONN_UPGRADE=inner.example:443=yes'],
  [{ tunnel_public_addr: 'inner.example:443' }, 'TELEPORT_TUNNEL_PUBLIC_ADDR=inner.example:443'],
])('%j: %s', (more, line) => {
  expect(environment()).not.toContain(line)
  expect(environment(more)).toContain(line)
})

test('an agent without a proxy, and one that finds out by itself whether to upgrade', () => {
  expect(environment({ proxy_url: undefined }).join()).not.toMatch(/PROXY=/)
  expect(environment({ force_conn_upgrade: false }).join()).not.toContain('CONN_UPGRADE')
})

describe('the faults that it mends', () => {
  test('B9 the cluster is reached by its name, whose certificate is believed', () => {
    expect(() => roleTasks(use({ proxy_addr: '100.64.0.7:3080' }))).toThrow('expected a name')
    expect(environment()).toContain('TELEPORT_TLS_ROUTING_CONN_UPGRADE=teleport.example.com:443=yes')
  })

  test('B13 programs and connections are recorded, not only terminals', () => {
    expect(settings().ssh_service.enhanced_recording).toEqual({ enabled: 'yes' })
    const kernel = (text: string) => () =>
      recordingKernel({ kernel: text } as Facts).check(undefined as never)
    expect(kernel('5.8.0-1-generic')()).toMatchObject({ status: 'in-sync' })
    expect(kernel('5.4.0-150-generic')).toThrow('cannot record')
  })

  test('B24 packages come through the proxy on both families, and nothing else does', () => {
    expect(spec('aptRepository teleport')).toMatchObject({
      uris: ['https://apt.releases.teleport.dev/ubuntu'],
      suites: ['jammy'],
      components: ['stable/v18'],
      proxy: 'http://10.20.0.1:8888',
    })
    expect(spec('yumRepository teleport', {}, rocky)).toMatchObject({
      baseurl: ['https://yum.releases.teleport.dev/rhel/9/Teleport/x86_64/stable/v18'],
      repoGpgcheck: true,
      proxy: 'http://10.20.0.1:8888',
    })
  })
})

test.each<[object, string, string, unknown]>([
  [{ version: '19.0.1' }, 'aptRepository teleport', 'components', ['stable/v19']],
  [{ version: '19.0.1' }, 'agent package', 'names', ['teleport=19.0.1']],
  [{ edition: 'enterprise' }, 'agent package', 'names', ['teleport-ent=18.6.0']],
  [{ hold_package: false }, 'agent package', 'hold', false],
  [{ channel: 'rolling/v18' }, 'aptRepository teleport', 'components', ['rolling/v18']],
  [{ proxy_url: undefined }, 'aptRepository teleport', 'proxy', undefined],
])('%j changes the task %s', (more, task, field, wanted) => {
  expect(spec(task)[field]).not.toEqual(wanted)
  expect(spec(task, more)[field]).toEqual(wanted)
})

test('which host is asked for a token, and whose key is believed', () => {
  const named = roleNodes(use({ bastion: 'gate' })).find(task => task.name === 'joined')
  expect(named?.on).toEqual(['gate'])
  const key_fingerprint = 'AB'.repeat(20)
  expect(spec('aptRepository teleport', { key_fingerprint })['key']).toMatchObject({
    fingerprint: [key_fingerprint],
  })
})

test.each<[string, string, boolean]>([
  ['18.6.0', '18.6.0', false],
  ['18.10.0', '18.6.1', true],
  ['18.6.1', '18.10.0', false],
  ['19.0.0', '18.9.9', true],
  ['17.7.7', '18.0.0', false],
])('%s is newer than %s: %s', (one, other, newer) => {
  expect(isNewer(one, other)).toBe(newer)
})

test.each<[object, string]>([
  [{ proxy_addr: undefined }, 'proxy_addr'],
  [{ proxy_addr: 'teleport.example.com' }, 'without one Teleport takes 3080'],
  [{ proxy_addr: 'https://teleport.example.com:443' }, 'proxy_addr'],
  [{ proxy_url: 'http://127.0.0.1:8888' }, 'not its own loopback'],
  [{ proxy_url: 'http://user:word@10.0.0.1:1' }, 'without a password'],
  [{ no_proxy: ['teleport.example.com'] }, 'is the cluster, too'],
  [{ no_proxy: ['.example.com'] }, 'is the cluster, too'],
  [{ no_proxy: ['*'] }, 'is the cluster, too'],
  [{ no_proxy: ['teleport.example.com:443'] }, 'is the cluster, too'],
  [{ no_proxy: ['a,b'] }, 'no_proxy'],
  [{ labels: { 'a b': 'c' } }, 'labels'],
  [{ labels: { a: 'x\ny' } }, 'labels'],
  [{ dynamic_labels: [{ name: 'x', command: [], period: '1h' }] }, 'dynamic_labels'],
  [{ dynamic_labels: [{ name: 'x', command: ['y'], period: '60' }] }, 'dynamic_labels'],
  [{ version: 'v18' }, 'version'],
  [{ channel: 'stable' }, 'channel'],
  [{ join_token_ttl: '2h' }, '1 hours at most'],
  [{ join_timeout: 1 }, 'join_timeout'],
  [{ force_rejoin: 'yes' }, 'force_rejoin'],
  [{ tunnel_public_addr: 'inner.example' }, 'tunnel_public_addr'],
  [{ ca_pin: 'sha256:x' }, 'has no "ca_pin"'],
])('%j is refused before anything is asked', (more, message) => {
  expect(() => roleTasks(use(more))).toThrow(message)
})

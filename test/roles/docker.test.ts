import { describe, expect, test } from 'vitest'
import { merged } from '../../roles/docker/daemon.ts'
import { isOlder } from '../../roles/docker/engine.ts'
import docker from '../../roles/docker/role.ts'
import { roleNodes, roleTasks } from '../support/role-tasks.ts'

describe('its list', () => {
  test('with nothing given', () => {
    expect(roleTasks(docker())).toEqual([
      "the distribution's engine",
      'aptRepository docker',
      'packages docker-ce, docker-ce-cli, containerd.io, docker-buildx-plugin, docker-compose-plugin',
      'directory /etc/docker',
      'engine settings',
      'service docker',
      'engine version',
      'group docker',
    ])
  })

  test('what its variables change', () => {
    const os = { id: 'ubuntu', family: 'debian', codename: 'noble' } as const
    const list = roleNodes(docker({ remove: [], packages: ['docker-ce'], channel: 'test' }), os)
    expect(list.map(({ name }) => name)).not.toContain("the distribution's engine")
    expect(list[1]?.name).toBe('packages docker-ce')
    expect(list[0]?.resource?.spec).toMatchObject({
      uris: ['https://download.docker.com/linux/ubuntu'],
      suites: ['noble'],
      components: ['test'],
      key: { fingerprint: ['9DC858229FC7DD38854AE2D88D81803C0EBFCD88'] },
    })
  })
})

test('B3 what is published without an address is on the loopback by default', () => {
  const { daemon } = docker.vars.parse({})
  expect(daemon['default-network-opts']).toEqual({
    bridge: { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' },
  })
})

test.each<[Parameters<typeof merged>[0], Parameters<typeof merged>[0], unknown]>([
  [{}, { a: 1 }, { a: 1 }],
  [{ b: 2 }, { a: 1 }, { b: 2, a: 1 }],
  [{ a: { x: 1, y: 2 } }, { a: { y: 3 } }, { a: { x: 1, y: 3 } }],
  [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
  [{ a: 'x' }, { a: { y: 1 } }, { a: { y: 1 } }],
])('%j with %j is %j', (before, wanted, after) => {
  expect(merged(before, wanted)).toEqual(after)
})

test.each<[string, string, boolean]>([
  ['26.1.5+dfsg1', '28', true],
  ['28.0.0', '28', false],
  ['28.0.1', '28.0.2', true],
  ['28.1', '28.0.9', false],
  ['9.9', '10', true],
])('%s is older than %s: %s', (found, wanted, older) => {
  expect(isOlder(found, wanted)).toBe(older)
})

test.each<[object, string]>([
  [{ packages: [] }, 'packages'],
  [{ packages: ['a b'] }, 'packages'],
  [{ channel: 'edge' }, 'channel'],
  [{ daemon: ['x'] }, 'daemon'],
  [{ group_members: ['a,b'] }, 'group_members'],
  [{ minimum_version: 'new' }, 'minimum_version'],
  [{ key_fingerprint: '0EBFCD88' }, 'key_fingerprint'],
  [{ deamon: {} }, 'has no "deamon"'],
])('%j is refused before anything is asked', (vars, message) => {
  expect(() => roleTasks(docker(vars))).toThrow(message)
})

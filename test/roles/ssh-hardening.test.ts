import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import sshHardening from '../../roles/ssh-hardening/role.ts'
import { wanted } from '../../roles/ssh-hardening/settings.ts'
import { variables } from '../../roles/ssh-hardening/variables.ts'
import { isTask } from '../../src/engine/entry.ts'
import { expand } from '../../src/engine/expand.ts'
import { play } from '../../src/index.ts'
import type { FleetHost } from '../../src/model/fleet.ts'
import type { Host } from '../../src/model/host.ts'
import type { PlayNode } from '../../src/model/play.ts'
import { templates } from '../../src/project/template.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const dir = join(import.meta.dirname, '../../roles/ssh-hardening')
const render = templates()
const facts = { os: { family: 'debian' } } as Host['facts']

function names(vars: Parameters<typeof sshHardening>[0]): readonly string[] {
  const entry = {
    name: 'h',
    become: true,
    roleVars: () => ({ inventory: {}, extra: {}, placeOf: () => undefined }),
  }
  const list = expand(play('p', { hosts: 'h' }, [sshHardening(vars)]) as PlayNode, {
    host: { name: 'h', facts } as Host,
    entry: entry as unknown as FleetHost,
    render,
  })
  return list.filter(isTask).map(({ task }) => task.name)
}

/** The drop-in for the OpenSSH of this machine. */
async function dropIn(given: object = {}): Promise<string> {
  using host = new ScratchHost()
  const session = await host.session('test', null)
  const probe = { ask: session.epoch.asker(''), on: () => probe } as unknown as Parameters<typeof wanted>[0]
  const content = await wanted(probe, variables.parse(given), (file, data) => render(dir, file, data))
  await session.close()
  return content
}

const line = (content: string, keyword: string): string | undefined =>
  content.split('\n').find(text => text.startsWith(`${keyword} `))

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE2nVMrVQc1XOxMBFcTDpyqXUtYiS7jxmzVfQAwRqHBz ann@ws'

describe('its list', () => {
  test('with nothing given', () => {
    expect(names({})).toEqual([
      'packages openssh-server',
      'group ssh-admins',
      'user root',
      'host key',
      'sshd settings',
      'sshd settings in force',
      'service ssh',
    ])
  })

  test('with administrators, their keys in a folder of root', () => {
    const list = names({
      allow_groups: ['wheel', 'ops'],
      admins: ['ann'],
      admin_keys: [{ user: 'ann', key: KEY }],
      root_owned_keys: true,
    })
    expect(list.slice(0, 6)).toEqual([
      'packages openssh-server',
      'group wheel',
      'group ops',
      'user ann',
      'directory /etc/ssh/authorized_keys.d',
      expect.stringContaining('ann'),
    ])
  })
})

describe('its drop-in', () => {
  test.each<[object, string, string | undefined]>([
    [{}, 'PermitRootLogin', 'PermitRootLogin prohibit-password'],
    [{ permit_root: 'no' }, 'PermitRootLogin', 'PermitRootLogin no'],
    [{}, 'AllowTcpForwarding', 'AllowTcpForwarding no'],
    [{ tcp_forwarding: 'local' }, 'AllowTcpForwarding', 'AllowTcpForwarding local'],
    [{}, 'PermitOpen', undefined],
    [{ permit_open: ['10.0.0.1:22', '10.0.0.2:22'] }, 'PermitOpen', 'PermitOpen 10.0.0.1:22 10.0.0.2:22'],
    [{}, 'AllowUsers', undefined],
    [{ allow_users: ['root@10.0.0.0/8'] }, 'AllowUsers', 'AllowUsers root@10.0.0.0/8'],
    [{}, 'DenyUsers', 'DenyUsers dev'],
    [{ deny_users: [] }, 'DenyUsers', undefined],
    [{ max_auth_tries: 5 }, 'MaxAuthTries', 'MaxAuthTries 5'],
    [{ max_sessions: 4 }, 'MaxSessions', 'MaxSessions 4'],
    [{ max_startups: '5:50:20' }, 'MaxStartups', 'MaxStartups 5:50:20'],
    [{ login_grace_time: 20 }, 'LoginGraceTime', 'LoginGraceTime 20'],
    [{ client_alive_interval: 60 }, 'ClientAliveInterval', 'ClientAliveInterval 60'],
    [{ client_alive_count_max: 4 }, 'ClientAliveCountMax', 'ClientAliveCountMax 4'],
    [{}, 'AuthorizedKeysFile', undefined],
    [{ root_owned_keys: true }, 'AuthorizedKeysFile', 'AuthorizedKeysFile /etc/ssh/authorized_keys.d/%u'],
    [{ required_rsa_size: 0 }, 'RequiredRSASize', undefined],
    [{ ciphers: ['aes256-ctr', 'rot13'] }, 'Ciphers', 'Ciphers aes256-ctr'],
    [{ macs: ['hmac-sha2-256-etm@openssh.com', 'md4'] }, 'MACs', 'MACs hmac-sha2-256-etm@openssh.com'],
    [{ kex: ['curve25519-sha256', 'from-the-future'] }, 'KexAlgorithms', 'KexAlgorithms curve25519-sha256'],
    [{ host_key_algorithms: ['ssh-ed25519', 'x'] }, 'HostKeyAlgorithms', 'HostKeyAlgorithms ssh-ed25519'],
    [
      { pubkey_algorithms: ['ssh-ed25519', 'x'] },
      'PubkeyAcceptedAlgorithms',
      'PubkeyAcceptedAlgorithms ssh-ed25519',
    ],
  ])('%j: %s', async (given, keyword, expected) => {
    expect(line(await dropIn(given), keyword)).toBe(expected)
  })

  test('names its groups again where no other file can add to them', async () => {
    expect(await dropIn({ allow_groups: ['a', 'b'] })).toMatch(/\nMatch all\n {4}AllowGroups a b\n$/)
  })
})

test.each<[object, string]>([
  [{ permit_root: 'yes' }, 'permit_root'],
  [{ allow_groups: [] }, 'allow_groups'],
  [{ allow_groups: ['a b'] }, 'allow_groups'],
  [{ allow_users: ['a\nPermitRootLogin yes'] }, 'allow_users'],
  [{ ciphers: ['a b'] }, 'ciphers'],
  [{ max_auth_tries: 0 }, 'max_auth_tries'],
  [{ max_startups: '10' }, 'max_startups'],
  [{ permit_open: ['x # y'] }, 'permit_open'],
  [{ premit_root: 'no' }, 'has no "premit_root"'],
])('%j is refused before anything is asked', (given, message) => {
  expect(() => names(given)).toThrow(message)
})

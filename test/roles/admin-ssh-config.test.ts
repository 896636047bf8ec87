import { describe, expect, test } from 'vitest'
import { knownHostLines } from '../../roles/admin-ssh-config/host-keys.ts'
import { includes } from '../../roles/admin-ssh-config/include.ts'
import adminSshConfig from '../../roles/admin-ssh-config/role.ts'
import { templates } from '../../src/project/template.ts'
import { roleNodes, roleTasks } from '../support/role-tasks.ts'

const bastion = { name: 'bastion', address: '203.0.113.10' }
const node = { name: 'dgx01', address: '10.20.0.11', via: 'bastion' }
const given = { hosts: [bastion, node] }
const render = templates()
const config = (more: object = {}): string => {
  const dir = new URL('../../roles/admin-ssh-config', import.meta.url).pathname
  return String(render(dir, 'templates/config.ejs', adminSshConfig.vars.parse({ ...given, ...more })))
}

test('its list, and whom it asks', () => {
  expect(roleTasks(adminSshConfig(given))).toEqual([
    '~/.ssh',
    '~/.ssh/config.d',
    'aliases',
    '~/.ssh/known_hosts.d',
    'host keys',
    'aliases are read',
    'aliases in force',
  ])
  expect(roleNodes(adminSshConfig(given)).flatMap(({ on }) => on)).toEqual(['bastion', 'dgx01'])
  expect(roleTasks(adminSshConfig({ ...given, host_keys: false }))).toHaveLength(5)
})

describe('its file', () => {
  test('a block for each host', () => {
    expect(config()).toContain(`Host dgx01
    HostName 10.20.0.11
    ProxyJump bastion
    User root
    IdentityFile ~/.ssh/id_ed25519
    HostKeyAlias dgx01
Host bastion dgx01
`)
  })

  test.each<[object, string, boolean]>([
    [{ hosts: [{ ...bastion, port: 2222 }] }, '    Port 2222\n', true],
    [{ hosts: [{ ...bastion, aliases: ['b', 'gate'] }] }, 'Host bastion b gate\n', true],
    [{ hosts: [{ ...bastion, user: 'ann' }] }, '    User ann\n', true],
    [{ hosts: [{ ...bastion, identity_file: '~/.ssh/other' }] }, '    IdentityFile ~/.ssh/other\n', true],
    [{ user: 'ubuntu' }, '    User ubuntu\n', true],
    [{ identity_file: '/keys/admin' }, '    IdentityFile /keys/admin\n', true],
    [{ alive_interval: 10 }, '    ServerAliveInterval 10\n', true],
    [{ control_persist: '1h' }, '    ControlPersist 1h\n', true],
    [{ control_persist: 'no' }, 'Control', false],
    [{ host_keys: false }, 'UserKnownHostsFile', false],
    [{ host_keys: false }, 'HostKeyAlias', false],
    [{ file_name: 'prod' }, '    UserKnownHostsFile ~/.ssh/known_hosts.d/prod\n', true],
  ])('%j: %s, %s', (more, text, is) => {
    if (is) expect(config()).not.toContain(text)
    expect(config(more).includes(text)).toBe(is)
  })
})

test.each<[string, boolean]>([
  ['', false],
  ['Include config.d/*.conf\n', true],
  ['# mine\n\ninclude "config.d/*"\nHost *\n', true],
  ['Include ~/.ssh/config.d/*.conf', true],
  ['Include=/home/ann/.ssh/config.d/*.conf', true],
  ['Include ~/.colima/ssh_config\nInclude other config.d/*.conf\n', true],
  ['Include config.e/*.conf\n', false],
  ['Include /etc/config.d/*.conf\n', false],
  ['User bob\nInclude config.d/*.conf\n', false],
  ['Host a\n  Include config.d/*.conf\n', false],
])('%j reads our folder first: %s', (text, does) => {
  expect(includes(text, '/home/ann')).toBe(does)
})

test('keys as known_hosts has them', () => {
  expect(knownHostLines('dgx01', 'ssh-ed25519 AAAA root@x\nssh-rsa BBBB\n\n')).toEqual([
    'dgx01 ssh-ed25519 AAAA\n',
    'dgx01 ssh-rsa BBBB\n',
  ])
})

test.each<[object, string]>([
  [{}, 'hosts'],
  [{ hosts: [] }, 'hosts'],
  [{ hosts: [bastion, bastion] }, 'bastion stands there twice'],
  [{ hosts: [bastion, { ...node, aliases: ['bastion'] }] }, 'bastion stands there twice'],
  [{ hosts: [node] }, 'dgx01 is to be reached via bastion, which is not among them'],
  [{ hosts: [{ name: 'a b', address: 'x' }] }, 'name'],
  [{ hosts: [{ name: 'a', address: 'x\nProxyCommand y' }] }, 'address'],
  [{ ...given, user: '-x' }, 'user'],
  [{ ...given, identity_file: 'id' }, 'identity_file'],
  [{ ...given, control_persist: 'yes' }, 'control_persist'],
  [{ ...given, file_name: '../x' }, 'file_name'],
  [{ ...given, key: 'x' }, 'has no "key"'],
])('%j is refused before anything is asked', (vars, message) => {
  expect(() => roleTasks(adminSshConfig(vars as typeof given))).toThrow(message)
})

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { canonical } from '../../roles/teleport-bastion/duration.ts'
import { observerRole, vendorRole } from '../../roles/teleport-bastion/rbac.ts'
import teleportBastion from '../../roles/teleport-bastion/role.ts'
import { imageOf } from '../../roles/teleport-bastion/variables.ts'
import { Secret } from '../../src/index.ts'
import { templates } from '../../src/project/template.ts'
import { roleNodes, roleTasks } from '../support/role-tasks.ts'

const given = { cluster_name: 'prod', fqdn: 'teleport.example.com' }
type Given = Parameters<typeof teleportBastion>[0]
const use = (more: object = {}) => teleportBastion({ ...given, ...more } as Given)
const vars = (more: object = {}) => teleportBastion.vars.parse({ ...given, ...more })
const license = { edition: 'enterprise', license: new Secret('L') }

const render = templates()
const dir = join(import.meta.dirname, '../../roles/teleport-bastion')
const settings = (more: object = {}) =>
  parse(String(render(dir, 'templates/teleport.yaml.ejs', { audit_sessions_uri: undefined, ...vars(more) })))
/** What its resource was given, by the name of its task. */
const spec = (name: string, more: object = {}) =>
  roleNodes(use(more)).find(task => task.name === name)?.resource?.spec as Record<string, unknown>
const compose = (more: object = {}) => parse(String(spec('container', more)['content']))

describe('its list', () => {
  test('with nothing given but names', () => {
    expect(roleTasks(use())).toEqual([
      'packages curl',
      'cluster name',
      'directory /opt/teleport',
      'directory /opt/teleport/config',
      'directory /opt/teleport/data',
      'dockerImage public.ecr.aws/gravitational/teleport-distroless:18.6.0',
      'teleport settings',
      'container',
      'settings in force',
      'published ports',
      'edition: community, licensed below 100 employees and $10M a year',
      'cluster role restricted-dev',
      'cluster role session-observer',
      'cluster user dev',
    ])
  })

  test.each<[object, string]>([
    [{ observers: ['anna'] }, 'cluster user anna'],
    [{ manage_users: [{ name: 'eve', roles: ['editor'] }] }, 'cluster user eve'],
    [{ reset_users: ['dev'] }, 'new link for dev'],
    [{ data_dir: '/srv/teleport' }, 'directory /srv/teleport/data'],
    [{ image: 'mirror.lan/teleport:18.6.0' }, 'dockerImage mirror.lan/teleport:18.6.0'],
    [{ version: '18.7.1' }, 'dockerImage public.ecr.aws/gravitational/teleport-distroless:18.7.1'],
    [license, 'license'],
  ])('%j: %s', (more, task) => {
    expect(roleTasks(use())).not.toContain(task)
    expect(roleTasks(use(more))).toContain(task)
  })
})

test.each<[object, (found: ReturnType<typeof settings>) => unknown, unknown]>([
  [{ cluster_name: 'other' }, found => found.auth_service.cluster_name, 'other'],
  [{ nodename: 'gate' }, found => found.teleport.nodename, 'gate'],
  [{ session_recording: 'proxy' }, found => found.auth_service.session_recording, 'proxy'],
  [{ audit_sessions_uri: 's3://b/p' }, found => found.teleport.storage.audit_sessions_uri, 's3://b/p'],
  [{ second_factors: ['otp'] }, found => found.auth_service.authentication.second_factors, ['otp']],
  [{ idle_timeout: '10m' }, found => found.auth_service.client_idle_timeout, '10m0s'],
  [license, found => found.auth_service.license_file, '/etc/teleport/license.pem'],
  [
    { recording_encryption: true, session_recording: 'node' },
    ({ auth_service }) => [auth_service.session_recording_config, auth_service.session_recording],
    [{ mode: 'node', encryption: { enabled: true } }, undefined],
  ],
])('%j is in the settings', (more, of, wanted) => {
  expect(of(settings())).not.toEqual(wanted)
  expect(of(settings(more))).toEqual(wanted)
})

describe('the faults that it mends', () => {
  test('B7 nothing is published but the web port, on the loopback', () => {
    expect(compose().services.teleport.ports).toEqual(['127.0.0.1:3080:3080'])
    const { proxy_service: proxy } = settings()
    expect(Object.keys(proxy).filter(key => key.endsWith('listen_addr'))).toEqual(['web_listen_addr'])
  })

  test('B8 it has one public address', () => {
    expect(settings().proxy_service.public_addr).toBe('teleport.example.com:443')
    expect(settings().auth_service.proxy_listener_mode).toBe('multiplex')
  })

  test('B10 the network that it uses is there, with a name for the firewall', () => {
    const { services, networks } = compose()
    expect(services.teleport.networks).toEqual(Object.keys(networks))
    expect(networks['teleport-net'].driver_opts).toEqual({
      'com.docker.network.bridge.name': 'br-teleport',
    })
  })

  test('B11 the folder of settings is mounted, not the file', () => {
    expect(compose().services.teleport.volumes).toEqual([
      './config:/etc/teleport:ro',
      './data:/var/lib/teleport',
    ])
  })

  test('B12 recordings are not left on the node, and what cannot be recorded ends', () => {
    expect(settings().auth_service.session_recording).toBe('node-sync')
    expect(vendorRole(vars())).toMatchObject({
      spec: { options: { record_session: { default: 'strict', ssh: 'strict' } } },
    })
  })

  test('B13 programs and connections of vendors are recorded, too', () => {
    expect(vendorRole(vars())).toMatchObject({
      spec: { options: { enhanced_recording: ['command', 'network'] } },
    })
  })

  test('B14 vendors are held by what they reach: no forwarding, no copies, no agent, no root', () => {
    expect(vendorRole(vars())).toMatchObject({
      spec: {
        options: {
          forward_agent: false,
          permit_x11_forwarding: false,
          ssh_file_copy: false,
          ssh_port_forwarding: { local: { enabled: false }, remote: { enabled: false } },
          create_host_user_mode: 'off',
          max_session_ttl: '8h0m0s',
        },
        allow: { logins: ['dev'], node_labels: { fleet: 'dgx', 'vendor-access': 'true' } },
        deny: { logins: ['root'] },
      },
    })
  })

  test.each([['access'], ['auditor'], ['editor']])(
    'B15 a vendor who has the role %s too is refused',
    role => {
      const manage_users = [{ name: 'dev', roles: ['restricted-dev', role] }]
      expect(() => roleTasks(use({ manage_users }))).toThrow('what any of them allows is allowed')
    },
  )

  test('B16 who watches can join: the preset auditor cannot', () => {
    expect(observerRole(vars())).toMatchObject({
      spec: { allow: { join_sessions: [{ roles: ['restricted-dev'], modes: ['observer'] }] } },
    })
    expect(observerRole(vars(license))).toMatchObject({
      spec: { allow: { join_sessions: [{ modes: ['moderator', 'observer'] }] } },
    })
  })

  test('B17 the edition is chosen, and its license said or given', () => {
    expect(imageOf(vars(license))).toBe('public.ecr.aws/gravitational/teleport-ent-distroless:18.6.0')
    expect(roleTasks(use())).toContainEqual(expect.stringContaining('100 employees'))
    expect(roleTasks(use(license))).toContain('edition: enterprise')
    expect(spec('license', license)).toMatchObject({ mode: '0600', path: '/opt/teleport/config/license.pem' })
  })

  test('B22 with an address of the tailnet, Docker waits for Tailscale, and not without', () => {
    const publish_addrs = ['127.0.0.1', '100.64.0.1', 'fd7a:115c:a1e0::1']
    expect(spec('docker after tailscale', { publish_addrs })['content']).toContain(
      'After=tailscale-online.target',
    )
    expect(roleTasks(use())).not.toContain('docker after tailscale')
    expect(compose({ publish_addrs }).services.teleport.ports).toEqual([
      '127.0.0.1:3080:3080',
      '100.64.0.1:3080:3080',
      '[fd7a:115c:a1e0::1]:3080:3080',
    ])
  })
})

test.each<[object, string, unknown]>([
  [{ vendor_labels: { gpu: ['a', 'b'] } }, 'allow.node_labels', { gpu: ['a', 'b'] }],
  [{ vendor_logins: ['dev', 'ops'] }, 'allow.logins', ['dev', 'ops']],
  [{ vendor_file_copy: true }, 'options.ssh_file_copy', true],
  [{ vendor_max_ttl: '90m' }, 'options.max_session_ttl', '1h30m0s'],
  [{ ...license, moderated: true }, 'allow.require_session_join', [expect.objectContaining({ count: 1 })]],
])('%j is %s of the vendors’ role', (more, path, wanted) => {
  expect(vendorRole(vars())['spec']).not.toHaveProperty(path, wanted)
  expect(vendorRole(vars(more))['spec']).toHaveProperty(path, wanted)
})

test.each([
  ['8h', '8h0m0s'],
  ['90m', '1h30m0s'],
  ['30m0s', '30m0s'],
  ['45s', '45s'],
  ['100h', '100h0m0s'],
])('%s is %s for Teleport', (text, wanted) => {
  expect(canonical(text)).toBe(wanted)
})

test.each<[object, string]>([
  [{ cluster_name: undefined }, 'cluster_name'],
  [{ cluster_name: 'a b' }, 'cluster_name'],
  [{ fqdn: 'teleport.example.com:443' }, 'fqdn'],
  [{ fqdn: 'https://teleport.example.com' }, 'fqdn'],
  [{ edition: 'community' }, 'edition'],
  [{ version: '18' }, 'version'],
  [{ image: '-v' }, 'image'],
  [{ edition: 'enterprise' }, 'teleport-bastion.license'],
  [{ license: new Secret('L') }, 'takes edition: enterprise'],
  [{ moderated: true }, 'takes edition: enterprise'],
  [{ data_dir: 'opt' }, 'data_dir'],
  [{ publish_addrs: ['0.0.0.0'] }, 'open on the public side'],
  [{ publish_addrs: ['10.0.0.1'] }, "expected '127.0.0.1' among them"],
  [{ publish_addrs: ['bastion'] }, 'expected an IPv4 or IPv6 address'],
  [{ session_recording: 'off' }, 'session_recording'],
  [{ second_factors: [] }, 'second_factors'],
  [{ second_factors: ['sso'] }, 'local users need webauthn or otp'],
  [{ idle_timeout: '30' }, 'idle_timeout'],
  [{ idle_timeout: '0s' }, 'more than nothing'],
  [{ invite_ttl: '72h' }, '48 hours at most'],
  [{ vendor_labels: {} }, 'none would mean no node'],
  [{ vendor_labels: { '*': '*' } }, 'vendor_labels'],
  [{ vendor_labels: { fleet: '*' } }, 'a vendor does not get every node'],
  [{ vendor_logins: ['root'] }, 'root is not for vendors'],
  [{ vendor_logins: [] }, 'vendor_logins'],
  [{ observers: ['dev'] }, 'named twice'],
  [{ manage_users: [{ name: '--help', roles: ['x'] }] }, 'manage_users'],
  [{ manage_users: [{ name: 'eve', roles: [] }] }, 'manage_users'],
  [{ audit_sessions_uri: 'bucket' }, 'audit_sessions_uri'],
  [{ recording: 'node' }, 'has no "recording"'],
])('%j is refused before anything is asked', (more, message) => {
  expect(() => roleTasks(use(more))).toThrow(message)
})

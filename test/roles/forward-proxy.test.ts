import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isEverybody, isNetwork, isTailnet } from '../../roles/forward-proxy/networks.ts'
import { patternOf } from '../../roles/forward-proxy/pattern.ts'
import forwardProxy from '../../roles/forward-proxy/role.ts'
import { templates } from '../../src/project/template.ts'
import { roleTasks } from '../support/role-tasks.ts'

const given = { listen: ['10.20.0.1'], allow: ['10.20.0.0/24'] }
const render = templates()
const dir = join(import.meta.dirname, '../../roles/forward-proxy')
const conf = (more: object = {}): readonly string[] =>
  String(render(dir, 'templates/rampart.conf.ejs', forwardProxy.vars.parse({ ...given, ...more }))).split(
    '\n',
  )

test('its list', () => {
  expect(roleTasks(forwardProxy({ ...given, hairpin_names: ['teleport.example.com'] }))).toEqual([
    'packages tinyproxy',
    'hostsEntry 127.0.0.1 teleport.example.com',
    'proxy filter',
    'proxy settings',
    'proxy unit',
    'service tinyproxy',
    'proxy listens',
  ])
})

test.each<[object, string]>([
  [{ listen: ['10.20.0.1', 'fd00::1'] }, 'Listen fd00::1'],
  [{ allow: ['10.20.0.0/24', '100.64.0.11'] }, 'Allow 100.64.0.11'],
  [{ port: 3128 }, 'Port 3128'],
  [{ connect_ports: [443, 8443] }, 'ConnectPort 8443'],
  [{ timeout: 900 }, 'Timeout 900'],
  [{ max_clients: 50 }, 'MaxClients 50'],
  [{ log_level: 'Notice' }, 'LogLevel Notice'],
])('%j: %s', (more, line) => {
  expect(conf()).not.toContain(line)
  expect(conf(more)).toContain(line)
})

test('B23 nobody who is not named gets through, and nobody to where is not named', () => {
  for (const line of ['Listen 10.20.0.1', 'Allow 10.20.0.0/24', 'ConnectPort 443', 'FilterDefaultDeny Yes'])
    expect(conf()).toContain(line)
})

test.each<[string, string, boolean]>([
  ['pkgs.tailscale.com', 'pkgs.tailscale.com', true],
  ['pkgs.tailscale.com', 'pkgs.tailscale.com.evil.example', false],
  ['pkgs.tailscale.com', 'evil-pkgs.tailscale.com', false],
  ['pkgs.tailscale.com', 'pkgsxtailscale.com', false],
  ['*.archive.ubuntu.com', 'de.archive.ubuntu.com', true],
  ['*.archive.ubuntu.com', 'archive.ubuntu.com', false],
  ['*.archive.ubuntu.com', 'a.b.archive.ubuntu.com', false],
  ['derp*.tailscale.com', 'derp12d.tailscale.com', true],
])('%s lets %s pass: %s', (domain, name, passes) => {
  expect(new RegExp(patternOf(domain)).test(name)).toBe(passes)
})

describe('B22 an address of the tailnet', () => {
  test.each<[string, boolean]>([
    ['100.64.0.1', true],
    ['100.127.255.255', true],
    ['100.128.0.1', false],
    ['fd7a:115c:a1e0::1', true],
    ['fd00::1', false],
    ['10.20.0.1', false],
  ])('%s: %s', (address, is) => {
    expect(isTailnet(address)).toBe(is)
  })

  test('makes the unit wait for Tailscale, and no other does', () => {
    const unit = (afterTailnet: boolean) =>
      String(render(dir, 'templates/unit.conf.ejs', { config: '/etc/x', afterTailnet }))
    expect(unit(true)).toContain('After=tailscale-online.target')
    expect(unit(false)).not.toContain('tailscale')
  })
})

test.each<[string, boolean, boolean]>([
  ['10.0.0.0/8', true, false],
  ['0.0.0.0/0', true, true],
  ['0.0.0.0/1', true, true],
  ['::/0', true, true],
  ['fd00::/8', true, false],
  ['10.0.0.0/33', false, false],
  ['10.0.0', false, false],
  ['10.0.0.0/8/8', false, false],
])('%s is a network: %s, and everybody: %s', (text, network, everybody) => {
  expect(isNetwork(text)).toBe(network)
  if (network) expect(isEverybody(text)).toBe(everybody)
})

test.each<[object, string]>([
  [{ listen: ['10.20.0.1'] }, 'allow'],
  [{ allow: ['10.20.0.0/24'] }, 'listen'],
  [{ ...given, listen: ['0.0.0.0'] }, 'it would listen on the public side too'],
  [{ ...given, listen: ['::'] }, 'it would listen on the public side too'],
  [{ ...given, listen: ['bastion'] }, 'expected an IPv4 or IPv6 address'],
  [{ ...given, allow: ['0.0.0.0/0'] }, 'open to everybody'],
  [{ ...given, allow: ['example.com'] }, 'expected an address or a network'],
  [{ ...given, domains: ['Example.com'] }, 'domains'],
  [{ ...given, extra_domains: ['a.*.com'] }, 'extra_domains'],
  [{ ...given, extra_domains: ['a\nb'] }, 'extra_domains'],
  [{ ...given, hairpin_names: ['*.example.com'] }, 'hairpin_names'],
  [{ ...given, connect_ports: [] }, 'connect_ports'],
  [{ ...given, connect_ports: [0] }, 'connect_ports'],
  [{ ...given, timeout: 60 }, 'timeout'],
  [{ ...given, alow: [] }, 'has no "alow"'],
])('%j is refused before anything is asked', (vars, message) => {
  expect(() => roleTasks(forwardProxy(vars as typeof given))).toThrow(message)
})

import { describe, expect, test } from 'vitest'
import { admits } from '../../roles/iptables-hardening/admits.ts'
import { restoreText } from '../../roles/iptables-hardening/persisted.ts'
import iptablesHardening from '../../roles/iptables-hardening/role.ts'
import { dockerChain, guardChain, hostChain } from '../../roles/iptables-hardening/rules.ts'
import { connectionFrom } from '../../roles/iptables-hardening/way-in.ts'
import type { IpFamily } from '../../src/resources/index.ts'
import { roleNodes, roleTasks } from '../support/role-tasks.ts'

type Given = Parameters<typeof iptablesHardening>[0]

const policy = (given: Given) => iptablesHardening.vars.parse(given)
const lines = (given: Given, family: IpFamily = 'v4') =>
  restoreText(
    [guardChain, hostChain, dockerChain].map(chain => chain(policy(given))),
    family,
  ).split('\n')

describe('its list', () => {
  const usual = [
    'the way in stays open',
    'no other firewall',
    'packages iptables',
    'firewall',
    'directory /etc/rampart',
    'firewall of v4 at boot',
    'firewall of v6 at boot',
    'program of the firewall',
    'systemdUnit rampart-firewall',
    'service rampart-firewall',
  ]

  test.each<[Given, readonly string[]]>([
    [{}, [...usual, 'systemdUnit rampart-firewall-docker', "no firewall of Docker's networks"]],
    [
      { docker_user: true },
      [
        ...usual,
        "firewall of Docker's networks",
        'systemdUnit rampart-firewall-docker',
        'service rampart-firewall-docker',
      ],
    ],
    [
      { takeover: true },
      [
        ...usual,
        'systemdUnit rampart-firewall-docker',
        "no firewall of Docker's networks",
        'other firewalls are stopped',
      ],
    ],
  ])('%j', (given, tasks) => {
    expect(roleTasks(iptablesHardening(given))).toEqual(tasks)
  })

  test('without IPv6', () => {
    expect(roleTasks(iptablesHardening({ ipv6: false }))).not.toContain('firewall of v6 at boot')
  })

  test('what packets meet is changed under guard, and all of it before anything is kept', () => {
    const nodes = roleNodes(iptablesHardening({ docker_user: true, rollback_seconds: 120 }))
    const guarded = nodes.filter(({ guard }) => guard)
    expect(guarded.map(({ name, guard }) => [name, guard?.within, guard?.touches])).toEqual([
      [
        'firewall',
        120,
        ['v4', 'v6'].flatMap(family => [
          `chain:${family}:mangle:RAMPART-PRE`,
          `chain:${family}:filter:RAMPART-IN`,
        ]),
      ],
      ["firewall of Docker's networks", 120, ['chain:v4:filter:RAMPART-FWD', 'chain:v6:filter:RAMPART-FWD']],
    ])
    expect(nodes.findIndex(({ guard }) => guard)).toBeLessThan(
      nodes.findIndex(({ name }) => name.startsWith('directory')),
    )
  })
})

describe('each variable makes its rules', () => {
  const web = '-A RAMPART-PRE -p tcp -m tcp --dport 8443 -j RETURN'
  test.each<[Given, string]>([
    [{ public_tcp: [8443] }, web],
    [{ public_tcp: ['8000:8010'] }, '-A RAMPART-IN -p tcp -m tcp --dport 8000:8010 -j RETURN'],
    [{ public_udp: [41641] }, '-A RAMPART-PRE -p udp -m udp --dport 41641 -j RETURN'],
    [
      { guarded_ports: [{ port: 8888, allow_cidrs: ['10.20.0.0/24'] }] },
      '-A RAMPART-IN -s 10.20.0.0/24 -p tcp -m tcp --dport 8888 -j RETURN',
    ],
    [
      { guarded_ports: [{ port: 53, proto: 'udp', allow_cidrs: ['10.20.0.7'] }] },
      '-A RAMPART-PRE -s 10.20.0.7 -p udp -m udp --dport 53 -j RETURN',
    ],
    [{ trusted_ifaces: ['ib+'] }, '-A RAMPART-PRE -i ib+ -j RETURN'],
    [{ trusted_cidrs: ['10.30.0.0/16'] }, '-A RAMPART-FWD -s 10.30.0.0/16 -j RETURN'],
    [{ docker_bridges: ['podman0'] }, '-A RAMPART-FWD -o podman0 -j DROP'],
    [
      { host_policy: 'off', guarded_ports: [{ port: 3080 }] },
      '-A RAMPART-PRE -p tcp -m tcp --dport 3080 --syn -j DROP',
    ],
  ])('%j: %s', (given, line) => {
    expect(lines({})).not.toContain(line)
    expect(lines(given)).toContain(line)
  })

  test('an address is in the rules of its own family, and a rule without one in neither', () => {
    const given: Given = { guarded_ports: [{ port: 8888, allow_cidrs: ['10.20.0.0/24', 'fd00::/64'] }] }
    const about = (family: IpFamily) => lines(given, family).filter(line => line.includes('8888'))
    expect(about('v4').every(line => line.includes('-s 10.20.0.0/24 '))).toBe(true)
    expect(about('v6').every(line => line.includes('-s fd00::/64 '))).toBe(true)
    expect([about('v4').length, about('v6').length]).toEqual([2, 2])
  })

  test('where the policy is off, nothing but what is guarded is refused', () => {
    const { rules } = guardChain(policy({ host_policy: 'off', guarded_ports: [{ port: 3080 }] }))
    expect(rules.filter(({ target }) => target === 'DROP').map(({ port }) => port)).toEqual([3080])
  })
})

test('B1 B6 no rule is appended to a chain of another, and each chain is loaded as a whole', () => {
  const text = lines({ docker_user: true })
  expect(text.filter(line => /^-[AI] (?!RAMPART-)/.test(line))).toEqual([])
  for (const name of ['PRE', 'IN', 'FWD']) expect(text).toContain(`:RAMPART-${name} - [0:0]`)
})

test('B2 the loopback is let in where it comes in, and has no rule where nothing of it passes', () => {
  expect(lines({})).toContain('-A RAMPART-IN -i lo -j RETURN')
  expect(lines({ trusted_ifaces: ['lo'] }).filter(line => /RAMPART-FWD.* lo /.test(line))).toEqual([])
})

test('B3 each chain refuses as much over IPv6, and never ICMPv6', () => {
  const drops = (family: IpFamily) => lines({}, family).filter(line => line.endsWith('-j DROP'))
  expect(drops('v6')).toEqual(drops('v4'))
  expect(lines({}, 'v6')).toContain('-A RAMPART-IN -p icmpv6 -j RETURN')
})

test('B4 ports are those that outsiders ask for: they are judged before Docker’s DNAT, and one by one', () => {
  expect(guardChain(policy({}))).toMatchObject({ table: 'mangle', from: 'PREROUTING' })
  expect(dockerChain(policy({})).rules.every(({ port }) => port === undefined)).toBe(true)
})

test('B5 what is refused names no interface: all are closed but those that are named', () => {
  const { rules } = guardChain(policy({}))
  expect(rules.filter(rule => rule.target === 'DROP').every(rule => rule.in === undefined)).toBe(true)
  expect(rules.flatMap(rule => rule.in ?? [])).toEqual(['lo', 'tailscale0', 'br-teleport'])
})

test('B21 the tailnet is let in only where it is named', () => {
  expect(lines({ trusted_ifaces: [] }).filter(line => line.includes('tailscale'))).toEqual([])
})

const PEER = '203.0.113.9'
test.each<[Given, string, number, string | undefined, boolean]>([
  [{}, PEER, 22, 'eth0', true],
  [{}, '2001:db8::9', 22, 'eth0', true],
  [{}, PEER, 2222, 'eth0', false],
  [{ public_tcp: ['20:25'] }, PEER, 22, undefined, true],
  [{ public_tcp: [443] }, PEER, 22, 'eth0', false],
  [{ public_tcp: [443] }, PEER, 22, 'tailscale0', true],
  [{ public_tcp: [443] }, PEER, 22, 'tailscale01', false],
  [{ public_tcp: [443], trusted_ifaces: ['eth+'] }, PEER, 22, 'eth0', true],
  [{ public_tcp: [443], trusted_ifaces: ['eth+'] }, PEER, 22, undefined, false],
  [{ public_tcp: [443], trusted_cidrs: ['203.0.113.0/24'] }, PEER, 22, 'eth0', true],
  [{ public_tcp: [443], trusted_cidrs: ['2001:db8::/64'] }, '2001:db8::9', 22, 'eth0', true],
  [{ public_tcp: [443], trusted_cidrs: ['2001:db8::/64'] }, PEER, 22, 'eth0', false],
  [{ public_tcp: [], guarded_ports: [{ port: 22, allow_cidrs: [PEER] }] }, PEER, 22, 'eth0', true],
  [{ public_tcp: [], guarded_ports: [{ port: 22, allow_cidrs: [PEER] }] }, '203.0.113.8', 22, 'eth0', false],
  [{ public_tcp: [], public_udp: [22] }, PEER, 22, 'eth0', false],
  [{ host_policy: 'off', public_tcp: [] }, PEER, 22, 'eth0', true],
  [{ host_policy: 'off', public_tcp: [], guarded_ports: [{ port: '20:30' }] }, PEER, 22, 'eth0', false],
])('%j: %s to port %i by %s is let in: %s', (given, address, port, by, isIn) => {
  const vars = policy(given)
  const chains = [guardChain(vars), ...(vars.host_policy === 'enforce' ? [hostChain(vars)] : [])]
  expect(chains.every(({ rules }) => admits(rules, { address, port, interface: by }))).toBe(isIn)
})

test.each([
  ['', undefined],
  [
    '203.0.113.9 50000 10.0.0.1 22\n203.0.113.9 via 10.0.0.254 dev eth0 src 10.0.0.1 uid 0',
    [PEER, 22, 'eth0'],
  ],
  ['fe80::1%eth1 50000 fe80::2%eth1 2222\n', ['fe80::1', 2222, undefined]],
  ['::ffff:203.0.113.9 50000 ::ffff:10.0.0.1 22\n', [PEER, 22, undefined]],
])('how a run came: %j', (told, came) => {
  const connection = came && { address: came[0], port: came[1], interface: came[2] }
  expect(connectionFrom(told)).toEqual(connection)
})

test.each<[object, string]>([
  [{ public_tcp: [0] }, 'public_tcp.0 of h is 0: expected a port from 1 to 65535'],
  [{ public_tcp: [70_000] }, 'expected a port from 1 to 65535'],
  [{ public_tcp: ['ssh'] }, 'expected a port from 1 to 65535'],
  [{ public_tcp: ['30:20'] }, 'expected a port from 1 to 65535'],
  [{ public_udp: ['1:2:3'] }, 'expected a port from 1 to 65535'],
  [{ guarded_ports: [{ port: 22, allow_cidrs: ['bastion'] }] }, 'expected an address or a network'],
  [{ guarded_ports: [{ port: 22, allow_cidrs: ['10.0.0.0/33'] }] }, 'expected an address or a network'],
  [{ guarded_ports: [{ port: 22, proto: 'icmp' }] }, 'proto'],
  [{ guarded_ports: [{ port: 22, allow: [] }] }, 'has no "allow"'],
  [{ guarded_ports: [{ port: '20:30' }] }, '22 is open to everybody by public_tcp: take it out of there'],
  [{ public_udp: [53], guarded_ports: [{ port: 53, proto: 'udp' }] }, 'open to everybody by public_udp'],
  [{ trusted_ifaces: ['a-name-of-16-char'] }, 'at most 15'],
  [{ trusted_ifaces: ['eth0; reboot'] }, 'expected an interface'],
  [{ trusted_ifaces: ['!lo'] }, 'expected an interface'],
  [{ trusted_cidrs: ['fe80::1%eth0'] }, 'expected an address or a network'],
  [{ docker_bridges: [] }, 'docker_bridges'],
  [{ rollback_seconds: 10 }, 'rollback_seconds'],
  [{ host_policy: 'on' }, 'host_policy'],
  [{ public_tpc: [22] }, 'has no "public_tpc"'],
])('%j is refused before anything is asked', (given, message) => {
  expect(() => roleTasks(iptablesHardening(given as Given))).toThrow(message)
})

import { hostname, userInfo } from 'node:os'
import { describe, expect, test } from 'vitest'
import type { Reply } from '../../src/model/probe.ts'
import { gpus, memory } from '../../src/run/facts/hardware.ts'
import { askFacts, FACT_NAMES } from '../../src/run/facts/index.ts'
import { listening, mounts, routes } from '../../src/run/facts/network.ts'
import { docker, tailscale, teleport } from '../../src/run/facts/platforms.ts'
import type { Section } from '../../src/run/facts/section.ts'
import { packages, restart, services, users } from '../../src/run/facts/software.ts'
import { ScratchHost } from '../support/scratch-host.ts'

test('all of them cost one frame, and are what the host says', async () => {
  using host = new ScratchHost()
  const session = await host.session('facts', null)
  const before = session.frames
  const told = await askFacts(session, FACT_NAMES)
  expect(session.frames - before).toBe(1)
  const facts = Object.fromEntries(told.map(({ name, value }) => [name, value]))
  expect(Object.keys(facts)).toEqual(FACT_NAMES)
  expect(facts).toMatchObject({
    hostname: hostname(),
    cpu: { count: expect.any(Number), load: [expect.any(Number), expect.any(Number), expect.any(Number)] },
    memory: { totalBytes: expect.any(Number) },
    gpus: { gpus: expect.any(Array) },
  })
  const accounts = facts['users'] as { users: readonly { name: string; uid: number }[] }
  expect(accounts.users).toContainEqual(
    expect.objectContaining({ name: userInfo().username, uid: userInfo().uid }),
  )
  const files = facts['mounts'] as readonly { path: string; sizeBytes?: number }[]
  expect(files.find(({ path }) => path === '/')?.sizeBytes).toBeGreaterThan(0)
  const { manager, installed } = facts['packages'] as {
    manager: string
    installed: readonly { name: string }[]
  }
  expect([manager, installed.some(({ name }) => name === 'busybox')]).toEqual(['dpkg', true])
  for (const { name, brief } of told) expect(brief, name).toMatch(/^[^\n]+$/)
  await session.close()
})

const reply = (stdout: string, code = 0, stderr = ''): Reply => ({
  stdout,
  stderr,
  code,
  bytes: Buffer.from(stdout),
})

const GPU = `0, NVIDIA B200, GPU-1c3a, 570.86.10, 183359, 1024, 7, 41, Disabled
1, NVIDIA B200, GPU-2d4b, 570.86.10, 183359, 0, [N/A], 39, Enabled
`
const SOCKETS = `udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=601,fd=14))
tcp LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=41,fd=4),("systemd",pid=1,fd=60))
tcp LISTEN 0 4096 *:9100 *:*
`
const NEEDS = `==
needrestart
NEEDRESTART-VER: 3.6
NEEDRESTART-KCUR: 6.1.0-18-amd64
NEEDRESTART-KSTA: 3
NEEDRESTART-SVC: cron.service
NEEDRESTART-SVC: user@1000.service
`
const DOCKER = `{"Version":"28.1.1","Os":"linux"}
==
{"ID":"abc","Names":"web","Image":"nginx:1","State":"running","Status":"Up 2 hours"}
`

describe('an answer', () => {
  test.each<[string, Section, Reply, unknown, string]>([
    ['without nvidia-smi', gpus, reply('', 127), { installed: false, gpus: [] }, 'no nvidia-smi'],
    [
      'of a driver that does not run',
      ...([
        gpus,
        reply('', 9, 'NVIDIA-SMI has failed'),
        { installed: true, error: 'NVIDIA-SMI has failed' },
      ] as const),
      'NVIDIA-SMI has failed',
    ],
    [
      'of GPUs',
      ...([gpus, reply(GPU)] as const),
      {
        gpus: [
          {
            index: 0,
            name: 'NVIDIA B200',
            driver: '570.86.10',
            memoryBytes: 183_359 * 1024 ** 2,
            busyPercent: 7,
            mig: false,
          },
          { index: 1, usedBytes: 0, busyPercent: null, celsius: 39, mig: true },
        ],
      },
      '2 × NVIDIA B200, driver 570.86.10',
    ],
    [
      'of sockets',
      ...([listening, reply(SOCKETS)] as const),
      {
        sockets: [
          { protocol: 'udp', address: '127.0.0.53%lo', port: 53, process: 'systemd-resolve', pid: 601 },
          { protocol: 'tcp', address: '::', port: 22, process: 'sshd', pid: 41 },
          { protocol: 'tcp', address: '*', port: 9100 },
        ],
      },
      'udp/53 systemd-resolve, tcp/22 sshd, tcp/9100',
    ],
    ['without ss', listening, reply('', 127, 'ss: not found'), { error: 'ss: not found' }, 'ss: not found'],
    [
      'of routes',
      ...([
        routes,
        reply('default via 10.0.0.1 dev eth0 proto dhcp\nblackhole 10.9.0.0/16\n==\nfe80::/64 dev eth0\n'),
      ] as const),
      [
        { family: 4, to: 'default', kind: undefined, via: '10.0.0.1', interface: 'eth0' },
        { family: 4, to: '10.9.0.0/16', kind: 'blackhole', via: undefined, interface: undefined },
        { family: 6, to: 'fe80::/64', kind: undefined, via: undefined, interface: 'eth0' },
      ],
      '3, default by 10.0.0.1 (eth0)',
    ],
    [
      'of mounts',
      ...([
        mounts,
        reply(
          'proc /proc proc rw 0 0\n/dev/vda /a\\040b ext4 rw,noexec 0 0\n==\nFilesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 10 4 6 40% /a b\n',
        ),
      ] as const),
      [
        {
          path: '/a b',
          source: '/dev/vda',
          type: 'ext4',
          options: ['rw', 'noexec'],
          sizeBytes: 10_240,
          usedBytes: 4096,
        },
      ],
      '1 ext4',
    ],
    [
      'of needrestart',
      ...([
        restart,
        reply(NEEDS),
        {
          rebootRequired: true,
          packages: [],
          askedBy: 'needrestart',
          services: ['cron.service', 'user@1000.service'],
        },
      ] as const),
      'reboot required; services: cron.service, user@1000.service',
    ],
    [
      'of a kernel that waits',
      ...([
        restart,
        reply('reboot\nlinux-image\n==\n'),
        { rebootRequired: true, packages: ['linux-image'], services: [] },
      ] as const),
      'reboot required by linux-image; services unknown without needrestart',
    ],
    [
      'of memory',
      memory,
      reply('MemTotal: 2048 kB\nMemAvailable: 1024 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n'),
      { totalBytes: 2 * 1024 ** 2, availableBytes: 1024 ** 2, swapTotalBytes: 0, swapFreeBytes: 0 },
      '1.0 MiB of 2.0 MiB available, swap 0 B',
    ],
    ['without docker', docker, reply('', 127), { installed: false, containers: [] }, 'not installed'],
    [
      'of docker',
      ...([
        docker,
        reply(DOCKER),
        { installed: true, version: '28.1.1', containers: [{ name: 'web', state: 'running' }] },
      ] as const),
      '28.1.1, containers: 1 running',
    ],
    [
      'of a docker that is down',
      ...([
        docker,
        reply('Cannot connect to the Docker daemon\n==\n', 1),
        { installed: true, error: 'Cannot connect to the Docker daemon' },
      ] as const),
      'Cannot connect to the Docker daemon',
    ],
    ['without tailscale', tailscale, reply('', 127), { installed: false }, 'not installed'],
    [
      'of tailscale',
      ...([
        tailscale,
        reply(
          '1.98.9\n==\n{"BackendState":"Running","TailscaleIPs":["100.64.0.1"],"Self":{"DNSName":"b.ts.net."}}',
        ),
      ] as const),
      { installed: true, version: '1.98.9', state: 'Running', name: 'b.ts.net.', addresses: ['100.64.0.1'] },
      '1.98.9, Running, b.ts.net., 100.64.0.1',
    ],
    [
      'of teleport',
      teleport,
      reply('Teleport v18.6.0 git:v18.6.0-0-g1 go1.24\n==\nactive\n'),
      { installed: true, version: '18.6.0', active: true },
      '18.6.0, active',
    ],
    [
      'of rpm',
      packages,
      reply('rpm\ninstalled\tbash\t0:5.2-1.el9\tx86_64\n'),
      { manager: 'rpm', installed: [{ name: 'bash', version: '5.2-1.el9', arch: 'x86_64' }] },
      '1 of rpm',
    ],
    [
      'of systemd',
      ...([
        services,
        reply(
          'cron.service loaded active running Cron\nx.service loaded failed failed X\n==\ncron.service enabled enabled\n',
        ),
      ] as const),
      [
        { unit: 'cron.service', load: 'loaded', active: 'active', sub: 'running', file: 'enabled' },
        { unit: 'x.service', file: '' },
      ],
      '1 running, 1 failed; failed: x.service',
    ],
    [
      'of accounts',
      ...([
        users,
        reply('root:x:0:0:root:/root:/bin/sh\nd:x:1:1::/:/usr/sbin/nologin\n==\nadm:x:4:a,b\n'),
      ] as const),
      {
        users: [{ name: 'root', uid: 0, shell: '/bin/sh' }, { name: 'd' }],
        groups: [{ name: 'adm', gid: 4, members: ['a', 'b'] }],
      },
      '2, of whom may log in: root; 1 groups',
    ],
  ])('%s', (_, { parse, brief }, answer, value, line) => {
    const found = parse(answer)
    expect(found).toMatchObject(value as object)
    expect(brief(found)).toBe(line)
  })
})

import { beforeAll, expect, test, vi } from 'vitest'
import { docker } from '../../src/controller/docker.ts'
import { requireEngine } from '../../src/lab/engine.ts'
import { startRampart } from '../support/rampart.ts'
import { useLab } from './lab.ts'
import { until } from './look.ts'
import { failures, tasks } from './roles/bench.ts'
import { firewallBench, given, HOSTS } from './roles/firewall-bench.ts'
import { ROUNDS } from './roles/firewall-drifts.ts'
import type { Met } from './roles/knocks.ts'

const lab = useLab({ name: 'firewall', nodes: 2 })
vi.setConfig({ testTimeout: 240_000 })

const bench = firewallBench(lab)
const { at, run, converge, meets, ours, echo } = bench
const { addresses } = bench
beforeAll(bench.prepare, 400_000)

const PUBLIC: Readonly<Record<number, Met>> = {
  22: 'open',
  80: 'open',
  443: 'refused',
  8081: 'silent',
  8443: 'silent',
  8888: 'silent',
  9999: 'silent',
}

test('before: what Docker publishes and what listens is open to everybody', async () => {
  await meets('machine', addresses.far, {
    ...PUBLIC,
    8081: 'open',
    8443: 'open',
    8888: 'open',
    9999: 'refused',
  })
  await meets('dgx02', addresses.node, { 22: 'open', 9000: 'open' })
  await meets({ nic: 'nic9' }, [await bench.container()], { 3050: 'open' })
  expect(await echo()).toBe('hi')
})

test('a dry run names what would change, and changes nothing', async () => {
  const state = () =>
    Promise.all(
      HOSTS.map(host =>
        at(
          host,
          'iptables-save | grep -v "^#" | sed "s/ \\[.*//"; ls -A /etc/rampart /var/lib/rampart /etc/systemd/system 2>&1; true',
        ),
      ),
    )
  const before = await state()
  const told = await run('--check')
  expect(told.code, failures(told)).toBe(2)
  for (const host of HOSTS)
    expect(tasks(told, 'would-change')).toEqual(
      expect.arrayContaining([`${host} firewall`, `${host} systemdUnit rampart-firewall`]),
    )
  expect(await state()).toEqual(before)
})

test('a variable that would lock us out is refused before any change, and named', async () => {
  for (const [host, vars, hint] of [
    ['bastion', { public_tcp: [80, 443] }, 'Add 22 to public_tcp, or { port: 22, allow_cidrs: ['],
    [
      'dgx01',
      { guarded_ports: [{ port: 22, allow_cidrs: ['203.0.113.9'] }] },
      `Add ${addresses.near[0]}, or its network, to guarded_ports[0].allow_cidrs.`,
    ],
  ] as const) {
    const told = await run('-l', host, ...given(vars))
    expect(told.code).toBe(3)
    expect(tasks(told, 'changed')).toEqual([])
    const { error } = told.tasks.find(({ status }) => status === 'failed') ?? {}
    expect(error?.message).toContain('these rules would lock rampart out: it comes from')
    expect(error?.hint).toContain(hint)
    expect(await ours(host)).toBe('')
  }
})

test('another firewall is refused, and stopped once ours is in force where that is asked for', async () => {
  await at(
    'dgx01',
    `printf '[Service]\\nExecStart=sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/ufw.service
systemctl daemon-reload && systemctl enable -q --now ufw`,
  )
  const told = await run('-l', 'dgx01')
  expect(told).toMatchObject({ code: 3, recap: { hosts: { dgx01: { changed: 0 } } } })
  expect(failures(told)).toContain('ufw is the firewall of this host')
  expect(failures(await run('-l', 'dgx01', ...given({ takeover: true, ipv6: false })))).toContain(
    'this host has IPv6, which would stay open',
  )
  const changed = await converge('-l', 'dgx01', ...given({ takeover: true }))
  expect(changed.at(-1)).toBe('dgx01 other firewalls are stopped')
  expect(await at('dgx01', 'systemctl is-active ufw; systemctl is-enabled ufw; true')).toBe(
    'inactive\ndisabled',
  )
  await at('dgx01', 'rm /etc/systemd/system/ufw.service && systemctl daemon-reload')
})

test('a run that is killed is brought to its end by the next', async () => {
  const running = startRampart(['run', ...bench.args('-l', 'dgx02'), '--json'])
  await running.until('"state":"confirmed"')
  running.kill('SIGKILL')
  await running.end
  await until(lab, 'dgx02', 'flock -n /run/rampart/lock true')
  await converge('-l', 'dgx02')
  expect(await at('dgx02', 'systemctl is-enabled rampart-firewall')).toBe('enabled')
})

test('the first run converges, the second changes nothing, and what is others’ is as it was', async () => {
  const before = await bench.foreign()
  await converge()
  const second = await run()
  for (const host of HOSTS)
    expect(second.recap.hosts[host]).toMatchObject({ changed: 0, failed: 0, frames: 2 })
  expect(await bench.foreign()).toBe(before)
})

test('B1 B3 what Docker publishes on all addresses is closed, over IPv4 and IPv6, before Docker has a say', async () => {
  await meets('machine', addresses.far, PUBLIC)
  await meets('dgx01', addresses.near, { ...PUBLIC, 8888: 'open' })
  expect(await echo()).toBe('')
  expect(
    await at(
      'bastion',
      'timeout 3 bash -c ": </dev/tcp/127.0.0.1/8081" && docker exec web nc -z 172.17.0.1 3 || echo through',
    ),
  ).toBe('through')
})

test('nodes have one port open, to the bastion', async () => {
  await meets('dgx02', addresses.node, { 22: 'silent', 9000: 'silent' })
  await meets(
    'bastion',
    addresses.node.filter(one => !one.includes(':')),
    { 22: 'open', 9000: 'silent' },
  )
  expect(
    await at(
      'bastion',
      `busybox ping -c 1 -W 9 ${addresses.node[0]} >/dev/null && busybox ping6 -c 1 -W 9 ${addresses.node.at(-1)} >/dev/null && echo answers`,
    ),
  ).toBe('answers')
})

test('B5 another NIC is closed like the first, and a container’s own address with it', async () => {
  await meets({ nic: 'nic9' }, ['10.9.9.1'], PUBLIC)
  await meets({ nic: 'nic9' }, [await bench.container()], { 3050: 'silent' })
})

test('B21 the tailnet is let in by name, and without it tailscaled’s own ACCEPT does not help', async () => {
  await meets({ nic: 'tailscale0' }, ['100.64.0.1'], { 8081: 'open', 8888: 'open' })
  // As tailscaled does each time it starts.
  await at('bastion', 'iptables -D INPUT -j ts-input; iptables -I INPUT 1 -j ts-input')
  expect(await converge('-l', 'bastion')).toEqual([])
  await converge('-l', 'bastion', ...given({ trusted_ifaces: [] }))
  await meets({ nic: 'tailscale0' }, ['100.64.0.1'], { 22: 'open', 8081: 'silent', 8888: 'silent' })
})

test('B4 a published port is opened by the number that outsiders use, and no other with it', async () => {
  const open = given({ public_tcp: [22, 80, 443, 8081], public_udp: [5353], trusted_ifaces: ['nic+'] })
  await converge('-l', 'bastion', ...open)
  await meets('machine', addresses.far, { ...PUBLIC, 8081: 'open' })
  await meets({ nic: 'nic9' }, ['10.9.9.1'], { 8443: 'open', 8888: 'open' })
  expect(await echo()).toBe('hi')
  await converge('-l', 'bastion')
  await meets('machine', addresses.far, PUBLIC)
})

test('B6 what was changed by hand is found, and mended by its own task, once', async () => {
  for (const { scripts, found } of ROUNDS) {
    const before = await Promise.all(HOSTS.map(ours))
    for (const host of HOSTS) await at(host, scripts[host])
    const check = await run('--check')
    expect([...tasks(check, 'would-change')].sort(), failures(check)).toEqual(found)
    expect([...(await converge())].sort()).toEqual(found)
    const after = await Promise.all(HOSTS.map(ours))
    expect(after).toEqual(before)
  }
  await at('bastion', 'iptables -t mangle -D PREROUTING -p tcp --dport 8081 -j ACCEPT')
  expect(await converge()).toEqual([])
  await meets('machine', addresses.far, PUBLIC)
})

test('rules that shut us out all the same are undone by the host', async () => {
  const before = await ours('bastion')
  // sshd is told another address than the one that packets come from: what we come by cannot be known.
  const trick = 'nat INPUT -p tcp --dport 22 -j SNAT --to-source 192.0.2.7'
  await at('bastion', `iptables -t ${trick.replace('INPUT', '-A INPUT')}`)
  const vars = given({ public_tcp: [80, 443], guarded_ports: [{ port: 22, allow_cidrs: ['192.0.2.7'] }] })
  const told = await run('-l', 'bastion', ...vars)
  await at('bastion', `iptables -t ${trick.replace('INPUT', '-D INPUT')}`)
  expect(told.code, failures(told)).toBe(5)
  expect(told.tasks.find(({ status }) => status === 'rolled-back')?.task).toBe('firewall')
  expect(await ours('bastion')).toBe(before)
  await meets('machine', addresses.far, PUBLIC)
  expect(await converge('-l', 'bastion')).toEqual([])
})

test('it holds after a restart of Docker, and of the host', async () => {
  const again = async (web: Met) => {
    await until(
      lab,
      'bastion',
      'docker inspect -f "{{.State.Running}}" web | grep -q true && systemctl is-active -q ssh rampart-firewall-docker',
      120,
    )
    await meets('machine', addresses.far, { ...PUBLIC, 80: web })
    expect(await converge()).toEqual([])
  }
  // Docker's own order of things is Docker's to mend.
  await at('bastion', 'iptables -D FORWARD -j DOCKER-USER; iptables -A FORWARD -j DOCKER-USER')
  const told = await run('-l', 'bastion', '--check')
  expect(failures(told)).toContain("FORWARD calls DOCKER-USER after Docker's own chains")
  await at('bastion', 'systemctl restart docker')
  await again('open')
  await docker(await requireEngine(), ['restart', lab.container('bastion')])
  // What listened by hand is gone.
  await again('refused')
  expect(await at('bastion', 'iptables -S DOCKER-USER | grep -v ^-N')).toBe(
    '-A DOCKER-USER -j RAMPART-FWD\n-A DOCKER-USER -j RETURN',
  )
})

test('the way back: stopped and disabled, nothing of it is in force', async () => {
  await at('dgx01', 'systemctl disable -q --now rampart-firewall')
  expect(await ours('dgx01')).toBe('')
  await meets('dgx02', addresses.node, { 9000: 'open' })
})

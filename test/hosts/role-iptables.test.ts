import { join } from 'node:path'
import { beforeAll, expect, test, vi } from 'vitest'
import { docker } from '../../src/controller/docker.ts'
import { requireEngine } from '../../src/lab/engine.ts'
import { rampartRun, startRampart } from '../support/rampart.ts'
import { readInventory } from './door.ts'
import { useLab } from './lab.ts'
import { until } from './look.ts'
import { failures, tasks } from './roles/bench.ts'
import { ROUNDS } from './roles/firewall-drifts.ts'
import { knocks } from './roles/knocks.ts'

const lab = useLab({ name: 'firewall', nodes: 2 })
vi.setConfig({ testTimeout: 240_000 })

const HOSTS = ['bastion', 'dgx01', 'dgx02'] as const
const { at, plug, knock } = knocks(lab)
const ROLE = 'iptables-hardening'

/** Each host's addresses, its own network's first. */
const address = async (host: 'bastion' | 'dgx01' | 'dgx02', device = 'eth0') =>
  (
    await at(host, `ip -o addr show dev ${device} scope global | awk '{ sub("/.*", "", $4); print $4 }'`)
  ).split('\n')
let near: readonly string[] // the bastion's to the nodes
let far: readonly string[] // the bastion's to this machine
let node: readonly string[]

const args = () => [
  join(import.meta.dirname, '../../playbooks/iptables-hardening.ts'),
  ...['-i', lab.files.inventory, '-e', `egress_proxy_url=http://${near[0]}:8888`],
  ...[
    '-e',
    `lan_cidrs=${JSON.stringify(near.map(one => (one.includes(':') ? `${one.replace(/::.*/, '::')}/64` : `${one}/24`)))}`,
  ],
]
const run = (...more: readonly string[]) => rampartRun([...args(), ...more])
const given = (vars: object) =>
  Object.entries(vars).flatMap(([name, value]) => ['-e', `${ROLE}.${name}=${JSON.stringify(value)}`])
const converge = async (...more: readonly string[]) => {
  const told = await run(...more)
  expect(told.code, failures(told)).toBe(0)
  return tasks(told, 'changed')
}

/** What is not ours: everybody else's chains, rules and jumps, in their order. */
const foreign = () =>
  at(
    'bastion',
    `for save in iptables-save ip6tables-save; do "$save" | grep -v -e RAMPART -e '^#' -e '^[*]mangle' -e COMMIT -e '^:[A-Z]* ACCEPT' | sed 's/ \\[.*//'; done`,
  )
const ours = (host = 'bastion') =>
  at(host as 'bastion', '{ iptables-save; ip6tables-save; } | grep RAMPART; true')
const met = (addresses: readonly string[], ports: Readonly<Record<number, string>>) =>
  Object.fromEntries(
    addresses.flatMap(one => Object.entries(ports).map(([port, what]) => [`${one}/${port}`, what])),
  )
const knockAll = (
  from: Parameters<typeof knock>[0],
  addresses: readonly string[],
  ports: Readonly<Record<number, string>>,
) => knock(from, ...Object.keys(met(addresses, ports)))
const meets = async (
  from: Parameters<typeof knock>[0],
  addresses: readonly string[],
  ports: Readonly<Record<number, string>>,
) => expect(await knockAll(from, addresses, ports), JSON.stringify(from)).toEqual(met(addresses, ports))

// An engine that publishes on all addresses, programs that listen on all, and what tailscaled does to a host.
beforeAll(async () => {
  const { all } = readInventory(lab)
  far = await address('bastion')
  expect(far).toContain(all.hosts.bastion.address)
  node = await address('dgx01')
  near = await address('bastion', 'eth1')
  const listen = (...ports: readonly number[]) =>
    ports.map(port => `systemd-run -q python3 -m http.server --bind :: ${port}`).join('\n')
  await Promise.all([
    at('dgx01', listen(9000)),
    at(
      'bastion',
      `${listen(80, 8888)}
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update && apt-get -qq install -y --no-install-recommends docker.io docker-cli iptables busybox-static >/dev/null 2>&1 || exit
until docker version >/dev/null 2>&1; do sleep 0.2; done
mkdir -p /root/bb/bin && cp /bin/busybox /root/bb/bin/ && for name in cat httpd nc sh; do ln -s busybox "/root/bb/bin/$name"; done
tar -C /root/bb -c . | docker import --change 'ENV PATH=/bin' - bb:1 >/dev/null
docker run -d --name web --restart always -p 8081:3050 -p 8443:3080 bb:1 sh -c 'httpd -p 3050; httpd -f -p 3080'
docker run -d --name echo --restart always -p 5353:53/udp bb:1 nc -ul -p 53 -e cat`,
    ),
  ])
  await plug('tailscale0', ['100.64.0.1/24'], ['100.64.0.2/24'])
  await plug('nic9', ['10.9.9.1/24', 'fd09::1/64'], ['10.9.9.2/24', 'fd09::2/64'])
  await at({ nic: 'nic9' }, 'ip route add 172.17.0.0/16 via 10.9.9.1')
  await at(
    'bastion',
    `iptables -N ts-input; iptables -A ts-input -i tailscale0 -j ACCEPT; iptables -I INPUT 1 -j ts-input
iptables -N ts-forward; iptables -A ts-forward -i tailscale0 -j ACCEPT; iptables -I FORWARD 1 -j ts-forward
iptables -N theirs; iptables -A theirs -p tcp --dport 7 -j DROP; iptables -A INPUT -j theirs; ip6tables -A INPUT -p udp --dport 9 -j DROP`,
  )
}, 400_000)

const PUBLIC = {
  22: 'open',
  80: 'open',
  443: 'refused',
  8081: 'silent',
  8443: 'silent',
  8888: 'silent',
  9999: 'silent',
}

test('before: what Docker publishes and what listens is open to everybody', async () => {
  await meets('machine', far, { ...PUBLIC, 8081: 'open', 8443: 'open', 8888: 'open', 9999: 'refused' })
  await meets('dgx02', node, { 22: 'open', 9000: 'open' })
  expect(await knock({ nic: 'nic9' }, `${await containerAddress()}/3050`)).toEqual({
    [`${await containerAddress()}/3050`]: 'open',
  })
  expect(await echo()).toBe('hi')
})

const containerAddress = () => at('bastion', "docker inspect -f '{{.NetworkSettings.IPAddress}}' web")
/** A packet to a published port of UDP, and what comes back. */
const echo = () =>
  at(
    'machine',
    `exec 3<>/dev/udp/${far.find(one => !one.includes(':'))}/5353; echo hi >&3; timeout 2 head -n 1 <&3; true`,
  )

test('a dry run names what would change, and changes nothing', async () => {
  const state = () =>
    Promise.all(
      HOSTS.map(host =>
        at(
          host,
          'iptables-save | grep -v "^#" | sed "s/ \\[.*//"; ls -A /etc/rampart /var/lib/rampart /etc/systemd/system 2>&1',
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
      `Add ${near[0]}, or its network, to guarded_ports[0].allow_cidrs.`,
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

test('a run that is killed is brought to its end by the next', async () => {
  const running = startRampart(['run', ...args(), '-l', 'dgx02', '--json'])
  await running.until('"state":"confirmed"')
  running.kill('SIGKILL')
  await running.end
  await until(lab, 'dgx02', 'flock -n /run/rampart/lock true')
  await converge('-l', 'dgx02')
  expect(await at('dgx02', 'systemctl is-enabled rampart-firewall')).toBe('enabled')
})

test('the first run converges, the second changes nothing, and what is others’ is as it was', async () => {
  const before = await foreign()
  await converge()
  const second = await run()
  for (const host of HOSTS)
    expect(second.recap.hosts[host]).toMatchObject({ changed: 0, failed: 0, frames: 2 })
  expect(await foreign()).toBe(before)
})

test('B1 B3 what Docker publishes on all addresses is closed, over IPv4 and IPv6, before Docker has a say', async () => {
  await meets('machine', far, PUBLIC)
  await meets('dgx01', near, { ...PUBLIC, 8888: 'open' })
  expect(await echo()).toBe('')
  expect(
    await at(
      'bastion',
      'timeout 3 bash -c ": </dev/tcp/127.0.0.1/8081" && docker exec web nc -z 172.17.0.1 3 || echo through',
    ),
  ).toBe('through')
})

test('nodes have one port open, to the bastion', async () => {
  await meets('dgx02', node, { 22: 'silent', 9000: 'silent' })
  await meets(
    'bastion',
    node.filter(one => !one.includes(':')),
    { 22: 'open', 9000: 'silent' },
  )
  expect(
    await at(
      'bastion',
      `ping -c 1 -W 5 ${node[0]} >/dev/null && ping -c 1 -W 5 ${node[1] ?? node[0]} >/dev/null && echo answers`,
    ),
  ).toBe('answers')
})

test('B5 another NIC is closed like the first, and a container’s own address with it', async () => {
  await meets({ nic: 'nic9' }, ['10.9.9.1', 'fd09::1'], PUBLIC)
  const container = `${await containerAddress()}/3050`
  expect(await knock({ nic: 'nic9' }, container)).toEqual({ [container]: 'silent' })
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
  await meets('machine', far, { ...PUBLIC, 8081: 'open' })
  await meets({ nic: 'nic9' }, ['10.9.9.1', 'fd09::1'], { 8443: 'open', 8888: 'open' })
  expect(await echo()).toBe('hi')
  await converge('-l', 'bastion')
  await meets('machine', far, PUBLIC)
})

test('B6 what was changed by hand is found, and mended by its own task, once', async () => {
  for (const { scripts, found } of ROUNDS) {
    const before = await Promise.all(HOSTS.map(ours))
    for (const host of HOSTS) await at(host, scripts[host])
    const check = await run('--check')
    expect([...tasks(check, 'would-change')].sort(), failures(check)).toEqual(found)
    expect([...(await converge())].sort()).toEqual(found)
    const after = await Promise.all(HOSTS.map(ours))
    const rules = (texts: readonly string[]) => texts.map(text => text.replaceAll(/\[.*\]/g, ''))
    expect(rules(after)).toEqual(rules(before))
  }
  await at('bastion', 'iptables -t mangle -D PREROUTING -p tcp --dport 8081 -j ACCEPT')
  expect(await converge()).toEqual([])
  await meets('machine', far, PUBLIC)
})

test('rules that shut us out all the same are undone by the host', async () => {
  const before = await ours()
  // sshd is told another address than the one that packets come from: what we come by cannot be known.
  const trick = 'nat INPUT -p tcp --dport 22 -j SNAT --to-source 192.0.2.7'
  await at('bastion', `iptables -t ${trick.replace('INPUT', '-A INPUT')}`)
  const vars = given({ public_tcp: [80, 443], guarded_ports: [{ port: 22, allow_cidrs: ['192.0.2.7'] }] })
  const told = await run('-l', 'bastion', ...vars)
  await at('bastion', `iptables -t ${trick.replace('INPUT', '-D INPUT')}`)
  expect(told.code, failures(told)).toBe(5)
  expect(told.tasks.find(({ status }) => status === 'rolled-back')?.task).toBe('firewall')
  expect((await ours()).replaceAll(/\[.*\]/g, '')).toBe(before.replaceAll(/\[.*\]/g, ''))
  await meets('machine', far, PUBLIC)
  expect(await converge('-l', 'bastion')).toEqual([])
})

test('it holds after a restart of Docker, and of the host', async () => {
  const again = async () => {
    await until(
      lab,
      'bastion',
      'docker inspect -f "{{.State.Running}}" web | grep -q true && systemctl is-active -q ssh rampart-firewall-docker',
      120,
    )
    await meets('machine', far, PUBLIC)
    expect(await converge()).toEqual([])
  }
  await at('bastion', 'systemctl restart docker')
  await again()
  await docker(await requireEngine(), ['restart', lab.container('bastion')])
  await again()
  expect(await at('bastion', 'iptables -S DOCKER-USER | grep -v ^-N')).toBe(
    '-A DOCKER-USER -j RAMPART-FWD\n-A DOCKER-USER -j RETURN',
  )
})

test('the way back: stopped and disabled, nothing of it is in force', async () => {
  await at('dgx01', 'systemctl disable -q --now rampart-firewall')
  expect(await ours('dgx01')).toBe('')
  await meets('dgx02', node, { 9000: 'open' })
})

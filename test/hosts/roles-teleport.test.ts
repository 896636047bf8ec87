import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { useLab } from './lab.ts'
import { until } from './look.ts'
import { failures, tasks } from './roles/bench.ts'
import type { ListedNode } from './roles/teleport.ts'
import { SEARCH, teleportBench, UNWATCH, WATCH } from './roles/teleport.ts'
import { FOREIGN, LEFT, RUNNING, WRITTEN } from './roles/teleport-drifts.ts'

const lab = useLab({ name: 'teleport', nodes: 2, world: true })
vi.setConfig({ testTimeout: 900_000, hookTimeout: 600_000 })

const bench = teleportBench(lab)
const { inside, run, given, succeed, tctl, json, converged, start, startNodes, links } = bench
const HOSTS = ['bastion', 'dgx01', 'dgx02'] as const
const NODES = ['dgx01', 'dgx02'] as const
const TOKEN = '/var/lib/teleport/join-token'

const state = (host: string) =>
  inside(
    host,
    '{ find /etc /home /root /opt /usr/local /var/lib/rampart /var/lib/teleport -xdev -type f -exec sha256sum {} + ; dpkg-query -W; } 2>/dev/null | sort | sha256sum',
  )

/** Kills a run. */
async function killedAt(at: Promise<void>, running: ReturnType<typeof start>): Promise<void> {
  const ended = running.end.then(({ stdout }) => expect.unreachable(`it ended before that: ${stdout}`))
  await Promise.race([at, ended])
  ended.catch(() => undefined)
  running.kill('SIGKILL')
  await running.end
}

/** What was under way ends on the hosts by itself. */
async function unlocked(): Promise<void> {
  for (const host of HOSTS)
    await until(lab, host, '[ ! -e /run/rampart/lock ] || flock -n /run/rampart/lock true', 180)
}

/** Where secrets are found on this machine: in what was printed, and in the files of the run but for the links themselves. */
function heldBy(secrets: readonly string[], printed: string): readonly string[] {
  const files = readdirSync(bench.home, { recursive: true, encoding: 'utf8' })
    .map(name => join(bench.home, name))
    .filter(file => statSync(file).isFile() && !file.includes('/invites/'))
    .map(file => [file, readFileSync(file, 'utf8')] as const)
  const all = [...files, ['output', printed] as const]
  return all.filter(([, text]) => secrets.some(secret => text.includes(secret))).map(([where]) => where)
}

describe('against the Teleport stand-in', () => {
  test('a dry run names what would change, and changes nothing', async () => {
    const before = await Promise.all(HOSTS.map(state))
    const told = await run('--check')
    expect([2, 3], failures(told)).toContain(told.code)
    expect(tasks(told, 'would-change')).toEqual(
      expect.arrayContaining(['bastion directory /opt/teleport', 'dgx01 aptRepository teleport']),
    )
    const unknown = tasks(told, 'unknown')
    for (const task of ['bastion published ports', 'bastion cluster user dev', 'dgx01 joined'])
      expect(unknown).toContain(task)
    expect(tasks(told, 'changed')).toEqual([])
    expect(await Promise.all(HOSTS.map(state))).toEqual(before)
    expect(existsSync(join(bench.home, 'invites'))).toBe(false)
  })

  test('killed at one task after the other, the last run converges, and one more changes nothing', async () => {
    for (const task of ['teleport settings', 'container', 'cluster user dev', 'agent package']) {
      const running = start()
      await killedAt(running.until(`"task":"${task}"`), running)
      await unlocked()
    }
    // In the middle of joining, which cannot end as the way there is shut.
    await inside('bastion', 'systemctl stop openresty')
    for (const node of NODES)
      await inside(node, 'systemctl stop teleport 2>/dev/null || true; rm -rf /var/lib/teleport')
    const running = startNodes('-e', 'teleport-agent.join_token_ttl=50m')
    await killedAt(until(lab, 'dgx01', `[ -s ${TOKEN} ]`), running)
    const token = await inside('dgx01', `cat ${TOKEN}`)
    expect(token).toMatch(/^[0-9a-f]{32}$/)
    expect(await inside('bastion', SEARCH, `${token}\n`)).toBe('')
    const tokens = await json<{ metadata: { name: string; expires: string } }[]>('tokens ls --with-secrets')
    const its = tokens.find(({ metadata }) => metadata.name === token)?.metadata.expires ?? ''
    expect(Date.parse(its)).toBeGreaterThan(Date.now() + 40 * 60_000)
    await inside('bastion', 'systemctl start openresty')
    await unlocked()
    await succeed(run())
    await converged()
    for (const node of NODES) await inside(node, `[ ! -e ${TOKEN} ]`)
  })

  test('B7 from outside nothing of Teleport answers, in IPv4 and IPv6', async () => {
    expect(await inside('bastion', 'docker port teleport')).toBe('3080/tcp -> 127.0.0.1:3080')
    const open = await inside(
      'world',
      `for address in $(getent ahosts teleport.lab.test | cut -d ' ' -f 1 | sort -u); do for port in 443 3080 3023 3024 3025; do
  ! timeout 3 bash -c ": </dev/tcp/$address/$port" 2>/dev/null || echo "$port"; done; done | sort -u`,
    )
    expect(open).toBe('443')
  })

  test('B8 B9 nodes without a way out join by CONNECT to the one public address, and listen nowhere', async () => {
    const ping = JSON.parse(await inside('world', 'curl -sS https://teleport.lab.test/webapi/ping'))
    expect(ping).toMatchObject({
      cluster_name: 'lab',
      proxy: { ssh: { public_addr: 'teleport.lab.test:443' }, tls_routing_enabled: true },
    })
    const nodes = await json<ListedNode[]>('nodes ls')
    const joined = nodes.filter(node => node.spec.use_tunnel).map(node => node.spec.hostname)
    expect(new Set(joined)).toEqual(new Set(NODES))
    for (const node of NODES) {
      const id = await inside(node, 'cat /var/lib/teleport/host_uuid')
      expect(await tctl(`inventory ping ${id}`)).toContain('Successfully pinged')
      expect(
        await inside(node, "ss -Hltn | awk '{ print $4 }' | grep -v '127.0.0' | sed 's/.*://' | sort -u"),
      ).toBe('22')
      // All that the agent is connected to is the proxy.
      const peers = await inside(
        node,
        "ss -Htnp | awk '/\"teleport\"/ { print $5 }' | sed 's/.*://' | sort -u",
      )
      expect(peers).toBe('8888')
    }
    expect(
      await inside('bastion', 'grep -c "CONNECT teleport.lab.test:443" /var/log/tinyproxy/tinyproxy.log'),
    ).not.toBe('0')
  })

  test('token and link are seen by nobody: not in output, processes, files, logs', async () => {
    // Those of the run that was killed, which nobody could end.
    const left = (await json<unknown[]>('tokens ls')).length
    for (const host of ['bastion', 'dgx02']) await inside(host, WATCH)
    await inside('dgx02', 'systemctl stop teleport; rm -rf /var/lib/teleport')
    await tctl('users rm dev')
    const { code, stdout, stderr } = await start('-v', '--diff').end
    for (const host of ['bastion', 'dgx02']) await inside(host, UNWATCH)
    expect(code, stdout).toBe(0)
    const tokens = (await inside('bastion', 'cat /run/seen/tokens')).match(/\b[0-9a-f]{32}\b/g) ?? []
    const invites = ['lab-dev', 'lab-anna'].map(name => links()[name] ?? '')
    for (const link of invites)
      expect(link).toMatch(/^https:\/\/teleport\.lab\.test(:443)?\/web\/invite\/[0-9a-f]{32}$/)
    const secrets = [...new Set([...tokens, ...invites.map(link => link.slice(-32))])]
    expect(secrets.length).toBeGreaterThanOrEqual(3)
    for (const host of ['bastion', 'dgx02']) {
      expect(await inside(host, 'grep -c "" /run/seen/ps')).not.toBe('0')
      expect(await inside(host, SEARCH, `${secrets.join('\n')}\n`)).toBe('')
    }
    expect(heldBy(secrets, stdout + stderr)).toEqual([])
    expect(statSync(join(bench.home, 'invites/lab-dev')).mode & 0o777).toBe(0o600)
    // It has ended at the cluster, too, long before its time.
    await expect.poll(async () => (await json<unknown[]>('tokens ls')).length, { timeout: 60_000 }).toBe(left)
    await inside('dgx02', `[ ! -e ${TOKEN} ]`)
  })

  test('B15 B16 users have their roles and no other, and a lost link is replaced', async () => {
    const [dev] = await json<{ spec: { roles: string[] } }[]>('get users/dev')
    const [anna] = await json<{ spec: { roles: string[] } }[]>('get users/anna')
    expect(dev?.spec.roles).toEqual(['restricted-dev'])
    expect(anna?.spec.roles).toEqual(['auditor', 'session-observer'])
    const before = links()['lab-dev']
    const told = await succeed(given('teleport-bastion.reset_users=[dev]', 'teleport-bastion.invite_ttl=47h'))
    expect(tasks(told, 'changed')).toEqual(['bastion new link for dev'])
    expect(links()['lab-dev']).not.toBe(before)
    expect(links()['lab-dev']).toContain('/web/reset/')
    const kept = JSON.parse(await inside('bastion', 'cat /opt/teleport/data/backend/standin.json'))
    const { expires } = kept.invites[links()['lab-dev']?.slice(-32) ?? '']
    expect(Date.parse(expires)).toBeGreaterThan(Date.now() + 46 * 3_600_000)
  })

  test.each([
    ['written', WRITTEN],
    ['B7 running', RUNNING],
  ])('what was changed by hand is found and mended, and nothing of others: %s', async (_, drifts) => {
    if (drifts === WRITTEN) await inside('bastion', FOREIGN)
    const theirs = await inside('bastion', LEFT)
    for (const [host, , script] of drifts) await inside(host, script)
    const expected = drifts.map(([host, task]) => `${host} ${task}`)
    const told = await succeed(run())
    const changed = tasks(told, 'changed')
    expect(changed).toEqual(expect.arrayContaining(expected))
    // What was restarted needs a moment, which some task waits for.
    const waited = /(settings in force|joined|(reload|restart) teleport)$/
    expect(changed.filter(task => !expected.includes(task) && !waited.test(task))).toEqual([])
    await converged()
    expect(await inside('bastion', 'docker port teleport')).toBe('3080/tcp -> 127.0.0.1:3080')
    expect(await inside('bastion', LEFT)).toBe(theirs)
  })

  test('B11 other settings arrive in the container and at the nodes', async () => {
    const vars = [
      'teleport-bastion.idle_timeout=20m',
      'teleport-agent.labels={fleet: dgx, vendor-access: "true"}',
    ]
    const changed = tasks(await succeed(given(...vars)), 'changed')
    for (const task of [
      'bastion settings in force',
      'bastion cluster role restricted-dev',
      'dgx01 agent settings',
    ])
      expect(changed).toContain(task)
    expect(await inside('bastion', 'docker cp teleport:/etc/teleport/teleport.yaml - | tar -xO')).toContain(
      'client_idle_timeout: 20m0s',
    )
    const nodes = await json<ListedNode[]>('nodes ls')
    expect(
      nodes
        .filter(node => node.metadata.labels['vendor-access'] === 'true')
        .map(node => node.spec.hostname)
        .sort(),
    ).toEqual([...NODES])
    await converged(...vars)
    await succeed(run())
  })

  test.each<[string, string, number, RegExp]>([
    [
      'another name for the cluster',
      'teleport-bastion.cluster_name=other',
      3,
      /there is a cluster lab already/,
    ],
    [
      'an agent that is newer than its cluster',
      'teleport-agent.version=18.7.0',
      3,
      /the cluster is 18.6.0, which is older/,
    ],
    ['a port on the public side', 'teleport-bastion.publish_addrs=[0.0.0.0]', 1, /open on the public side/],
  ])('%s is refused, and nothing is changed', async (_, given, code, message) => {
    const before = await Promise.all(HOSTS.map(state))
    const told = await run('-e', given)
    expect({ code: told.code, said: failures(told) }).toEqual({ code, said: expect.stringMatching(message) })
    expect(tasks(told, 'changed')).toEqual([])
    expect(await Promise.all(HOSTS.map(state))).toEqual(before)
  })

  test('after the cluster was rebuilt a node joins anew only if it is told to', async () => {
    await inside('bastion', 'docker stop -t 5 teleport >/dev/null; mv /opt/teleport/data /opt/teleport.old')
    const alone = ['-l', 'bastion,dgx01', '-e', 'teleport-agent.join_timeout=15']
    const refused = await run(...alone)
    expect({ code: refused.code, said: failures(refused) }).toEqual({
      code: 3,
      said: expect.stringContaining('force_rejoin: true'),
    })
    await succeed(run(...alone, '-e', 'teleport-agent.force_rejoin=true'))
    await inside('dgx01', 'ls -d /var/lib/teleport.before-*')
    expect(tasks(await succeed(run(...alone)), 'changed')).toEqual([])
  })
})

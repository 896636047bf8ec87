import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ConnectProxy } from '../support/connect-proxy.ts'
import { startConnectProxy } from '../support/connect-proxy.ts'
import type { Cluster, Resource } from '../support/teleport-cluster.ts'
import { NAME, soon, startCluster } from '../support/teleport-cluster.ts'
import type { Teleport } from '../support/teleport-standin.ts'
import { hasGo, readiness, selfSigned } from '../support/teleport-standin.ts'
import { startTlsFront } from '../support/tls-front.ts'

describe.skipIf(!hasGo && !process.env['CI'])('agents, against the Teleport stand-in', () => {
  let cluster: Cluster
  let proxy: ConnectProxy
  beforeAll(async () => {
    cluster = await startCluster()
    proxy = await startConnectProxy(NAME)
  }, 180_000)
  afterAll(async () => {
    await cluster?.remove()
    await proxy?.close()
  })

  const dataDir = (name: string): string => join(cluster.standin.folder, name)
  const ready = (name: string): Promise<{ code: number; status: string }> => readiness(dataDir(name))
  const node = async (name: string): Promise<Resource | undefined> =>
    (await cluster.nodes()).find(one => one.spec['hostname'] === name)
  const joined = (name: string, log: () => string): Promise<void> =>
    vi.waitFor(async () => {
      expect(await ready(name), log()).toMatchObject({ code: 200 })
      expect(await node(name)).toBeDefined()
    }, soon)
  const gone = (name: string): Promise<void> =>
    vi.waitFor(async () => expect(await node(name)).toBeUndefined(), soon)

  const token = async (type = 'node'): Promise<string> => {
    const { stdout } = await cluster.tctl('tokens', 'add', `--type=${type}`, '--ttl=10m', '--format=text')
    return stdout.trim()
  }

  /** Starts an agent that can leave its host only through the CONNECT proxy. */
  const agent = (
    name: string,
    secret: string,
    { port = cluster.webPort, env = {} }: { port?: number; env?: NodeJS.ProcessEnv } = {},
  ): Teleport => {
    const { standin, trust } = cluster
    const file = standin.write(
      `${name}.yaml`,
      `version: v3
teleport:
  nodename: ${name}
  data_dir: ${dataDir(name)}
  proxy_server: ${NAME}:${port}
  join_params: { method: token, token_name: ${standin.write(`${name}.token`, `${secret}\n`)} }
auth_service: { enabled: "no" }
proxy_service: { enabled: "no" }
ssh_service: { enabled: "yes", labels: { fleet: dgx } }
`,
    )
    return cluster.start(file, { HTTPS_PROXY: proxy.url, SSL_CERT_FILE: trust.cert, ...env })
  }

  test('one joins through a CONNECT proxy alone, and is forgotten when it is gone', async () => {
    const secret = await token()
    const one = agent('dgx01', secret)
    await joined('dgx01', one.log)
    expect([...new Set(proxy.asked)]).toEqual([`${NAME}:${cluster.webPort}`])
    const uuid = readFileSync(join(dataDir('dgx01'), 'host_uuid'), 'utf8').trim()
    expect(await node('dgx01')).toMatchObject({
      metadata: { name: uuid, labels: { fleet: 'dgx' } },
      spec: { hostname: 'dgx01', use_tunnel: true, addr: '', version: '18.6.0' },
    })
    expect(await cluster.tctl('inventory', 'ping', uuid)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`Successfully pinged server "${uuid}"`),
    })
    const { stdout: listed } = await cluster.tctl('inventory', 'ls')
    expect(listed).toMatch(new RegExp(`^${uuid} +dgx01 +Node,Instance +v18\\.6\\.0 `, 'm'))

    // Killed, it is remembered until its time is up.
    one.signal('SIGKILL')
    await one.ended()
    expect(await node('dgx01')).toBeDefined()
    await gone('dgx01')

    // It has its identity, and needs no token any more. When it ends in order, it is forgotten at once.
    await cluster.tctl('tokens', 'rm', secret)
    const again = agent('dgx01', 'none')
    await joined('dgx01', again.log)
    await again.stop()
    await gone('dgx01')
  })

  test.each([
    ['an unknown token', async () => 'f'.repeat(32), 'the token expired or not found'],
    ['a token for proxies', () => token('proxy'), 'the token does not allow "Node" role'],
  ])('one with %s does not join', async (_, secret, said) => {
    const one = agent('stranger', await secret())
    await vi.waitFor(() => expect(one.log()).toContain(said), soon)
    expect(await ready('stranger')).toEqual({
      code: 400,
      status: "teleport is starting and hasn't joined the cluster yet",
    })
    expect(await node('stranger')).toBeUndefined()
    await one.stop()
  })

  test('one that does not trust the certificate does not join', async () => {
    const other = selfSigned(cluster.standin.folder, 'other.lab.test')
    const one = agent('doubter', await token(), {
      env: { SSL_CERT_FILE: other.cert, SSL_CERT_DIR: '/dev/null' },
    })
    await vi.waitFor(() => expect(one.log()).toContain('x509: certificate signed by unknown authority'), soon)
    await one.stop()
  })

  test('one joins through a front that ends TLS and knows no ALPN, by an upgrade', async () => {
    const front = await startTlsFront(cluster.trust, cluster.webPort)
    const there = `${NAME}:${front.port}`
    const one = agent('dgx02', await token(), {
      port: front.port,
      env: { TELEPORT_TUNNEL_PUBLIC_ADDR: there },
    })
    await joined('dgx02', one.log)
    expect(proxy.asked.at(-1)).toBe(there)
    await one.stop()

    // Told that no upgrade is needed, it cannot get through.
    const env = { TELEPORT_TUNNEL_PUBLIC_ADDR: there, TELEPORT_TLS_ROUTING_CONN_UPGRADE: `${there}=no` }
    const stubborn = agent('dgx02', 'none', { port: front.port, env })
    await vi.waitFor(() => expect(stubborn.log()).toContain('no application protocol'), soon)
    expect((await ready('dgx02')).code).toBe(400)
    await stubborn.stop()
    await front.close()
  })

  test('a restart of the bastion keeps the state, and its agents come back', async () => {
    const one = agent('dgx03', await token())
    await joined('dgx03', one.log)
    const { stdout: before } = await cluster.tctl('status')
    await cluster.restart(async () => {
      expect(await cluster.tctl('status')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('Cannot connect to the auth server'),
      })
      await vi.waitFor(async () => expect((await ready('dgx03')).code).toBe(503), soon)
    })
    await joined('dgx03', one.log)
    expect((await cluster.tctl('status')).stdout).toBe(before)
    await one.stop()
  })

  test('a reload takes a new file; one that is wrong is refused, and the old goes on', async () => {
    const one = agent('dgx04', await token())
    await joined('dgx04', one.log)
    const file = join(cluster.standin.folder, 'dgx04.yaml')
    cluster.standin.write('dgx04.yaml', readFileSync(file, 'utf8').replace('fleet: dgx', 'gpu: h800'))
    one.signal('SIGHUP')
    const labelled = { metadata: { labels: { gpu: 'h800' } } }
    await vi.waitFor(async () => expect(await node('dgx04')).toMatchObject(labelled), soon)
    cluster.standin.write('dgx04.yaml', 'nonsense: true\n')
    one.signal('SIGHUP')
    await vi.waitFor(() => expect(one.log()).toContain('the old one goes on'), soon)
    expect(await node('dgx04')).toMatchObject(labelled)
    await one.stop()
  })
})

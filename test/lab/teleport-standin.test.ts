import { request } from 'node:https'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cluster, Resource } from '../support/teleport-cluster.ts'
import { NAME, startCluster } from '../support/teleport-cluster.ts'
import { go, hasGo, unformatted } from '../support/teleport-standin.ts'

// In CI a machine without Go is a failure, and says so; elsewhere these tests are left out.
describe.skipIf(!hasGo && !process.env['CI'])('a bastion, against the Teleport stand-in', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster()
  }, 180_000)
  afterAll(() => cluster?.remove())

  const refused = (message: string): object => ({ code: 1, stderr: expect.stringContaining(message) })

  test('its sources are in order, and its own tests pass', () => {
    expect(unformatted()).toBe('')
    go('vet', './...')
    expect(go('test', './...')).toMatch(/^ok /m)
  }, 300_000)

  test('a file is refused in two stages', async () => {
    const { standin } = cluster
    const keys = standin.write('keys.yaml', 'version: v3\nssh_service: { forward_agent: no }\n')
    const why = 'yaml: unmarshal errors:  line 2: field forward_agent not found in type config.SSH'
    expect(await standin.run('teleport', ['configure', `--test=${keys}`])).toMatchObject({
      code: 1,
      stderr: `FAIL ${keys}\nERROR: failed parsing the config file: ${why}\n\n`,
    })
    const conflict = standin.write('conflict.yaml', 'version: v3\nteleport: { proxy_server: a:443 }\n')
    expect(await standin.run('teleport', ['configure', '--test', conflict])).toMatchObject({
      code: 0,
      stderr: `OK ${conflict}\n`,
    })
    expect(await standin.run('teleport', ['start', '--config', conflict])).toMatchObject({
      code: 1,
      stderr: 'ERROR: config: proxy_server can not be specified when proxy service is enabled\n\n',
    })
  })

  test('all three programs tell their version, and tctl its cluster', async () => {
    for (const program of ['teleport', 'tctl', 'tsh'] as const) {
      const { stdout } = await cluster.standin.run(program, ['version'])
      expect(stdout).toMatch(/^Teleport v18\.6\.0 \(stand-in\) git:\S+ go1\./)
    }
    const { stdout } = await cluster.tctl('status')
    expect(stdout).toMatch(/^Cluster +prod-cluster *\nVersion +18\.6\.0[\s\S]*\nCA pin +sha256:[0-9a-f]{64}/)
  })

  test('the web port says how to reach the cluster, for its own name alone', async () => {
    const web = (path: string, headers?: Record<string, string>): Promise<WebAnswer> =>
      answerOf(cluster.webPort, path, headers)
    const ping = await web('/webapi/ping', { Host: NAME })
    expect(JSON.parse(ping.body)).toMatchObject({
      server_version: '18.6.0',
      cluster_name: 'prod-cluster',
      auth: { type: 'local', second_factor: 'on', webauthn: { rp_id: NAME } },
      proxy: { tls_routing_enabled: true, ssh: { public_addr: `${NAME}:${cluster.webPort}` } },
    })
    const find = await web('/webapi/find')
    expect(JSON.parse(find.body)).toMatchObject({ auth: {}, automatic_upgrades: false })
    expect(await web('/web')).toMatchObject({ code: 200 })
    expect(await web('/webapi/ping', { Host: 'else.lab.test' })).toMatchObject({ code: 302 })
    expect(await web('/webapi/ping', { 'X-Forwarded-For': '6.6.6.6, 127.0.0.1' })).toMatchObject({
      code: 400,
    })
    const upgrade = { Connection: 'Upgrade', Upgrade: 'alpn-ping' }
    expect(await web('/webapi/connectionupgrade', upgrade)).toMatchObject({
      code: 101,
      headers: { 'x-teleport-upgrade': 'alpn-ping' },
    })
    expect(await web('/webapi/connectionupgrade')).toMatchObject({ code: 404 })
  })

  test('a second process on the same data_dir is refused', async () => {
    const second = cluster.start(cluster.config)
    expect(await second.ended()).toBe(1)
    expect(second.log()).toContain(`data_dir ${cluster.data} is in use by another teleport process`)
  })

  test('a role is created, always "created", and comes back with defaults', async () => {
    const { tctl, create } = cluster
    const role = `kind: role
version: v7
metadata: { name: restricted-dev }
spec: { allow: { logins: [dev], node_labels: { role: [a] } } }
`
    expect(await tctl('get', 'role/restricted-dev')).toMatchObject({
      code: 1,
      stderr: 'ERROR: role restricted-dev is not found\n\n',
    })
    const created = { code: 0, stdout: 'role "restricted-dev" has been created\n' }
    expect(await create(role)).toMatchObject(created)
    expect(await create(role, '-f')).toMatchObject(created)
    expect(await create(role)).toMatchObject(refused('role "restricted-dev" already exists'))
    const [found] = JSON.parse(
      (await tctl('get', 'roles/restricted-dev', '--format=json')).stdout,
    ) as Resource[]
    expect(found?.spec).toMatchObject({
      allow: { logins: ['dev'], node_labels: { role: 'a' }, namespaces: ['default'] },
      options: { cert_format: 'standard', max_session_ttl: '30h0m0s' },
    })
    expect(await create(role.replace('logins', 'login'), '-f')).toMatchObject(
      refused('unknown field "login"'),
    )
    expect(await create('')).toMatchObject(refused('no resources found, empty input?'))
  })

  test('what the file says is not changed by tctl, unless that is confirmed', async () => {
    const recording = 'kind: session_recording_config\nversion: v2\nspec: { mode: node }\n'
    expect(await cluster.create(recording, '-f')).toMatchObject(refused('managed by static configuration'))
    expect(await cluster.create(recording, '-f', '--confirm')).toMatchObject({ code: 0 })
    const { stdout } = await cluster.tctl('get', 'session_recording_config', '--format=json')
    expect(JSON.parse(stdout)).toMatchObject([{ spec: { mode: 'node' } }])
  })

  test('a user is invited once, changed and removed', async () => {
    const { tctl } = cluster
    const { stdout: invited } = await tctl(
      'users',
      'add',
      'dev',
      '--roles=access',
      '--logins=dev',
      '--ttl=1h',
    )
    expect(invited).toMatch(/^User "dev" has been created but requires a password\. .* valid for 1h:\n/)
    expect(invited).toMatch(new RegExp(`^https://${NAME}:${cluster.webPort}/web/invite/[0-9a-f]{32}$`, 'm'))
    expect(await tctl('users', 'add', 'dev', '--roles=access')).toMatchObject(refused('already exists'))
    expect(await tctl('users', 'add', 'two', '--roles=none')).toMatchObject(refused('role none is not found'))
    expect(await tctl('users', 'update', 'dev')).toMatchObject(refused('at least one --set flag'))
    expect(await tctl('users', 'update', 'dev', '--set-roles=auditor')).toMatchObject({
      stdout: 'User dev has been updated:\n\tNew roles: auditor\n',
    })
    const [user] = JSON.parse((await tctl('get', 'users/dev', '--format=json')).stdout) as Resource[]
    expect(user?.spec).toMatchObject({ roles: ['auditor'], traits: { logins: ['dev'], db_users: [] } })
    expect(await tctl('rm', 'role/auditor')).toMatchObject(refused('still in use by a user'))
    expect(await tctl('users', 'rm', 'dev')).toMatchObject({ stdout: 'User "dev" has been deleted\n' })
    expect(await tctl('users', 'ls')).toMatchObject({ stdout: 'No users found\n' })
  })

  test('a token is made, masked and deleted', async () => {
    const { tctl } = cluster
    const { stdout: made } = await tctl('tokens', 'add', '--type=node', '--ttl=10m', '--format=json')
    expect(made).toMatch(
      /^\{\n "expires": "\S+",\n "roles": \[\n {2}"Node"\n \],\n "token": "[0-9a-f]{32}"\n\}$/,
    )
    const { token } = JSON.parse(made) as { token: string }
    expect((await tctl('tokens', 'ls')).stdout).not.toContain(token)
    expect((await tctl('tokens', 'ls', '--with-secrets')).stdout).toContain(token)
    const taken = await tctl('tokens', 'add', '--type=node', `--value=${token}`)
    expect(taken).toMatchObject(refused('already exists), please use another name'))
    expect(await tctl('tokens', 'rm', token)).toMatchObject({ stdout: `Token ${token} has been deleted\n` })
    expect(await tctl('tokens', 'ls', '--format=json')).toMatchObject({ stdout: '[]\n' })
    expect(await tctl('tokens', 'rm', token)).toMatchObject(refused('not found'))
  })
})

interface WebAnswer {
  readonly code: number
  readonly body: string
  readonly headers: NodeJS.Dict<string | string[]>
}

function answerOf(port: number, path: string, headers: Record<string, string> = {}): Promise<WebAnswer> {
  return new Promise((resolve, reject) => {
    const asking = request(
      { port, path, headers, host: '127.0.0.1', rejectUnauthorized: false },
      response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => void chunks.push(chunk))
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString()
          resolve({ code: response.statusCode ?? 0, body, headers: response.headers })
        })
      },
    )
    asking.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ code: response.statusCode ?? 0, body: '', headers: response.headers })
    })
    asking.on('error', reject).end()
  })
}

import { expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { Secret } from '../../src/model/secret.ts'
import { dockerContainer } from '../../src/resources/index.ts'
import { bench, drifted } from '../support/apply.ts'
import { hasEngine, useEngine } from '../support/engine.ts'

const { docker, named, image, tagAnother } = useEngine()
type Spec = Parameters<typeof dockerContainer>[0]
/** What ends at once when it is told to. */
const quick = { command: ['sleep', '1000'], stopTimeout: 0 }
const container = (name: string, spec: Partial<Spec> = {}) =>
  dockerContainer({ name: named(name), image: image(), ...quick, ...spec })
const asked = (name: string, format: string): string => docker('inspect', '--format', format, named(name))
const idOf = (name: string): string => asked(name, '{{.Id}}')

test.skipIf(!hasEngine)('it is made as wanted, and nothing is done when it is so', async () => {
  using host = bench()
  const wanted = container('all', {
    env: { PLAIN: "it's $(id)\nand 'more'", POISON: new Secret("a 'b' $c #d") },
    ports: ['127.0.0.1:0:80'],
    volumes: [`${named('all')}:/data`, '/etc:/host:ro'],
    tmpfs: ['/run:size=1m'],
    restart: 'on-failure:3',
    user: '0:0',
    workdir: '/tmp',
    hostname: 'inside',
    healthcheck: { test: 'test -e /host/passwd', interval: 1, retries: 2, timeout: 2, startPeriod: 1 },
    memory: '64m',
    cpus: 0.5,
    ulimits: { nofile: '1024' },
    capDrop: ['ALL'],
    capAdd: ['CHOWN'],
    securityOpt: ['no-new-privileges'],
    readOnly: true,
    extraHosts: ['db:10.0.0.5'],
    logging: { driver: 'json-file', options: { 'max-size': '1m' } },
    labels: { 'a.b': 'c d' },
    options: ['--pids-limit=50'],
  })
  const drift = await host.converge(wanted)
  expect(drift?.diff).toEqual({ kind: 'fields', changes: { container: ['absent', 'running'] } })
  expect(JSON.stringify(drift)).not.toContain("a 'b'")
  expect(docker('exec', named('all'), 'env')).toContain("PLAIN=it's $(id)\nand 'more'")
  expect(docker('exec', named('all'), 'env')).toContain("POISON=a 'b' $c #d\n")
  const said = JSON.parse(docker('inspect', named('all')))[0]
  expect(said).toMatchObject({
    State: { Status: 'running', Health: { Status: 'healthy' } },
    Config: {
      Hostname: 'inside',
      User: '0:0',
      WorkingDir: '/tmp',
      Labels: { 'a.b': 'c d' },
      Cmd: quick.command,
    },
    HostConfig: {
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
      Memory: 67_108_864,
      NanoCpus: 500_000_000,
      PidsLimit: 50,
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      ExtraHosts: ['db:10.0.0.5'],
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
    },
  })
  expect(JSON.stringify(said.Config.Labels)).not.toContain('$c')
  expect(await host.converge(wanted)).toBeUndefined()
})

test.skipIf(!hasEngine)('what is changed makes another one, and is named', async () => {
  using host = bench()
  await host.converge(
    container('change', { env: { A: '1', S: new Secret('poison') }, labels: { b: '1', a: '2' } }),
  )
  const first = idOf('change')
  expect(
    await host.converge(
      container('change', { labels: { a: '2', b: '1' }, env: { S: new Secret('poison'), A: '1' } }),
    ),
  ).toBeUndefined()
  const drift = await host.converge(
    container('change', { env: { A: '1', S: new Secret('venom') }, user: '1:1' }),
  )
  expect(drift?.diff).toEqual({
    kind: 'fields',
    changes: {
      env: ['otherwise', 'as wanted'],
      labels: ['otherwise', 'not given'],
      user: ['not given', 'as wanted'],
    },
  })
  expect(idOf('change')).not.toBe(first)
  expect(docker('ps', '-a', '--filter', `name=${named('change')}`, '--format', '{{.Names}}')).toBe(
    named('change'),
  )
})

test.skipIf(!hasEngine)('a tag that means another image by now makes another one', async () => {
  using host = bench()
  tagAnother('moving')
  const wanted = container('moving', { image: image('moving') })
  await host.converge(wanted)
  const first = idOf('moving')
  tagAnother('moving')
  const drift = await host.converge(wanted)
  expect(drift?.diff).toMatchObject({
    changes: { image: [expect.stringMatching(/^sha256:/), expect.stringMatching(/^sha256:/)] },
  })
  expect(idOf('moving')).not.toBe(first)
})

test.skipIf(!hasEngine)('what was done by hand is mended, in the same container', async () => {
  using host = bench()
  docker('network', 'create', named('net-a'))
  docker('network', 'create', named('net-b'))
  const wanted = container('hand', { restart: 'always', networks: [named('net-a'), named('net-b')] })
  await host.converge(wanted)
  const id = idOf('hand')
  const hands: readonly (readonly [readonly string[], object])[] = [
    [['stop', named('hand')], { state: ['exited with 137', 'running'] }],
    [['pause', named('hand')], { state: ['paused', 'running'] }],
    [['update', '--restart=no', named('hand')], { restart: ['no', 'always'] }],
    [
      ['network', 'disconnect', named('net-b'), named('hand')],
      { [`network ${named('net-b')}`]: ['not connected', 'connected'] },
    ],
  ]
  for (const [words, changes] of hands) {
    docker(...words)
    expect((await host.converge(wanted))?.diff, words.join(' ')).toEqual({ kind: 'fields', changes })
  }
  expect(idOf('hand')).toBe(id)
  docker('rm', '-f', named('hand'))
  expect((await host.converge(wanted))?.diff).toMatchObject({ changes: { container: ['absent', 'running'] } })

  const stopped = container('hand', {
    restart: 'always',
    networks: [named('net-a'), named('net-b')],
    state: 'stopped',
  })
  await host.converge(stopped)
  expect(asked('hand', '{{.State.Running}}')).toBe('false')
  const absent = dockerContainer({ name: named('hand'), state: 'absent' })
  await host.converge(absent)
  expect(await absent.check(host.probe)).toEqual(inSync())
})

test.skipIf(!hasEngine)('one that does not come up says why, and the one before is back', async () => {
  using host = bench()
  await host.converge(container('back', { env: { A: '1' } }))
  const id = idOf('back')
  const bad = {
    'a command that ends': { command: ['sh', '-c', 'echo no such door; exit 3'] },
    'a program that is not there': { command: ['nowhere'] },
    'a network that is not there': { networks: [named('nowhere')] },
    'an image that is not there': { image: `${named('nowhere')}:1`, pull: 'never' as const },
  }
  for (const [what, spec] of Object.entries(bad)) {
    const { cure } = drifted(await container('back', { ...spec, timeout: 20 }).check(host.probe))
    const { code, stderr } = await host.apply(cure)
    expect({ code, stderr }, what).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no such door\n.* is back|nowhere/s) as string,
    })
    expect([idOf('back'), asked('back', '{{.State.Status}}')], what).toEqual([id, 'running'])
    expect(docker('ps', '-a', '--filter', `name=${named('back')}`, '--format', '{{.Names}}'), what).toBe(
      named('back'),
    )
  }
})

test.skipIf(!hasEngine)(
  'one that is unhealthy is restarted, and its output told if that does not help',
  async () => {
    using host = bench()
    const healthcheck = { test: 'test ! -e /tmp/ill', interval: 1, retries: 1 }
    const command = ['sh', '-c', 'rm -f /tmp/ill; echo I am up; sleep 1000']
    const wanted = container('ill', { healthcheck, command })
    await host.converge(wanted)
    docker('exec', named('ill'), 'touch', '/tmp/ill')
    await expect.poll(() => asked('ill', '{{.State.Health.Status}}'), { timeout: 30_000 }).toBe('unhealthy')
    expect(await container('ill', { healthcheck, command, wait: false }).check(host.probe)).toEqual(inSync())
    expect((await host.converge(wanted))?.diff).toMatchObject({
      changes: { health: ['unhealthy', 'healthy'] },
    })

    const never = container('ill', { healthcheck: { ...healthcheck, test: 'false' }, command, timeout: 20 })
    const { code, stderr } = await host.apply(drifted(await never.check(host.probe)).cure)
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is running, unhealthy\nI am up\n.* is back/) as string,
    })
  },
)

test.skipIf(!hasEngine)('somebody else’s is left alone, but by force', async () => {
  using host = bench()
  docker('create', '--name', named('foreign'), image(), 'sleep', '1')
  const id = idOf('foreign')
  await expect(container('foreign').check(host.probe)).rejects.toMatchObject({
    message: expect.stringContaining('somebody else made a container') as string,
    hint: expect.stringContaining('force: true') as string,
  })
  await host.converge(container('foreign', { force: true }))
  expect(idOf('foreign')).not.toBe(id)
  // The beginning of an id is a name to the engine, but not to us.
  expect(await dockerContainer({ name: id.slice(0, 12), state: 'absent' }).check(host.probe)).toEqual(
    inSync(),
  )
})

test.skipIf(!hasEngine)('all are asked for by one inspect and one list of images', async () => {
  using host = bench()
  const all = ['many-a', 'many-b', 'many-c'].map(name => container(name, { wait: false }))
  for (const one of all) await host.converge(one)
  const before = host.asked.length
  expect(await Promise.all(all.map(one => one.check(host.probe)))).toEqual(all.map(() => inSync()))
  expect(host.asked.length - before).toBe(2)
})

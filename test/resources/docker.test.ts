import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { Secret } from '../../src/model/secret.ts'
import { dockerContainer, dockerImage, dockerNetwork, dockerVolume } from '../../src/resources/index.ts'
import { familiar } from '../../src/resources/queries/docker-images.ts'
import { bench, drifted, fars } from '../support/apply.ts'
import { hasEngine, useEngine } from '../support/engine.ts'

const { docker, named, image, folder } = useEngine()

test.skipIf(!hasEngine)(
  'an image is loaded once, replaced if its id is to be another, and goes',
  async () => {
    using host = bench()
    const name = image('loaded')
    const load = join(folder(), 'saved.tar')
    docker('tag', image(), name)
    docker('save', '-o', load, name)
    docker('image', 'rm', name)
    const id = docker('image', 'inspect', '--format', '{{.Id}}', image())
    const wanted = dockerImage({ name: `docker.io/library/${name}`, load, id })
    expect((await host.converge(wanted))?.diff).toMatchObject({
      changes: { image: ['absent', id.slice(0, 19)] },
    })
    expect(existsSync(load)).toBe(true)
    expect(await host.converge(wanted)).toBeUndefined()
    const otherwise = dockerImage({ name, load, id: `sha256:${'0'.repeat(64)}` })
    expect(drifted(await otherwise.check(host.probe)).diff).toMatchObject({
      changes: { image: [id.slice(0, 19), 'sha256:000000000000'] },
    })
    const absent = dockerImage({ name, state: 'absent' })
    expect((await host.converge(absent))?.diff).toMatchObject({
      changes: { image: [id.slice(0, 19), 'absent'] },
    })
    expect(drifted(await dockerImage({ name }).check(host.probe)).cure).toMatchObject([
      { script: `docker image pull --quiet -- ${name}`, unit: true },
    ])
  },
)

test.each([
  ['nginx', 'nginx:latest'],
  ['docker.io/library/nginx:1.27', 'nginx:1.27'],
  ['docker.io/me/app', 'me/app:latest'],
  ['registry.example.com:5000/a/b:c', 'registry.example.com:5000/a/b:c'],
  [`nginx:1.27@sha256:${'a'.repeat(64)}`, `nginx@sha256:${'a'.repeat(64)}`],
])('%s is listed as %s', (name, listed) => {
  expect(familiar(name)).toBe(listed)
})

test.skipIf(!hasEngine)('a network is made, made anew if nobody is cut off by it, and goes', async () => {
  using host = bench()
  const name = named('net')
  const subnets = [{ subnet: '172.29.250.0/28', gateway: '172.29.250.1' }]
  const options = { 'com.docker.network.bridge.name': `rt${process.pid}` }
  const wanted = dockerNetwork({ name, subnets, options, internal: false, labels: { a: 'b c' } })
  expect((await host.converge(wanted))?.diff).toMatchObject({ changes: { network: ['absent', 'present'] } })
  expect(JSON.parse(docker('network', 'inspect', name))[0]).toMatchObject({
    IPAM: { Config: [{ Subnet: '172.29.250.0/28', Gateway: '172.29.250.1' }] },
    Options: options,
    Labels: { a: 'b c' },
  })
  expect(await host.converge(wanted)).toBeUndefined()
  expect(await host.converge(dockerNetwork({ name }))).toBeUndefined()
  const internal = dockerNetwork({ name, internal: true, subnets })
  docker('run', '-d', '--name', named('on-net'), '--network', name, image(), 'sleep', '1000')
  await expect(internal.check(host.probe)).rejects.toThrow(
    `the network ${name} has another internal than is wanted, but ${named('on-net')} would be cut off`,
  )
  const absent = dockerNetwork({ name, state: 'absent' })
  await expect(absent.check(host.probe)).rejects.toThrow(/is to go, but .* would be cut off/)
  docker('rm', '-f', named('on-net'))
  expect((await host.converge(internal))?.diff).toEqual({
    kind: 'fields',
    changes: { internal: ['false', 'true'] },
  })
  await host.converge(absent)
  expect(await absent.check(host.probe)).toEqual(inSync())
})

test.skipIf(!hasEngine)('a volume is made, never replaced, and goes with what is in it', async () => {
  using host = bench()
  const name = named('volume')
  const options = { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' }
  const wanted = dockerVolume({ name, options, labels: { a: 'b' } })
  await host.converge(wanted)
  expect(JSON.parse(docker('volume', 'inspect', name))[0]).toMatchObject({
    Options: options,
    Labels: { a: 'b' },
  })
  expect(await host.converge(dockerVolume({ name }))).toBeUndefined()
  await expect(dockerVolume({ name, options: { type: 'nfs' } }).check(host.probe)).rejects.toThrow(
    `the volume ${name} has the options device=tmpfs, o=size=1m, type=tmpfs, not type=nfs`,
  )
  await expect(dockerVolume({ name, driver: 'other' }).check(host.probe)).rejects.toThrow(
    /has the driver local/,
  )
  await host.converge(dockerVolume({ name, state: 'absent' }))
  expect(docker('volume', 'ls', '--quiet', '--filter', `name=${name}`)).toBe('')
})

test.skipIf(!hasEngine)('things of one kind are asked for by one command', async () => {
  using host = bench()
  const names = ['q-a', 'q-b', 'q-c'].map(named)
  await Promise.all(
    names.flatMap(name => [
      dockerNetwork({ name, state: 'absent' }).check(host.probe),
      dockerVolume({ name, state: 'absent' }).check(host.probe),
      dockerImage({ name: `${name}:1`, state: 'absent' }).check(host.probe),
      dockerContainer({ name, state: 'absent' }).check(host.probe),
    ]),
  )
  expect(host.asked).toHaveLength(4)
})

test('a host without docker, and one whose engine does not answer, say so', async () => {
  using bare = bench(fars['busybox alone'])
  await expect(dockerContainer({ name: 'xx', image: 'x' }).check(bare.probe)).rejects.toThrow(
    'the host has no docker',
  )
  using deaf = bench({ sh: ['dash'], env: { ...process.env, DOCKER_HOST: 'unix:///nowhere.sock' } })
  await expect(dockerContainer({ name: 'xx', image: 'x' }).check(deaf.probe)).rejects.toThrow(
    /Docker engine of this host does not answer|has no docker/,
  )
})

test('a secret of several lines is refused, and not shown', async () => {
  const { plan } = dockerContainer.type
  const spec = dockerContainer.type.spec.parse({
    name: 'xx',
    image: 'x',
    env: { KEY: new Secret('poison\n') },
  })
  const { cure } = drifted(plan(spec, { container: null, image: null }))
  const [step] = cure
  expect(() => ('stdin' in step ? (step.stdin as Secret).reveal() : '')).toThrow(/KEY has more than one line/)
})

test.each<[object, RegExp]>([
  [{ name: '-x' }, /expected a name of letters/],
  [{ image: undefined }, /image is missing/],
  [{ image: 'Has Spaces' }, /expected an image/],
  [{ ports: ['x:80'] }, /ADDRESS:PORT:PORT-INSIDE/],
  [{ volumes: ['/only'] }, /SOURCE:PATH/],
  [{ env: { 'A=B': 'x' } }, /expected names without "="/],
  [{ restart: 'sometimes' }, /expected 'no'/],
  [{ labels: { 'rampart.made-of': 'x' } }, /are ours/],
  [{ memory: 'lots' }, /expected a size/],
])('%j is refused', (spec, message) => {
  expect(() => dockerContainer({ name: 'xx', image: 'x', ...spec } as never)).toThrow(message)
})

test.each<[(spec: never) => unknown, object, RegExp]>([
  [dockerImage, { name: 'x', state: 'absent', load: '/x' }, /an absent image has none/],
  [dockerImage, { name: 'x', id: 'abc' }, /expected an image's id/],
  [dockerNetwork, { name: 'xx', subnets: [{ subnet: '10.0.0.1' }] }, /expected a network/],
  [dockerNetwork, { name: 'xx', state: 'absent', driver: 'bridge' }, /an absent network has none/],
  [dockerVolume, { name: 'xx', state: 'absent', driver: 'local' }, /an absent volume has none/],
])('%o(%j) is refused', (resource, spec, message) => {
  expect(() => resource(spec as never)).toThrow(message)
})

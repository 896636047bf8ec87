import { expect, test } from 'vitest'
import { Secret } from '../../src/model/secret.ts'
import { composeProject } from '../../src/resources/index.ts'
import { dotenv } from '../../src/resources/parts/dotenv.ts'
import type { ComposeService } from '../../src/resources/queries/compose-config.ts'
import { composeNetworksOf } from '../../src/resources/queries/compose-leftovers.ts'
import type { DockerContainer } from '../../src/resources/queries/docker-containers.ts'
import { bench, drifted, fars } from '../support/apply.ts'

const { plan, spec } = composeProject.type
type Given = Parameters<typeof composeProject>[0]
const given = (over: Partial<Given> = {}) => spec.parse({ project: 'app', directory: '/opt/app', ...over })

/** A container as `up` makes it. */
const container = (
  over: Partial<DockerContainer> = {},
  labels: Readonly<Record<string, string>> = {},
): DockerContainer => ({
  ...{
    name: 'app-web-1',
    id: 'c1',
    image: 'sha256:1',
    status: 'running',
    code: 0,
    health: null,
    restart: 'no',
  },
  networks: [],
  ...over,
  labels: {
    'com.docker.compose.project': 'app',
    'com.docker.compose.project.working_dir': '/opt/app',
    'com.docker.compose.service': 'web',
    'com.docker.compose.config-hash': 'h1',
    'com.docker.compose.oneoff': 'False',
    ...labels,
  },
})
const web: ComposeService = { name: 'web', hash: 'h1', image: 'nginx', scale: 1, completes: false }
const upState = (
  services: readonly ComposeService[],
  containers: readonly DockerContainer[],
  image: string | null = null,
) => ({
  containers,
  up: { file: undefined, env: undefined, config: services, images: () => image },
  networks: [],
  volumes: [],
})

test.each<[string, Partial<Given>, Partial<ComposeService>, readonly DockerContainer[], unknown]>([
  ['runs', {}, {}, [container()], undefined],
  ['runs and is well', {}, {}, [container({ health: 'healthy' })], undefined],
  ['is absent', {}, {}, [], ['absent', 'running']],
  ['is not wanted at all', {}, { scale: 0 }, [], undefined],
  ['is made otherwise', {}, { hash: 'h2' }, [container()], ['otherwise', 'as the compose file says']],
  ['ended', {}, {}, [container({ status: 'exited', code: 0 })], ['exited with 0', 'running']],
  ['did its work', {}, { completes: true }, [container({ status: 'exited', code: 0 })], undefined],
  ['failed', {}, { completes: true }, [container({ status: 'exited', code: 2 })], ['exited with 2', 'done']],
  ['starts', {}, {}, [container({ health: 'starting' })], ['starting', 'healthy']],
  ['is ill', {}, {}, [container({ health: 'unhealthy' })], ['unhealthy', 'healthy']],
  ['is ill, which does not matter', { wait: false }, {}, [container({ health: 'unhealthy' })], undefined],
  ['crashes', {}, {}, [container({ status: 'restarting' })], ['restarting', 'running']],
  ['is too many', {}, {}, [container(), container()], ['2 containers', 'running']],
  ['is several', {}, { scale: 2 }, [container(), container({ status: 'dead' })], ['dead', '2 running']],
  [
    'is somebody’s run',
    {},
    {},
    [container({}, { 'com.docker.compose.oneoff': 'True' })],
    ['absent', 'running'],
  ],
])('a service that %s', (_, over, service, containers, change) => {
  const verdict = plan(given(over), upState([{ ...web, ...service }], containers))
  if (change === undefined) expect(verdict.status).toBe('in-sync')
  else expect(drifted(verdict).diff).toEqual({ kind: 'fields', changes: { web: change } })
})

test('an image that the tag no longer means', () => {
  const verdict = plan(given(), upState([web], [container()], 'sha256:2'))
  expect(drifted(verdict).diff).toMatchObject({ changes: { web: ['of another image', 'of nginx'] } })
  expect(plan(given(), upState([web], [container()], 'sha256:1')).status).toBe('in-sync')
})

test('what runs for no service is left alone, unless it is to go', () => {
  const orphan = container({ name: 'app-old-1' }, { 'com.docker.compose.service': 'old' })
  expect(plan(given(), upState([web], [container(), orphan])).status).toBe('in-sync')
  const { diff, cure } = drifted(plan(given({ removeOrphans: true }), upState([web], [container(), orphan])))
  expect(diff).toMatchObject({ changes: { 'app-old-1': ['of no service', 'absent'] } })
  expect(cure).toMatchObject([{ script: expect.stringContaining('--remove-orphans') as string, unit: true }])
})

test('what is ill is restarted, what is paused goes on, and then it is brought up', () => {
  const containers = [
    container({ health: 'unhealthy' }),
    container({ status: 'paused' }, { 'com.docker.compose.service': 'db' }),
  ]
  const { cure } = drifted(plan(given({ pull: 'never', timeout: 9 }), upState([web], containers)))
  const [step] = cure
  expect('script' in step ? step.script : '').toMatch(
    / unpause app-web-1 >\/dev\/null &&\n ?docker compose .* restart web &&\n ?docker compose .* up --detach --quiet-pull --pull never --wait --wait-timeout 9 \|\| \{/,
  )
})

test('what is to stop, and to go', () => {
  const state = { up: undefined, networks: ['app_default'], volumes: ['app_data'], containers: [container()] }
  expect(drifted(plan(given({ state: 'stopped' }), state)).cure).toMatchObject([
    { script: 'cd / && docker compose --ansi never -p app stop ' },
  ])
  const down = drifted(plan(given({ state: 'down' }), state))
  expect(Object.keys((down.diff as { changes: object }).changes)).toEqual([
    'app-web-1',
    'network app_default',
  ])
  expect(drifted(plan(given({ state: 'down', volumes: true }), state)).cure).toMatchObject([
    { script: 'cd / && docker compose --ansi never -p app down --remove-orphans --volumes' },
  ])
  expect(plan(given({ state: 'down' }), { ...state, networks: [], containers: [] }).status).toBe('in-sync')
})

test('a project of another folder is not ours', () => {
  const theirs = container({}, { 'com.docker.compose.project.working_dir': '/srv/app' })
  expect(() => plan(given(), upState([web], [theirs]))).toThrow(
    'there is a project app of /srv/app on this host',
  )
})

test('variables are written so that compose reads them as they are', () => {
  expect(dotenv({ B: 'it\'s "b" $HOME `x` \\n', A: 'a\nb' })).toBe(
    'A="a\\nb"\nB="it\'s \\"b\\" \\$HOME `x` \\\\n"\n',
  )
  const secret = dotenv({ A: 'a', B: new Secret('poison') })
  expect(JSON.stringify(secret)).not.toContain('poison')
  expect((secret as Secret).reveal()).toBe('A="a"\nB="poison"\n')
})

test('networks are told apart by their projects', () => {
  const reply = { code: 0, stdout: 'app\tapp_default\nother\tx\n', stderr: '', bytes: new Uint8Array() }
  expect(composeNetworksOf.parse(reply, ['other', 'app', 'none'])).toEqual([['x'], ['app_default'], []])
})

test('a host without docker says so', async () => {
  using host = bench(fars['busybox alone'])
  await expect(composeProject(given()).check(host.probe)).rejects.toThrow('the host has no docker')
})

test.each<[object, RegExp]>([
  [{ project: 'App' }, /expected a name of lower-case letters/],
  [{ directory: 'app' }, /expected an absolute path/],
  [{ content: 'x', files: ['a', 'b'] }, /it is that of one file/],
  [{ files: ['--x'] }, /expected a name/],
  [{ mode: '0600' }, /only a file with content has one here/],
  [{ volumes: true }, /only what is taken down loses them/],
  [{ env: { 'A B': 'x' } }, /expected names of letters/],
])('%j is refused', (over, message) => {
  expect(() => composeProject({ project: 'app', directory: '/opt/app', ...over } as never)).toThrow(message)
})

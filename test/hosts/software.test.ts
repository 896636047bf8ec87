import { beforeAll, expect, test, vi } from 'vitest'
import { rampartRun } from '../support/rampart.ts'
import { playbook } from './door.ts'
import { useLab } from './lab.ts'

const lab = useLab({ name: 'software', nodes: 1 })
vi.setConfig({ testTimeout: 240_000 })

const inside = async (script: string): Promise<string> => {
  const { code, stdout, stderr } = await lab.inside('bastion', script)
  expect({ code, stderr }, script).toMatchObject({ code: 0 })
  return stdout.trimEnd()
}
const run = (...args: readonly string[]) =>
  rampartRun([playbook('software'), '-i', lab.files.inventory, '-l', 'bastion', ...args])
const changedBy = async (...args: readonly string[]): Promise<readonly string[]> => {
  const told = await run(...args)
  expect(told.code, JSON.stringify(told.tasks.filter(({ error }) => error))).toBe(0)
  return told.tasks.filter(({ status }) => status === 'changed').map(({ task }) => task)
}
const PROJECT = 'composeProject app'
const idOf = (name: string) => inside(`docker inspect --format '{{.Id}}' ${name}`)
const TASKS = 7

// A host with Debian's own engine and compose, an image without a registry, and a repository.
beforeAll(async () => {
  await inside(`export DEBIAN_FRONTEND=noninteractive
apt-get -qq update && apt-get -qq install -y --no-install-recommends docker.io docker-cli docker-compose iptables busybox-static git >/dev/null 2>&1 || exit
until docker version >/dev/null 2>&1; do sleep 0.2; done
mkdir -p /root/bb/bin /root/bb/tmp /opt/app && cp /bin/busybox /root/bb/bin/ && for name in sh sleep env cat rm test touch grep; do ln -s busybox "/root/bb/bin/$name"; done
tar -C /root/bb -c . | docker import --change 'ENV PATH=/bin' - bb:1 >/dev/null && docker save -o /root/bb.tar bb:1 && docker image rm bb:1 >/dev/null
echo 'SIZE=1' >/opt/app/db.env
git init -q -b main /srv/app.git && cd /srv/app.git && git -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m first`)
}, 300_000)

test('a dry run names all of it and changes nothing', async () => {
  const told = await run('--check')
  expect(told.tasks.map(({ status, task }) => `${status} ${task}`)).toEqual([
    'would-change gitCheckout /opt/source',
    'would-change dockerImage bb:1',
    'would-change dockerNetwork side',
    'would-change dockerVolume side',
    'would-change dockerContainer side',
    'ok directory /opt/app',
    `would-change ${PROJECT}`,
  ])
  expect(await inside('docker ps -aq; ls -A /opt /opt/app')).toBe('/opt:\napp\n\n/opt/app:\ndb.env')
})

test('the first run brings all of it about, the second changes nothing, in two frames', async () => {
  expect(await changedBy()).toHaveLength(TASKS - 1)
  const second = await run()
  expect(second.recap.hosts['bastion']).toMatchObject({ ok: TASKS, changed: 0, failed: 0, frames: 2 })
  expect(await inside('docker ps -a --format "{{.Names}} {{.State}}" | sort')).toBe(
    'app-db-1 running\napp-db-2 running\napp-first-1 exited\napp-web-1 running\nside running',
  )
  expect(await inside('docker exec app-web-1 cat /proc/1/environ | tr "\\0" "|"')).toContain(
    `GREETING=it's "hard" $HOME \\ #x\n two|`,
  )
  expect(await inside('docker exec app-web-1 cat /proc/1/environ | tr "\\0" "|"')).toContain('PRICE=5$|')
  expect(await inside('stat -c "%a %U" /opt/app/.env /opt/app/compose.yaml')).toBe('600 root\n644 root')
  expect(JSON.stringify(second.events)).not.toContain('hard')
})

/** What somebody does by hand, and what of the project is then said to differ. */
const DRIFTS: readonly (readonly [by: string, script: string, change: object])[] = [
  ['a container is stopped', 'docker stop app-web-1', { web: ['exited with 137', 'running'] }],
  ['a container is removed', 'docker rm -f app-web-1', { web: ['absent', 'running'] }],
  ['one of two is removed', 'docker rm -f app-db-2', { db: ['1 containers', '2 running'] }],
  ['a container is paused', 'docker pause app-db-1', { db: ['paused', '2 running'] }],
  [
    'a container is ill',
    `docker exec app-web-1 touch /tmp/ill; until docker ps | grep -q unhealthy; do sleep 0.2; done`,
    { web: ['unhealthy', 'healthy'] },
  ],
  [
    'something else is brought up',
    'cd /opt/app && sed s/PRICE/COST/ compose.yaml | docker compose -p app -f - up -d',
    { web: ['otherwise', 'as the compose file says'] },
  ],
  [
    'a file of a service’s variables is changed',
    'echo SIZE=2 >/opt/app/db.env',
    { db: ['otherwise', 'as the compose file says'] },
  ],
]

test('what was changed by hand is found, named, and mended, and nobody else notices', async () => {
  await inside(
    'docker run -d --name foreign --network app_default bb:1 sleep 1000; docker run -d --name app-old-1 --label com.docker.compose.project=app --label com.docker.compose.service=old --label com.docker.compose.config-hash=x --label com.docker.compose.oneoff=False --label com.docker.compose.project.working_dir=/opt/app bb:1 sleep 1000',
  )
  const others = await inside("docker inspect --format '{{.Id}} {{.State.StartedAt}}' foreign app-old-1 side")
  for (const [by, script, changes] of DRIFTS) {
    await inside(script)
    const told = await run()
    expect(told.code, `${by}: ${JSON.stringify(told.tasks.filter(({ error }) => error))}`).toBe(0)
    const changed = told.tasks.filter(({ status }) => status === 'changed')
    expect(changed, by).toMatchObject([{ task: PROJECT, diff: { kind: 'fields', changes } }])
  }
  // What is written and not yet brought up is text that differs.
  for (const script of ['echo "# by hand" >>/opt/app/compose.yaml', 'echo GREETING=x >/opt/app/.env']) {
    await inside(script)
    expect(await changedBy(), script).toEqual([PROJECT])
  }
  expect(await inside("docker inspect --format '{{.Id}} {{.State.StartedAt}}' foreign app-old-1 side")).toBe(
    others,
  )
  expect(await changedBy()).toEqual([])
  await inside('docker rm -f foreign app-old-1')
})

test('a service that is to be otherwise is made anew, and no other', async () => {
  const [web, db] = [await idOf('app-web-1'), await idOf('app-db-1')]
  expect(await changedBy('-e', 'greeting=good morning')).toEqual([PROJECT])
  expect(await idOf('app-web-1')).not.toBe(web)
  expect(await idOf('app-db-1')).toBe(db)
  expect(await inside('docker exec app-web-1 env | grep GREETING')).toBe('GREETING=good morning')
  const check = await run('--check')
  expect(check.code).toBe(2)
  expect(await idOf('app-db-1')).toBe(db)
  expect(await changedBy()).toEqual([PROJECT])
  // The tag means another image now.
  await inside("tar -C /root/bb -c . | docker import --change 'ENV PATH=/bin' --change 'ENV A=1' - bb:1")
  expect(await changedBy()).toEqual(['dockerContainer side', PROJECT])
  expect(await changedBy()).toEqual([])
})

test('a service that does not become well fails the task, with what it said', async () => {
  // The shell is there, so that the test for its absence fails.
  const told = await run('-e', 'ill=../bin/sh')
  expect(told.code).toBe(3)
  const { error } = told.tasks.find(({ status }) => status === 'failed') ?? {}
  expect(error?.message).toContain('I am web')
  expect(error?.message).toMatch(/web +Up .*unhealthy/)
  expect(await changedBy()).toEqual([PROJECT])
})

test('a file that compose refuses is not written', async () => {
  const before = await inside('sha256sum /opt/app/compose.yaml')
  const told = await run('-e', 'web=\'"]\n    nonsense: ["\'')
  expect(told.code).toBe(3)
  expect(told.tasks.find(({ status }) => status === 'failed')?.error?.message).toMatch(
    /compose refuses the files of the project app: yaml: line \d+/,
  )
  expect(await inside('sha256sum /opt/app/compose.yaml')).toBe(before)
})

test('another project of that name is left alone', async () => {
  await inside(
    'docker run -d --name theirs --label com.docker.compose.config-hash=x --label com.docker.compose.oneoff=False --label com.docker.compose.project=app --label com.docker.compose.project.working_dir=/srv/theirs bb:1 sleep 1000',
  )
  const told = await run('-e', 'state=down')
  expect(told.tasks.find(({ status }) => status === 'failed')?.error?.message).toBe(
    'there is a project app of /srv/theirs on this host',
  )
  await inside('docker rm -f theirs')
})

test('it is stopped, and taken down', async () => {
  expect(await changedBy('-e', 'state=stopped')).toEqual([PROJECT])
  expect(await inside('docker ps --format "{{.Names}}"')).toBe('side')
  expect(await changedBy('-e', 'state=stopped')).toEqual([])
  expect(await changedBy()).toEqual([PROJECT])
  expect(await changedBy('-e', 'state=down')).toEqual([PROJECT])
  expect(
    await inside(
      'docker ps -a --format "{{.Names}}"; docker network ls -q --filter name=app_; docker volume ls -q',
    ),
  ).toBe('side\nside')
  expect(await changedBy('-e', 'state=down')).toEqual([])
})

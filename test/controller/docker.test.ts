import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { complaint, findDocker } from '../../src/controller/docker.ts'

/** A client that answers `docker info` as real ones of these versions were seen to. */
async function client(script: string): Promise<{ words: [string] }> {
  const path = join(await mkdtemp(join(tmpdir(), 'rampart-docker-')), 'docker')
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return { words: [path] }
}

test('an engine that answers', async () => {
  const docker = await client(`printf '20.10.24+dfsg1\\toverlay2\\t1\\tDebian GNU/Linux 12 (bookworm)\\n'`)
  expect(await findDocker(docker)).toEqual({
    kind: 'ready',
    docker,
    engine: {
      version: '20.10.24+dfsg1',
      driver: 'overlay2',
      cgroups: '1',
      system: 'Debian GNU/Linux 12 (bookworm)',
    },
  })
})

const refused =
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?'
const denied =
  'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock'

test.each([
  [
    'no engine, as client 28 says it',
    `printf '\\t\\t\\t\\n'; echo '${refused}' >&2; exit 1`,
    'no-engine',
    refused,
  ],
  [
    'no engine, as client 20.10 says it',
    `echo '${refused}' >&2; echo 'template: :1:2: executing' >&2; exit 1`,
    'no-engine',
    refused,
  ],
  ['no engine, and yet exit code 0', `printf '\\t\\t\\t\\n'; echo '${refused}' >&2`, 'no-engine', refused],
  ['an engine for others only', `echo '${denied}' >&2; exit 1`, 'no-permission', denied],
])('%s', async (_, script, kind, said) => {
  expect(await findDocker(await client(script))).toEqual({ kind, said })
})

test('no client', async () => {
  expect(await findDocker({ words: ['/no/such/docker'] })).toEqual({ kind: 'no-client' })
})

test.each([
  ['docker: Error response from daemon: it is so.\nSee "docker run --help".\n', 'it is so.'],
  [
    'Error response from daemon: Pool overlaps with other one on this address space\n',
    'Pool overlaps with other one on this address space',
  ],
  ['', ''],
])('a complaint is what stands first: %j', (stderr, said) => {
  expect(complaint(stderr)).toBe(said)
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HostUnreachable } from '../../src/model/error.ts'
import type { DockerRoute } from '../../src/model/route.ts'
import { createDocker } from '../../src/transport/docker.ts'
import type { Transport } from '../../src/transport/transport.ts'
import { run, script } from '../support/far.ts'

// Against a real engine: test/hosts/docker-transport.test.ts. Here a program of its name stands in for the client.
let dir: string
let docker: Transport
const path = process.env['PATH']

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'rampart-docker-'))
})
afterAll(() => rmSync(dir, { recursive: true }))
beforeEach(() => {
  docker = createDocker()
})
afterEach(async () => {
  process.env['PATH'] = path
  await docker.close()
})

const route = (container = 'web'): DockerRoute => ({ transport: 'docker', host: 'web', container })

/** What `docker exec -i -- CONTAINER COMMAND…` does. */
function client(text: string): void {
  writeFileSync(join(dir, 'docker'), `#!/bin/sh\nshift 4\n${text}\n`, { mode: 0o755 })
  process.env['PATH'] = `${dir}:${path}`
}

async function refused(container?: string): Promise<HostUnreachable> {
  const error = await docker.connect(route(container)).catch((cause: unknown) => cause)
  if (error instanceof HostUnreachable) return error
  throw new Error(`wanted a HostUnreachable, got ${error}`)
}

test('no client on this machine', async () => {
  process.env['PATH'] = join(dir, 'nothing')
  const error = await refused()
  expect(error.message).toBe('there is no docker on this machine, which `transport: docker` needs')
  expect(error.hint).toContain('apt install')
})

describe('a client that complains', () => {
  test.each([
    ['Error response from daemon: No such container: web', 'No such container: web', 'docker ps --all'],
    ['Error response from daemon: container 12ab is not running', 'is not running', 'docker start'],
    [
      'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?',
      'unix:///x',
      'DOCKER_HOST',
    ],
    [
      'permission denied while trying to connect to the Docker daemon socket',
      'permission denied',
      'group docker',
    ],
    [
      'OCI runtime exec failed: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown',
      'OCI',
      'no /bin/sh',
    ],
    ['something else', 'something else', 'docker exec web'],
  ])('%s', async (said, message, hint) => {
    client(`echo '${said}' >&2; exit 1`)
    const error = await refused()
    expect(error.message).toMatch(/^container web cannot be reached: /)
    expect(error.message).toContain(message)
    expect(error.hint).toContain(hint)
    expect((await refused('db')).message).toMatch(/^web \(container db\) cannot be reached/)
  })
})

describe('a client that does its work', () => {
  test('carries shells, each by an exec of its own', async () => {
    client(`echo x >>${join(dir, 'execs')}; exec "$@"`)
    const connection = await docker.connectFresh(route())
    expect((await run(connection.shell(), 'echo $((6 * 7))')).stdout).toBe('42\n')
    expect((await run(connection.shell(), 'wc -l')).stdout).toBe('0\n')
    await connection.close()
    await expect(connection.shell().exchange([script('true')])[0]).rejects.toThrow('closed by us')
  })

  test('until the engine goes', async () => {
    client(`"$@"; echo 'error during connect: EOF' >&2; exit 1`)
    const connection = await docker.connect(route())
    const shell = connection.shell()
    const [ending] = await Promise.all(shell.exchange([script('kill -KILL $$; exit')]))
    expect(ending).toMatchObject({ kind: 'lost' })
    expect((await connection.lost).message).toBe('the connection to web was lost: error during connect: EOF')
  })

  test('until the shell is killed, which the connection outlives', async () => {
    client('case $# in 3) "$@"; exit $?; esac')
    const connection = await docker.connect(route())
    const [ending] = await Promise.all(connection.shell().exchange([script('kill -KILL $$; exit')]))
    expect(ending).toEqual({ kind: 'signalled', signal: 'SIGKILL' })
    expect((await run(connection.shell(), 'echo another')).stdout).toBe('another\n')
  })

  test('and is closed with the transport', async () => {
    client('exec "$@"')
    const connection = await docker.connect(route())
    await docker.close()
    expect((await connection.lost).message).toContain('closed by us')
  })
})

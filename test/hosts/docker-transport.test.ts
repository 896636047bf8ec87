import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { stringify } from 'yaml'
import { docker } from '../../src/controller/docker.ts'
import { requireEngine } from '../../src/lab/engine.ts'
import { HostUnreachable } from '../../src/model/error.ts'
import { createDocker } from '../../src/transport/docker.ts'
import type { Transport } from '../../src/transport/transport.ts'
import { conformance } from '../support/conformance.ts'
import { run, script } from '../support/far.ts'
import { rampartRun } from '../support/rampart.ts'
import { processesWith } from '../support/try-openssh.ts'
import { useLab } from './lab.ts'

const lab = useLab({ name: 'docker', nodes: 1 })
// The first run builds the command line.
vi.setConfig({ testTimeout: 180_000 })
const container = lab.container('dgx01')
const route = { transport: 'docker', host: 'web', container } as const
const small = join(import.meta.dirname, 'playbooks/small.ts')

let transport: Transport
let dir: string
beforeAll(async () => {
  transport = createDocker()
  dir = await mkdtemp(join(tmpdir(), 'rampart-docker-'))
})
afterAll(async () => {
  await transport.close()
  await rm(dir, { recursive: true })
})

const engine = async (...words: readonly string[]) => docker(await requireEngine(), words)

conformance('docker', () => transport.connect(route), { huge: 24 * 1024 * 1024 })

test('a whole run: changed, then in sync, in two frames', async () => {
  const inventory = join(dir, 'hosts.yaml')
  const hosts = {
    [container]: { transport: 'docker' },
    named: { transport: 'docker', container: lab.container('bastion') },
  }
  await writeFile(inventory, stringify({ all: { hosts } }))
  const first = await rampartRun([small, '-i', inventory])
  expect(first, JSON.stringify(first.events)).toMatchObject({ code: 0, stderr: '' })
  const second = await rampartRun([small, '-i', inventory])
  for (const name of Object.keys(hosts)) {
    expect(first.recap.hosts[name]).toMatchObject({ changed: 2, failed: 0, connections: 1 })
    expect(second.recap.hosts[name]).toMatchObject({ ok: 2, changed: 0, frames: 2 })
  }
  const made = await lab.inside('dgx01', 'cat /tmp/rampart-small/file; stat -c %a /tmp/rampart-small/file')
  expect(made.stdout).toBe("it's here\n600\n")
})

describe('a container', () => {
  afterEach(async () => {
    await engine('unpause', container)
    await engine('start', container)
  })

  async function refused(name: string): Promise<HostUnreachable> {
    const error = await transport.connect({ ...route, container: name }).catch((cause: unknown) => cause)
    if (error instanceof HostUnreachable) return error
    throw new Error(`wanted a HostUnreachable, got ${error}`)
  }

  test('is entered as its own user, and left without a trace', async () => {
    const connection = await transport.connect(route)
    expect(connection).toMatchObject({ address: container, user: 'root' })
    const nobody = connection.shell({ user: 'nobody', password: undefined })
    expect((await run(nobody, 'id -un')).stdout).toBe('nobody\n')
    expect((await run(connection.shell(), 'id -un')).stdout).toBe('root\n')
    expect(processesWith(`exec -i -- ${container} `)).toHaveLength(2)
    await connection.close()
    expect(processesWith(`exec -i -- ${container} `)).toEqual([])
  })

  test('that there is not', async () => {
    const error = await refused('rampart-no-such-container')
    expect(error.message).toBe(
      'web (container rampart-no-such-container) cannot be reached: No such container: rampart-no-such-container',
    )
    expect(error.hint).toContain('docker ps --all')
  })

  test('that is paused, stopped under us, and not running', async () => {
    const connection = await transport.connect(route)
    const shell = connection.shell()
    await run(shell, 'true')
    await engine('pause', container)
    expect((await refused(container)).hint).toContain('docker unpause')
    await engine('unpause', container)
    const [ending] = shell.exchange([script('sleep 60', { timeout: 60_000 })])
    await engine('kill', container)
    expect(await ending).toEqual({ kind: 'signalled', signal: 'SIGKILL' })
    await expect(connection.shell().exchange([script('true')])[0]).rejects.toBeInstanceOf(HostUnreachable)
    const error = await refused(container)
    expect(error.message).toContain('is not running')
    expect(error.hint).toContain('docker start')
  })
})

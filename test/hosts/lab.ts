import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, vi } from 'vitest'
import type { Finished } from '../../src/controller/command.ts'
import { command } from '../../src/controller/command.ts'
import { docker } from '../../src/controller/docker.ts'
import { requireEngine } from '../../src/lab/engine.ts'
import type { Lab } from '../../src/lab/index.ts'
import { down, lab as labOf, up } from '../../src/lab/index.ts'
import { labels } from '../../src/lab/place.ts'
import { certificate } from '../../src/lab/world/trust.ts'

/** Where the labs of tests have their `.lab` folders: never in the checkout, whose own lab is somebody's. */
const testLabs = join(tmpdir(), 'rampart-test-labs')
/** What OpenSSH's client asks for a password when it has no terminal. */
const askpass = join(testLabs, 'askpass')

/** A fleet of real hosts for the tests of one file. */
export interface TestLab extends Lab {
  /** The name of a host's container. */
  container(host: string): string
  /** Runs a script as root in a host, past SSH: to look from outside, and when nobody can log in. */
  inside(host: string, script: string, input?: string): Promise<Finished>
  /** Logs in with OpenSSH's client and the lab's key and runs a script there; `options` as its `-o` takes them. */
  ssh(host: string, script: string, options?: readonly string[]): Promise<Finished>
  /** In a lab with a world: a new key and a certificate of the lab's CA for these names, with the CA's own after it. */
  certificate(
    ...names: readonly [string, ...string[]]
  ): Promise<{ readonly key: string; readonly chain: string }>
  /** Logs in with a password and nothing else and runs a script there. */
  sshByPassword(host: string, user: string, password: string, script: string): Promise<Finished>
}

export interface WantedLab {
  readonly name: string
  readonly nodes?: number
  /** Whether it has the internet in it: the vendors' names, packages, images and tailnet. */
  readonly world?: boolean
}

/**
 * Raises a lab of its own before the tests of this file and takes it down after them. Call it once, at the top of a
 * file. An engine that is installed is started; one that is missing is installed, and if that fails, so do the tests.
 *
 * With its images built it takes 5 to 10 s on 2 cores, so let tests that need the same start share a file.
 */
export function useLab({ name, nodes = 2, world = false }: WantedLab): TestLab {
  const which = { name: `test-${process.pid}-${name}`, cwd: testLabs }
  const lab = labOf(which)
  vi.setConfig({ testTimeout: 60_000 })
  beforeAll(async () => {
    await mkdir(testLabs, { recursive: true })
    await writeFile(askpass, '#!/bin/sh\nprintf "%s\\n" "$RAMPART_TEST_PASSWORD"\n', { mode: 0o755 })
    await up({ ...which, nodes, world, install: true })
    await removeLeftovers()
  }, 600_000)
  afterAll(() => down(which), 60_000)

  // Asked once: on a loaded machine an engine that is there may be late with its answer.
  let engine: Awaited<ReturnType<typeof requireEngine>> | undefined
  const container = (host: string) => `${lab.name}-${host}`
  const config = ['-F', lab.files.sshConfig]
  return {
    ...lab,
    container,
    inside: async (host, script, input = '') => {
      engine ??= await requireEngine()
      return docker(engine, ['exec', '-i', container(host), 'sh', '-c', script], { input })
    },
    certificate: async (...names) => {
      const pem = await certificate({ engine: await requireEngine(), lab }, names)
      const chain = pem.indexOf('-----BEGIN CERTIFICATE')
      return { key: pem.slice(0, chain), chain: pem.slice(chain) }
    },
    ssh: (host, script, options = []) =>
      command(['ssh', ...config, ...flags(['BatchMode=yes', ...options]), host, script], { timeout: 30_000 }),
    sshByPassword: (host, user, password, script) => {
      const only = [
        'PreferredAuthentications=password',
        'PubkeyAuthentication=no',
        'NumberOfPasswordPrompts=1',
      ]
      return command(['ssh', ...config, ...flags([...only, `User=${user}`]), host, script], {
        env: { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', RAMPART_TEST_PASSWORD: password },
        timeout: 30_000,
      })
    },
  }
}

function flags(options: readonly string[]): readonly string[] {
  return options.flatMap(option => ['-o', option])
}

/** Takes down the labs of test runs that were killed, known by the process id in their names. */
async function removeLeftovers(): Promise<void> {
  const kinds = [
    ['ps', '--all'],
    ['network', 'ls'],
    ['volume', 'ls'],
  ] as const
  const format = `{{.Label "${labels.lab}"}}`
  const engine = await requireEngine()
  const lists = await Promise.all(
    kinds.map(kind => docker(engine, [...kind, '--filter', `label=${labels.lab}`, '--format', format])),
  )
  const names = new Set(lists.flatMap(({ stdout }) => stdout.split('\n')))
  for (const name of names) {
    const pid = /^test-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await down({ name, cwd: testLabs })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

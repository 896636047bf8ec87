import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RampartError } from '../../src/model/error.ts'
import type { SshRoute } from '../../src/model/route.ts'
import type { SshOptions } from '../../src/transport/ssh/index.ts'
import { createSsh } from '../../src/transport/ssh/index.ts'

/** An empty home with nothing of this machine in it, for the length of a test. */
export interface Home {
  readonly dir: string
  at(name: string): string
  /** Options of a transport that knows only this home, and is quick to give up. */
  readonly options: SshOptions
  remove(): void
}

export function makeHome(): Home {
  const dir = mkdtempSync(join(tmpdir(), 'rampart-home-'))
  const at = (name: string): string => join(dir, name)
  return {
    dir,
    at,
    options: {
      acceptNew: false,
      home: dir,
      stateDir: at('state'),
      systemKnownHosts: [],
      agentSocket: '',
      backoff: 20,
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** Connects once and closes, and gives the address that answered, or the error. Errors that are not ours are thrown. */
export async function tryConnect(route: SshRoute, options: SshOptions): Promise<string | RampartError> {
  const ssh = createSsh(options)
  try {
    const connection = await ssh.connect(route)
    await connection.close()
    return connection.address
  } catch (error) {
    if (error instanceof RampartError) return error
    throw error
  } finally {
    await ssh.close()
  }
}

/** The error of a connection that must fail so. */
export async function refusal<E extends RampartError>(
  kind: new (...given: never[]) => E,
  route: SshRoute,
  options: SshOptions,
): Promise<E> {
  const answer = await tryConnect(route, options)
  if (answer instanceof kind) return answer
  throw new Error(
    `wanted ${kind.name}, got ${typeof answer === 'string' ? `a connection to ${answer}` : answer}`,
  )
}

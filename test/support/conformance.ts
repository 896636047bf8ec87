import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import type { Connection, Shell } from '../../src/transport/transport.ts'
import { apart } from './conformance/apart.ts'
import { bulk } from './conformance/bulk.ts'
import { bytes } from './conformance/bytes.ts'
import { endings } from './conformance/endings.ts'
import { frames } from './conformance/frames.ts'
import { secrecy } from './conformance/secrecy.ts'

export interface ConformanceOptions {
  /** How many bytes the case of huge output makes on each stream. Default 256 MiB. */
  readonly huge?: number
  /** Whether the end of a killed shell is told with its signal. Default true. */
  readonly signals?: boolean
}

/**
 * What every transport's shell must do, on a real machine with a real sh. That machine needs coreutils or busybox, and
 * a /tmp. One connection is made, and a shell for each case.
 */
export function conformance(
  name: string,
  connect: () => Promise<Connection>,
  options: ConformanceOptions = {},
): void {
  const { huge = 256 * 1024 * 1024, signals = true } = options
  const folder = mkdtempSync(join(tmpdir(), 'rampart-conformance-'))
  let connection: Connection
  const shells: Shell[] = []
  const far = {
    folder,
    huge,
    signals,
    open(): Shell {
      const shell = connection.shell()
      shells.push(shell)
      return shell
    },
  }

  describe(`a shell over ${name}`, () => {
    beforeAll(async () => {
      connection = await connect()
    })
    afterEach(async () => {
      await Promise.all(shells.splice(0).map(shell => shell.close()))
    })
    afterAll(async () => {
      await connection?.close()
      rmSync(folder, { recursive: true })
    })

    bytes(far)
    endings(far)
    apart(far)
    bulk(far)
    secrecy(far)
    frames(far)
  })
}

import { afterAll, describe } from 'vitest'
import { Secret } from '../../src/model/secret.ts'
import { conformance } from '../support/conformance.ts'
import { connectionOver } from '../support/far.ts'
import type { Sudoer } from '../support/sudoer.ts'
import { createSudoer } from '../support/sudoer.ts'

describe.skipIf(process.getuid?.() !== 0)('the whole suite as root by sudo', () => {
  const plain = createSudoerIfRoot('b', 'Defaults:USER use_pty', 'USER ALL=(ALL) NOPASSWD: ALL')
  const asking = createSudoerIfRoot('c', 'Defaults:USER !use_pty', 'USER ALL=(ALL) ALL')
  afterAll(() => {
    plain?.remove()
    asking?.remove()
  })
  const options = { huge: 32 * 1024 * 1024, signals: false }
  const by = (sudoer: Sudoer | undefined, password?: Secret) => async () => {
    if (sudoer === undefined) throw new Error('not root')
    const connection = connectionOver(() => sudoer.login())
    return { ...connection, shell: () => connection.shell({ user: 'root', password }) }
  }
  conformance('sudo with use_pty', by(plain), options)
  conformance('sudo with a password', by(asking, new Secret(asking?.password ?? '')), options)
})

function createSudoerIfRoot(suffix: string, ...lines: readonly string[]): Sudoer | undefined {
  if (process.getuid?.() !== 0) return undefined
  const sudoer = createSudoer(suffix)
  sudoer.allow(...lines)
  return sudoer
}

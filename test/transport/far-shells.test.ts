import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { loader } from '../../src/transport/loader.ts'
import { conformance } from '../support/conformance.ts'
import { busyboxPath, connectionOver, login } from '../support/far.ts'

const links = mkdtempSync(join(tmpdir(), 'rampart-sh-'))
const busybox = busyboxPath()
afterAll(() => {
  rmSync(links, { recursive: true })
  rmSync(busybox, { recursive: true })
})

/** A program as a system has it whose /bin/sh it is: bash and zsh behave otherwise under that name. */
function asSh(program: string): string {
  const folder = mkdtempSync(join(links, 'bin-'))
  symlinkSync(program, join(folder, 'sh'))
  return join(folder, 'sh')
}

const huge = 48 * 1024 * 1024

// Where other tests take the machine's own /bin/sh, these make it another program.
for (const program of ['dash', 'bash', 'zsh']) {
  conformance(program, async () => connectionOver(() => login('sh', loader(asSh(`/bin/${program}`)))), {
    huge,
  })
}
conformance(
  'busybox, with no other command',
  async () => connectionOver(() => login('sh', loader(join(busybox, 'sh')), { PATH: busybox })),
  { huge },
)

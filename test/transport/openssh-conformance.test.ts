import { afterAll, beforeAll } from 'vitest'
import { createOpenssh } from '../../src/transport/openssh.ts'
import type { Transport } from '../../src/transport/transport.ts'
import { conformance } from '../support/conformance.ts'
import type { Sshd } from '../support/sshd.ts'
import { routeTo, startSshd } from '../support/sshd.ts'

let sshd: Sshd
let openssh: Transport

beforeAll(async () => {
  sshd = await startSshd()
  openssh = createOpenssh({ acceptNew: false, config: 'none' })
})
afterAll(async () => {
  await openssh.close()
  await sshd.stop()
})

// ssh does not tell the signal that ended a far shell.
conformance('openssh', () => openssh.connect(routeTo(sshd, { transport: 'openssh' })), {
  huge: 24 * 1024 * 1024,
  signals: false,
})

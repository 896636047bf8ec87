import { afterAll, beforeAll } from 'vitest'
import { createSsh } from '../../src/transport/ssh/index.ts'
import type { Transport } from '../../src/transport/transport.ts'
import { conformance } from '../support/conformance.ts'
import type { Sshd } from '../support/sshd.ts'
import { routeTo, startSshd } from '../support/sshd.ts'
import type { Home } from '../support/try-ssh.ts'
import { makeHome } from '../support/try-ssh.ts'

let home: Home
let sshd: Sshd
let slow: Sshd
let ssh: Transport

beforeAll(async () => {
  home = makeHome()
  sshd = await startSshd()
  slow = await startSshd({ config: ['RekeyLimit 4M', 'Ciphers aes256-ctr'] })
  ssh = createSsh(home.options)
})
afterAll(async () => {
  await ssh.close()
  await Promise.all([sshd.stop(), slow.stop()])
  home.remove()
})

const MiB = 1024 * 1024

conformance('sshd', () => ssh.connect(routeTo(sshd)), { huge: 64 * MiB })
conformance(
  'sshd behind a jump host, with new keys every 4 MB and another cipher',
  () => ssh.connect(routeTo(slow, { host: 'behind', via: routeTo(sshd, { host: 'bastion' }) })),
  { huge: 32 * MiB },
)

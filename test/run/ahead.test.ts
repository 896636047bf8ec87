import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { rampart, rampartRun } from '../support/rampart.ts'
import type { Sshd } from '../support/sshd.ts'
import { startSshd } from '../support/sshd.ts'

let a: Sshd
let b: Sshd
let folder: string
let args: readonly string[]

beforeAll(async () => {
  ;[a, b] = await Promise.all([startSshd(), startSshd()])
  folder = mkdtempSync(join(tmpdir(), 'rampart-ahead-'))
  const host = ({ port, user, key, knownHosts }: Sshd): string =>
    JSON.stringify({ address: '127.0.0.1', port, user, key, known_hosts: knownHosts })
  writeFileSync(join(folder, 'hosts.yaml'), `all: { hosts: { a: ${host(a)}, b: ${host(b)} } }`)
  args = [join(folder, 'play.ts'), '-i', join(folder, 'hosts.yaml'), '--check']
})
afterAll(async () => {
  await Promise.all([a.stop(), b.stop()])
  rmSync(folder, { recursive: true, force: true })
})

/** Writes the playbook: for these hosts, after what it does as it is loaded. */
const playbook = (hosts: string, first = ''): void =>
  writeFileSync(
    join(folder, 'play.ts'),
    `import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { play, playbook } from 'rampart'
${first}
export default playbook(play('p', { hosts: '${hosts}' }, []))
`,
  )

const logins = (sshd: Sshd): number => sshd.log().split('Accepted publickey').length - 1

test('the hosts of the last run are logged in to while the playbook is still being loaded, once', async () => {
  playbook('a')
  expect(await rampartRun(args)).toMatchObject({ code: 0, recap: { hosts: { a: { connections: 1 } } } })
  const before = logins(a)
  playbook(
    'a',
    `const late = Date.now() + 40_000
while (!existsSync('${folder}/go')) {
  if (Date.now() > late) throw new Error('nobody came')
  await setTimeout(20)
}`,
  )
  const running = rampartRun(args)
  await vi.waitUntil(() => logins(a) > before, 30_000)
  writeFileSync(join(folder, 'go'), '')
  const told = await running
  expect(told, told.stderr).toMatchObject({ code: 0, recap: { hosts: { a: { connections: 1, frames: 1 } } } })
  expect(logins(a)).toBe(before + 1)
  expect(logins(b)).toBe(0)
})

test('who is no longer wanted is hung up on, and is not told of', async () => {
  const before = logins(a)
  playbook('b')
  const told = await rampartRun(args)
  expect(told, told.stderr).toMatchObject({ code: 0 })
  expect(Object.keys(told.recap.hosts)).toEqual(['b'])
  expect(logins(a)).toBe(before + 1)
  await vi.waitUntil(() => a.sessions().length === 0, 20_000)
})

test('a mistake in the playbook is told as ever, and nobody waits for a host', async () => {
  playbook('b', 'const no: number = ;')
  const { code, stderr } = await rampart(['run', ...args])
  expect(code).toBe(1)
  expect(stderr).toMatch(/^error: .*play\.ts:4:/)
  expect(stderr).not.toContain('    at ')
})

test('where keys of unknown hosts are learnt, nobody is spoken to before he is wanted', async () => {
  playbook('b')
  await rampartRun(args)
  const before = logins(b)
  playbook('a')
  expect(await rampartRun([...args, '--accept-new'])).toMatchObject({ code: 0 })
  expect(await rampartRun([...args, '--accept-new'])).toMatchObject({ code: 0 })
  expect(logins(b)).toBe(before)
})

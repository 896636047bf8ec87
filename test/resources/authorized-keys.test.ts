import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { authorizedKeys, user } from '../../src/resources/index.ts'
import { bench, fars, isRoot } from '../support/apply.ts'
import { bare, publicKey } from '../support/keys.ts'
import { throwawayAccounts } from '../support/throwaway-accounts.ts'

const { name } = throwawayAccounts()
let room: string
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-keys-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const [anna, bert] = [publicKey('ed25519', 'anna'), publicKey('ed25519', 'bert')]

describe.each(Object.entries(fars))('over %s', (far, sh) => {
  test.skipIf(!isRoot)('keys come into a home, with a folder and modes that sshd accepts', async () => {
    using host = bench(sh)
    const of = name(`k-${far.replace(/\W/g, '').slice(-6)}`)
    const home = join(room, of)
    using maker = bench()
    await maker.converge(user({ name: of, home }))
    await host.converge(
      authorizedKeys({ user: of, keys: [anna, { key: bert, options: 'no-pty', comment: '中' }] }),
    )
    const path = join(home, '.ssh', 'authorized_keys')
    expect(readFileSync(path, 'utf8')).toBe(`${anna}\nno-pty ${bare(bert)} 中\n`)
    const { uid, gid } = lstatSync(home)
    for (const [at, mode] of [
      [join(home, '.ssh'), 0o700],
      [path, 0o600],
    ] as const) {
      expect(lstatSync(at)).toMatchObject({ uid, gid })
      expect(lstatSync(at).mode & 0o7777).toBe(mode)
    }
    chmodSync(join(home, '.ssh'), 0o777)
    chownSync(path, 0, 0)
    const mended = await host.converge(authorizedKeys({ user: of, keys: [anna] }))
    expect(mended?.diff).toEqual({
      kind: 'fields',
      changes: {
        'folder mode': ['0777', '0700'],
        owner: ['root', String(uid)],
        group: ['root', String(gid)],
      },
    })
    await host.converge(authorizedKeys({ user: of, keys: [bert], state: 'absent' }))
    expect(readFileSync(path, 'utf8')).toBe(`${anna}\n`)
  })
})

test.skipIf(!isRoot)(
  'a file elsewhere is root’s and open to be read, so that its user cannot add to it',
  async () => {
    using host = bench()
    const path = join(room, 'keys-of-daemon')
    await host.converge(authorizedKeys({ user: 'daemon', keys: [anna], path }))
    expect(lstatSync(path)).toMatchObject({ uid: 0, gid: 0 })
    expect(lstatSync(path).mode & 0o777).toBe(0o644)
    chmodSync(path, 0o640)
    expect(await host.converge(authorizedKeys({ user: 'daemon', keys: [anna], path }))).toBeUndefined()
  },
)

test.skipIf(!isRoot)('the usual home is asked for in the same turn, another one in a second', async () => {
  using host = bench()
  const keys = [anna]
  expect(await authorizedKeys({ user: 'daemon', keys, state: 'absent' }).check(host.probe)).toEqual(inSync())
  expect(host.asked).toHaveLength(7)
  using other = bench()
  expect(await authorizedKeys({ user: 'root', keys, state: 'absent' }).check(other.probe)).toEqual(inSync())
  expect(other.asked).toHaveLength(4)
})

test.skipIf(!isRoot)('a user is not led elsewhere by a link of his own', async () => {
  using host = bench()
  const of = name('link')
  const home = join(room, of)
  await host.converge(user({ name: of, home }))
  mkdirSync(join(room, 'target'))
  symlinkSync(join(room, 'target'), join(home, '.ssh'))
  const keys = authorizedKeys({ user: of, keys: [anna] })
  await expect(keys.check(host.probe)).rejects.toThrow(/\.ssh is a symbolic link, not a directory/)
  rmSync(join(home, '.ssh'))
  mkdirSync(join(home, '.ssh'))
  writeFileSync(join(room, 'target', 'x'), '')
  symlinkSync(join(room, 'target', 'x'), join(home, '.ssh', 'authorized_keys'))
  await expect(keys.check(host.probe)).rejects.toThrow(
    /authorized_keys is a symbolic link, not a regular file/,
  )
})

test.skipIf(!isRoot)('a user or home that is missing says so', async () => {
  using host = bench()
  const of = name('homeless')
  await expect(authorizedKeys({ user: of, keys: [anna] }).check(host.probe)).rejects.toThrow(
    /there is no user/,
  )
  await host.converge(user({ name: of, home: join(room, 'no', 'home'), createHome: false }))
  await expect(authorizedKeys({ user: of, keys: [anna] }).check(host.probe)).rejects.toThrow(
    /its folder .*\/no\/home does not exist/,
  )
})

test('what it touches: the file where it is known, else the account whose it is', () => {
  const touches = (given: { user: string; path?: string }) =>
    authorizedKeys({ ...given, keys: [anna] }).touches
  expect(touches({ user: 'root' })).toEqual(['file:/root/.ssh/authorized_keys'])
  expect(touches({ user: 'x', path: '/etc/ssh/keys/x' })).toEqual(['file:/etc/ssh/keys/x'])
  expect(touches({ user: 'x' })).toEqual(['user:x'])
})

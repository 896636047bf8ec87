import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { Secret } from '../../src/model/secret.ts'
import { group, user } from '../../src/resources/index.ts'
import { bench, drifted, fars, isRoot } from '../support/apply.ts'
import { getent, groupsOf, throwawayAccounts } from '../support/throwaway-accounts.ts'

const { name } = throwawayAccounts()
const HASH = new Secret(
  '$6$salt$2bTtXeV0G7rBsKbkUKGtfPcIrwEUG0yD0Q0e4Cl4nDjBnE0Q1sVYdJtX9m4wQG6m3c7vN1uZ7kZ4mUQmQm5iP.',
)

let room: string
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-accounts-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

describe.each(Object.entries(fars).filter(([far]) => far !== 'busybox alone'))('over %s', (far, sh) => {
  const suffix = far.replace(/\W/g, '').slice(0, 8)

  test.skipIf(!isRoot)('a group is made, renumbered and removed', async () => {
    using host = bench(sh)
    const of = name(`g-${suffix}`)
    await host.converge(group({ name: of, gid: 54_321 }))
    expect(getent('group', of)).toBe(`${of}:x:54321:`)
    expect(await host.converge(group({ name: of }))).toBeUndefined()
    const drift = await host.converge(group({ name: of, gid: 54_322 }))
    expect(drift?.diff).toEqual({ kind: 'fields', changes: { gid: ['54321', '54322'] } })
    await host.converge(group({ name: of, state: 'absent' }))
    expect(getent('group', of)).toBe('')
    expect(await host.converge(group({ name: of, state: 'absent' }))).toBeUndefined()
  })

  test.skipIf(!isRoot)(
    'a user is made with all that is said of it, mended in one plan, and removed',
    async () => {
      using host = bench(sh)
      const of = name(`u-${suffix}`)
      const home = join(room, suffix, 'home of it')
      mkdirSync(join(room, suffix))
      const wanted = {
        ...{ name: of, uid: 54_400, groups: ['adm', 'audio'], shell: '/bin/sh', home },
        ...{ comment: "it's $(all), 中文", expires: '2031-02-28', password: HASH, locked: true },
      }
      await host.converge(user(wanted))
      expect(getent('passwd', of)).toBe(
        `${of}:x:54400:${getent('group', of).split(':')[2]}:${wanted.comment}:${home}:/bin/sh`,
      )
      expect(getent('shadow', of)).toMatch(new RegExp(`^${of}:!\\$6\\$salt\\$.*:22338:$`))
      expect([groupsOf(of), lstatSync(home).uid]).toEqual([['adm', 'audio', of].sort(), 54_400])
      expect(await host.converge(user(wanted))).toBeUndefined()

      const other = join(room, suffix, 'other')
      const mended = await host.converge(
        user({
          ...{ name: of, uid: 54_401, group: 'daemon', groups: ['audio', 'video'], shell: '/bin/false' },
          ...{ home: other, moveHome: true, comment: '', expires: 'never', locked: false },
        }),
      )
      expect(Object.keys((mended!.diff as { changes: object }).changes)).toEqual([
        ...['uid', 'group', 'comment', 'home', 'shell', 'groups', 'home directory', 'locked', 'expires'],
      ])
      expect(getent('passwd', of)).toBe(`${of}:x:54401:1::${other}:/bin/false`)
      expect([groupsOf(of), existsSync(home), lstatSync(other).uid]).toEqual([
        ['audio', 'daemon', 'video'],
        false,
        54_401,
      ])
      expect(getent('shadow', of)).toMatch(new RegExp(`^${of}:\\$6\\$salt\\$.*::$`))

      await host.converge(user({ name: of, state: 'absent', remove: true }))
      expect([getent('passwd', of), existsSync(other)]).toEqual(['', false])
      expect(await host.converge(user({ name: of, state: 'absent' }))).toBeUndefined()
    },
  )
})

test.skipIf(!isRoot)('groups are added where they are to be added', async () => {
  using host = bench()
  const of = name('append')
  await host.converge(user({ name: of, groups: ['adm'], createHome: false }))
  await host.converge(user({ name: of, groups: ['audio'], append: true }))
  expect(groupsOf(of)).toEqual(['adm', 'audio', of].sort())
  const { diff } = (await host.converge(user({ name: of, groups: [] })))!
  expect(diff).toEqual({ kind: 'fields', changes: { groups: ['adm, audio', 'none'] } })
  expect(groupsOf(of)).toEqual([of])
})

test.skipIf(!isRoot)('a user whose own group is there already gets that', async () => {
  using host = bench()
  const of = name('own')
  await host.converge(group({ name: of, gid: 54_500 }))
  await host.converge(user({ name: of, createHome: false }))
  expect(getent('passwd', of)).toMatch(/^[^:]*:x:\d+:54500:/)
})

test.skipIf(!isRoot)('its main group is none of its other groups', async () => {
  using host = bench()
  const of = name('main')
  await host.converge(user({ name: of, group: 'adm', groups: ['adm', 'audio'], createHome: false }))
  expect(groupsOf(of)).toEqual(['adm', 'audio'])
  await host.converge(user({ name: of, group: 4, groups: ['audio'], createHome: false }))
})

test.skipIf(!isRoot)('a home that is missing is made from the skeleton, for its user alone', async () => {
  using host = bench()
  const of = name('home')
  const home = join(room, 'late home')
  await host.converge(user({ name: of, home, createHome: false }))
  expect(existsSync(home)).toBe(false)
  const drift = await host.converge(user({ name: of }))
  expect(drift?.diff).toEqual({ kind: 'fields', changes: { 'home directory': ['missing', home] } })
  expect([lstatSync(home).mode & 0o777, existsSync(join(home, '.profile'))]).toEqual([0o700, true])
})

test.skipIf(!isRoot)('a system user has no home unless it is wanted', async () => {
  using host = bench()
  const of = name('sys')
  await host.converge(user({ name: of, system: true, home: join(room, 'sys') }))
  expect(existsSync(join(room, 'sys'))).toBe(false)
  expect(Number(getent('passwd', of).split(':')[2])).toBeLessThan(1000)
})

describe('a password', () => {
  test.skipIf(!isRoot)('goes in by stdin, and no hash is shown', async () => {
    using host = bench()
    const of = name('pass')
    const drift = await host.converge(user({ name: of, createHome: false, password: HASH }))
    expect(JSON.stringify(drift)).not.toContain('salt')
    expect(getent('shadow', of).split(':')[1]).toBe(HASH.reveal())
    expect(await host.converge(user({ name: of, createHome: false, password: HASH }))).toBeUndefined()
    const other = new Secret(HASH.reveal().replace('salt', 'other'))
    const changed = await host.converge(user({ name: of, password: other, createHome: false }))
    expect(changed?.diff).toEqual({ kind: 'fields', changes: { password: ['***', '***'] } })
    const kept = user({ name: of, password: HASH, updatePassword: 'on-create', createHome: false })
    expect(await kept.check(host.probe)).toEqual(inSync())
  })

  test.skipIf(!isRoot)('stays locked where nothing is said of that', async () => {
    using host = bench()
    const of = name('lock')
    await host.converge(user({ name: of, createHome: false, password: HASH, locked: true }))
    expect(await user({ name: of, createHome: false, password: HASH }).check(host.probe)).toEqual(inSync())
    await host.converge(user({ name: of, createHome: false, password: HASH, locked: false }))
    expect(getent('shadow', of).split(':')[1]).toBe(HASH.reveal())
    await host.converge(user({ name: of, createHome: false, locked: true }))
    expect(getent('shadow', of).split(':')[1]).toBe(`!${HASH.reveal()}`)
  })

  test.skipIf(!isRoot)('may be one that nobody can type', async () => {
    using host = bench()
    const of = name('star')
    await host.converge(user({ name: of, createHome: false, password: new Secret('*') }))
    expect(getent('shadow', of).split(':')[1]).toBe('*')
  })

  test.skipIf(!isRoot).each(['hunter2', 'a:b', '$6$x\n', ''])(
    '%j is no hash, and is not shown',
    async plain => {
      using host = bench()
      const wanted = user({ name: 'rampart-t-none', password: new Secret(plain) })
      const error = await wanted.check(host.probe).catch((reason: unknown) => reason)
      expect(String(error)).toBe(
        'CheckFailed: the password of rampart-t-none is no hash as crypt(5) makes them',
      )
    },
  )

  test.skipIf(!isRoot)('is needed to unlock', async () => {
    using host = bench()
    const of = name('none')
    await expect(user({ name: of, locked: false }).check(host.probe)).rejects.toThrow(/it has no password/)
    await host.converge(user({ name: of, createHome: false, locked: true }))
    await expect(user({ name: of, locked: false }).check(host.probe)).rejects.toThrow(/it has no password/)
  })
})

test('ten users are asked for by one turn of questions', async () => {
  using host = bench()
  const users = Array.from({ length: 10 }, (_, i) => user({ name: `rampart-t-no${i}`, state: 'absent' }))
  expect(await Promise.all(users.map(one => one.check(host.probe)))).toEqual(users.map(() => inSync()))
  expect(host.asked).toHaveLength(4)
})

test.skipIf(!isRoot)('who may not read the shadow file says so', async () => {
  writeFileSync(join(room, 'x'), '')
  using host = bench({ sh: ['setpriv', '--reuid=65534', '--clear-groups', 'dash'], env: process.env })
  await expect(user({ name: 'root', expires: 'never' }).check(host.probe)).rejects.toThrow(
    /shadow may not be read/,
  )
})

test.skipIf(!isRoot)('root keeps its number', async () => {
  using host = bench()
  await expect(group({ name: 'root', gid: 54_600 }).check(host.probe)).rejects.toThrow(/keeps it/)
})

test.skipIf(!isRoot)('a group that is used by name may be numbered', async () => {
  using host = bench()
  const of = name('gid')
  await host.converge(user({ name: of, group: 1, createHome: false }))
  expect(await user({ name: of, group: 'daemon', createHome: false }).check(host.probe)).toEqual(inSync())
  const { cure } = drifted(
    await user({ name: of, group: 'rampart-t-later', createHome: false }).check(host.probe),
  )
  expect(cure).toMatchObject([{ script: `usermod -g rampart-t-later -- ${of}` }])
})

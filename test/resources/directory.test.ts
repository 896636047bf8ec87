import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { directory } from '../../src/resources/index.ts'
import { bench, drifted, fars, isRoot } from '../support/apply.ts'
import { oddName } from '../support/odd-names.ts'

let room: string
let count = 0
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-directory-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const place = (): string => mkdtempSync(join(room, `${count++}-`))
const modeOf = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8)

describe.each(Object.entries(fars))('over %s', (_, far) => {
  test.skipIf(!isRoot)('a directory is made with the folders above it, mended and removed', async () => {
    using host = bench(far)
    const top = place()
    const path = join(top, 'a', 'b', 'c')
    const made = await host.converge(directory({ path, mode: '02770', group: 'adm' }))
    expect(made?.diff).toEqual({ kind: 'fields', changes: { state: ['absent', 'directory'] } })
    expect([modeOf(path), lstatSync(path).gid, modeOf(join(top, 'a'))]).toEqual(['2770', 4, '755'])
    expect(await host.converge(directory({ path }))).toBeUndefined()
    const mended = await host.converge(directory({ path, mode: '0755', owner: 'daemon' }))
    expect(mended?.diff).toEqual({
      kind: 'fields',
      changes: { mode: ['02770', '0755'], owner: ['root', 'daemon'] },
    })
    await host.converge(directory({ path, state: 'absent' }))
    expect(existsSync(path)).toBe(false)
    expect(await host.converge(directory({ path, state: 'absent' }))).toBeUndefined()
  })

  test('any name comes through', { timeout: 60_000 }, async () => {
    const scenario = fc.asyncProperty(oddName(), oddName(), async (outer, inner) => {
      using host = bench(far)
      const top = place()
      await host.converge(directory({ path: join(top, outer, inner), mode: '0700' }))
      expect([readdirSync(top), readdirSync(join(top, outer))]).toEqual([[outer], [inner]])
      await host.converge(directory({ path: join(top, outer), state: 'absent', force: true }))
      expect(readdirSync(top)).toEqual([])
    })
    await fc.assert(scenario, { numRuns: 8 })
  })

  test.skipIf(!isRoot)('all that is beneath gets its owner and modes, and links lead nowhere', async () => {
    using host = bench(far)
    const path = place()
    const outside = join(place(), 'outside')
    writeFileSync(outside, '', { mode: 0o666 })
    mkdirSync(join(path, 'deep', 'er'), { recursive: true })
    writeFileSync(join(path, 'deep', 'er', 'file'), '', { mode: 0o600 })
    writeFileSync(join(path, 'good'), '')
    chmodSync(join(path, 'good'), 0o640)
    symlinkSync(outside, join(path, 'link'))
    const recurse = { owner: 'daemon', group: 1, fileMode: '0640', directoryMode: '0750' } as const
    const drift = await host.converge(directory({ path, recurse }))
    expect(drift?.diff).toMatchObject({
      changes: { beneath: [/^5 differ, such as /, 'owner daemon, group 1, files 0640, directories 0750'] },
    })
    expect(modeOf(join(path, 'deep', 'er', 'file'))).toBe('640')
    expect(modeOf(join(path, 'deep'))).toBe('750')
    expect([lstatSync(join(path, 'link')).uid, lstatSync(path).uid]).toEqual([1, 0])
    expect([lstatSync(outside).uid, modeOf(outside)]).toEqual([0, '644'])
  })
})

test('folders above it are only made where that is wanted', async () => {
  using host = bench()
  const path = join(place(), 'a', 'b')
  await expect(directory({ path, parents: false }).check(host.probe)).rejects.toThrow(
    /its folder .*\/a does not exist/,
  )
})

test('a new directory is closed until it has its mode', async () => {
  using host = bench()
  const path = join(place(), 'x')
  const [make] = drifted(await directory({ path, mode: '0700' }).check(host.probe)).cure
  await host.apply([make])
  expect(modeOf(path)).toBe('700')
})

describe('what is something else', () => {
  test.each([
    ['a file', (path: string) => writeFileSync(path, ''), /is a file, not a directory/],
    [
      'a link to a directory',
      (path: string) => symlinkSync('/etc', path),
      /is a symbolic link, not a directory/,
    ],
  ])('%s is refused, and replaced by force', async (_, make, message) => {
    using host = bench()
    const path = join(place(), 'odd')
    make(path)
    await expect(directory({ path, mode: '0700' }).check(host.probe)).rejects.toThrow(message)
    await expect(directory({ path, state: 'absent' }).check(host.probe)).rejects.toThrow(message)
    await host.converge(directory({ path, mode: '0700', force: true }))
    expect([lstatSync(path).isDirectory(), modeOf('/etc')]).toEqual([true, '755'])
  })
})

test('what is in a directory is only removed by force', async () => {
  using host = bench()
  const path = place()
  writeFileSync(join(path, '.hidden'), '')
  await expect(directory({ path, state: 'absent' }).check(host.probe)).rejects.toThrow(/is not empty/)
  const drift = await host.converge(directory({ path, state: 'absent', force: true }))
  expect(drift?.diff).toEqual({ kind: 'fields', changes: { state: ['directory with content', 'absent'] } })
})

test.skipIf(!isRoot)('nothing that is mounted is removed', async () => {
  using host = bench()
  const path = place()
  const inside = join(path, 'a', 'mounted')
  mkdirSync(inside, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', inside])
  try {
    writeFileSync(join(inside, 'precious'), '')
    for (const at of [path, inside]) {
      const wanted = directory({ path: at, state: 'absent', force: true })
      await expect(wanted.check(host.probe)).rejects.toThrow(/something is mounted/)
    }
    expect(readdirSync(inside)).toEqual(['precious'])
  } finally {
    execFileSync('umount', [inside])
  }
})

test.each(['/etc', '/usr/bin', '/var/lib', '/home', '/lib64'])('%s is not removed', path => {
  expect(() => directory({ path, state: 'absent', force: true })).toThrow(/no system works without it/)
})

test('an owner that the host does not know is an error and no answer', async () => {
  using host = bench()
  const path = place()
  const wanted = directory({ path, recurse: { owner: 'rampart-nobody' } })
  await expect(wanted.check(host.probe)).rejects.toThrow(/could not be looked through: .*rampart-nobody/)
})

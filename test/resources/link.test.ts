import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { link } from '../../src/resources/index.ts'
import { bench, drifted, fars, isRoot } from '../support/apply.ts'
import { oddName, oddText } from '../support/odd-names.ts'

let room: string
let count = 0
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-link-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** A folder of the test's own. */
const place = (): string => mkdtempSync(join(room, `${count++}-`))

describe.each(Object.entries(fars))('over %s', (_, far) => {
  test('a link is made, kept, led elsewhere and removed', async () => {
    using host = bench(far)
    const folder = place()
    const path = join(folder, 'current')
    mkdirSync(join(folder, 'v1'))
    const made = await host.converge(link({ path, target: 'v1' }))
    expect(made?.diff).toEqual({ kind: 'fields', changes: { target: ['absent', 'link to v1'] } })
    expect(readlinkSync(path)).toBe('v1')
    expect(await host.converge(link({ path, target: 'v1' }))).toBeUndefined()
    // What it leads to is a directory: the new link must not end up in there.
    const moved = await host.converge(link({ path, target: join(folder, 'v2') }))
    expect(moved?.diff).toEqual({
      kind: 'fields',
      changes: { target: ['link to v1', `link to ${join(folder, 'v2')}`] },
    })
    expect([readlinkSync(path), readdirSync(join(folder, 'v1'))]).toEqual([join(folder, 'v2'), []])
    await host.converge(link({ path, state: 'absent' }))
    expect(readdirSync(folder)).toEqual(['v1'])
    expect(await host.converge(link({ path, state: 'absent' }))).toBeUndefined()
  })

  test('any name and any target come through', { timeout: 60_000 }, async () => {
    const target = oddText().filter(text => text !== '' && !/\p{Surrogate}/u.test(text))
    const scenario = fc.asyncProperty(oddName(), target, async (name, to) => {
      using host = bench(far)
      const path = join(place(), name)
      await host.converge(link({ path, target: to }))
      expect([readlinkSync(path), readdirSync(join(path, '..'))]).toEqual([to, [name]])
      await host.converge(link({ path, target: 'elsewhere' }))
      await host.converge(link({ path, state: 'absent' }))
      expect(readdirSync(join(path, '..'))).toEqual([])
    })
    await fc.assert(scenario, { numRuns: 8 })
  })

  test('a second name of a file is made, and made again by force when the file was replaced', async () => {
    using host = bench(far)
    const folder = place()
    const [path, target] = [join(folder, 'second'), join(folder, "the 'first'")]
    writeFileSync(target, 'one')
    await host.converge(link({ path, target, hard: true }))
    expect(lstatSync(path).ino).toBe(lstatSync(target).ino)
    expect(await host.converge(link({ path, target, hard: true }))).toBeUndefined()
    rmSync(target)
    writeFileSync(join(folder, 'new'), 'two')
    execFileSync('mv', [join(folder, 'new'), target])
    await expect(link({ path, target, hard: true }).check(host.probe)).rejects.toThrow(/not a hard link to/)
    await host.converge(link({ path, target, hard: true, force: true }))
    expect([readFileSync(path, 'utf8'), lstatSync(path).ino]).toEqual(['two', lstatSync(target).ino])
  })

  test('what is something else is replaced by force alone', async () => {
    using host = bench(far)
    const folder = place()
    const path = join(folder, 'x')
    mkdirSync(path)
    writeFileSync(join(path, 'precious'), '')
    const wanted = link({ path, target: '/etc', force: true })
    await expect(link({ path, target: '/etc' }).check(host.probe)).rejects.toThrow(/is a directory, not/)
    await expect(wanted.check(host.probe)).rejects.toThrow(/with something in it/)
    rmSync(join(path, 'precious'))
    await host.converge(wanted)
    expect(readlinkSync(path)).toBe('/etc')
    rmSync(path)
    writeFileSync(path, '')
    await host.converge(wanted)
    expect([readlinkSync(path), existsSync('/etc/etc')]).toEqual(['/etc', false])
  })

  test.skipIf(!isRoot)('its owner is its own, and not that of what it leads to', async () => {
    using host = bench(far)
    const path = join(place(), 'x')
    writeFileSync(`${path}-file`, '')
    await host.converge(link({ path, target: 'x-file', owner: 'daemon', group: 4 }))
    expect([lstatSync(path).uid, lstatSync(path).gid, lstatSync(`${path}-file`).uid]).toEqual([1, 4, 0])
    await host.converge(link({ path, target: 'x-other' }))
    expect([readlinkSync(path), lstatSync(path).uid]).toEqual(['x-other', 1])
    const drift = await host.converge(link({ path, target: 'x-other', owner: 'root' }))
    expect(drift?.diff).toEqual({ kind: 'fields', changes: { owner: ['daemon', 'root'] } })
  })
})

test('what came between the look and the step is left alone', async () => {
  using host = bench()
  const path = join(place(), 'x')
  const { cure } = drifted(await link({ path, target: 'a' }).check(host.probe))
  writeFileSync(path, 'somebody was quicker')
  expect((await host.apply(cure)).code).not.toBe(0)
  expect(readFileSync(path, 'utf8')).toBe('somebody was quicker')
})

test('links that are in sync are asked for by one turn of questions', async () => {
  using host = bench()
  const paths = Array.from({ length: 20 }, () => join(place(), 'x'))
  for (const path of paths) symlinkSync('to', path)
  const plans = await Promise.all(paths.map(path => link({ path, target: 'to' }).check(host.probe)))
  expect(plans).toEqual(paths.map(() => inSync()))
  expect(host.asked).toHaveLength(4)
})

test('a link that is right may be in a folder of everyone; none is changed there', async () => {
  using host = bench()
  const folder = place()
  chmodSync(folder, 0o1777)
  const path = join(folder, 'x')
  await host.converge(link({ path, target: '/etc' }))
  await expect(link({ path, target: '/usr' }).check(host.probe)).rejects.toThrow(/everyone can write to/)
  expect(readlinkSync(path)).toBe('/etc')
})

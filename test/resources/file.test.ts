import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { read } from '../../src/model/command.ts'
import { inSync } from '../../src/model/plan.ts'
import { Secret } from '../../src/model/secret.ts'
import { directory, file } from '../../src/resources/index.ts'
import { bench, drifted, fars, isRoot } from '../support/apply.ts'
import { oddName, oddText } from '../support/odd-names.ts'

let room: string
let count = 0
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-file-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** A folder of the test's own. */
const place = (): string => mkdtempSync(join(room, `${count++}-`))
const modeOf = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8)

describe.each(Object.entries(fars))('over %s', (_, far) => {
  test('a file is made, kept, changed and removed', async () => {
    using host = bench(far)
    const path = join(place(), 'motd')
    const made = await host.converge(file({ path, content: 'one\n' }))
    expect(made?.diff).toEqual({ kind: 'text', path, before: null, after: 'one\n' })
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['one\n', '644'])
    expect(await host.converge(file({ path, content: 'one\n' }))).toBeUndefined()
    const changed = await host.converge(file({ path, content: 'two\n', mode: '0600' }))
    expect(changed?.diff).toEqual({
      kind: 'text',
      path,
      before: 'one\n',
      after: 'two\n',
      changes: { mode: ['0644', '0600'] },
    })
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['two\n', '600'])
    expect(await host.converge(file({ path, state: 'absent' }))).toBeDefined()
    expect(existsSync(path)).toBe(false)
    expect(await host.converge(file({ path, state: 'absent' }))).toBeUndefined()
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  test('any name and any content come through byte for byte', { timeout: 60_000 }, async () => {
    const bytes = fc.oneof(
      oddText(),
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('', '\n', '\n\n', 'no end', 'a\r\nb\r\n', 'x'.repeat(200_000)),
    )
    const scenario = fc.asyncProperty(oddName(), bytes, async (name, content) => {
      using host = bench(far)
      const path = join(place(), name)
      await host.converge(file({ path, content }))
      expect(readFileSync(path).equals(Buffer.from(content))).toBe(true)
      expect(readdirSync(join(path, '..'))).toEqual([name])
      await host.converge(file({ path, state: 'absent' }))
      expect(existsSync(path)).toBe(false)
    })
    await fc.assert(scenario, { numRuns: 10 })
  })

  test('a candidate is validated before it takes its place, and is gone afterwards', async () => {
    using host = bench(far)
    const folder = place()
    const path = join(folder, "a 'quoted' name")
    writeFileSync(path, 'old\n')
    const good = file({ path, content: 'good\n', validate: 'grep -q good %s' })
    const bad = drifted(
      await file({ path, content: 'bad\n', validate: 'grep good %s /nowhere' }).check(host.probe),
    )
    const refused = await host.apply(bad.cure)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/nowhere.*\n.*was not written: its validation refused it/)
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['old\n', ["a 'quoted' name"]])
    await host.converge(good)
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['good\n', ["a 'quoted' name"]])
  })

  test.skipIf(!isRoot)(
    'owner, group and mode are mended without touching the content, set-id bits too',
    async () => {
      using host = bench(far)
      const path = join(place(), 'tool')
      writeFileSync(path, 'x')
      chmodSync(path, 0o6755)
      const drift = await host.converge(file({ path, owner: 12_345, group: 'daemon' }))
      expect(drift?.diff).toEqual({
        kind: 'fields',
        changes: { owner: ['root', '12345'], group: ['root', 'daemon'] },
      })
      expect([lstatSync(path).uid, lstatSync(path).gid, modeOf(path)]).toEqual([12_345, 1, '6755'])
    },
  )

  test('a file of this machine is copied', async () => {
    using host = bench(far)
    const [source, path] = [join(place(), 'source'), join(place(), 'copy')]
    writeFileSync(source, Buffer.alloc(3_000_000, 'rampart'))
    const drift = await host.converge(file({ path, source, mode: '0640' }))
    expect(drift?.diff).toMatchObject({ kind: 'fields', changes: { content: ['absent', /^3000000 bytes/] } })
    expect(readFileSync(path).equals(readFileSync(source))).toBe(true)
    expect(modeOf(path)).toBe('640')
    writeFileSync(source, 'other')
    await host.converge(file({ path, source }))
    expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['other', '640'])
  })
})

test.skipIf(!isRoot)('what replaces a file keeps its owner and mode where none is given', async () => {
  using host = bench()
  const path = join(place(), 'kept')
  writeFileSync(path, 'old')
  chownSync(path, 12_345, 12_346)
  chmodSync(path, 0o2750)
  await host.converge(file({ path, content: 'new' }))
  expect([lstatSync(path).uid, lstatSync(path).gid, modeOf(path)]).toEqual([12_345, 12_346, '2750'])
})

test('a secret is shown nowhere, and its file is for its owner alone', async () => {
  using host = bench()
  const path = join(place(), 'token')
  const content = new Secret('poison-5f1c')
  writeFileSync(path, 'older-poison')
  const drift = await host.converge(file({ path, content }))
  expect(JSON.stringify(drift?.diff)).toBe(
    JSON.stringify({ kind: 'text', path, before: '***', after: '***', changes: { mode: ['0644', '0600'] } }),
  )
  expect(host.asked.join()).not.toContain('poison')
  expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['poison-5f1c', '600'])
  await host.converge(file({ path, content, mode: '0640' }))
  expect(modeOf(path)).toBe('640')
})

test('a converged file is asked for by one turn of questions, and its content is not fetched', async () => {
  using host = bench()
  const paths = Array.from({ length: 20 }, () => join(place(), 'x'))
  for (const path of paths) writeFileSync(path, 'x')
  const plans = await Promise.all(paths.map(path => file({ path, content: 'x' }).check(host.probe)))
  expect(plans).toEqual(paths.map(() => inSync()))
  expect(host.asked).toHaveLength(3)
  expect(host.asked.join('\n')).not.toContain('head ')
})

test.skipIf(!isRoot)('touch makes an empty file and leaves a full one alone', async () => {
  using host = bench()
  const path = join(place(), 'log')
  await host.converge(file({ path, state: 'touch', mode: '0640', group: 'adm' }))
  expect([readFileSync(path, 'utf8'), modeOf(path), lstatSync(path).gid]).toEqual(['', '640', 4])
  writeFileSync(path, 'full')
  const { mtimeMs } = lstatSync(path)
  expect(await host.converge(file({ path, state: 'touch' }))).toBeUndefined()
  expect([readFileSync(path, 'utf8'), lstatSync(path).mtimeMs]).toEqual(['full', mtimeMs])
})

test('touch does not empty what came between the look and the step', async () => {
  using host = bench()
  const path = join(place(), 'log')
  const drift = drifted(await file({ path, state: 'touch' }).check(host.probe))
  writeFileSync(path, 'somebody was quicker')
  expect((await host.apply(drift.cure)).code).not.toBe(0)
  expect(readFileSync(path, 'utf8')).toBe('somebody was quicker')
})

test('binary and long content is told by its size and sum', async () => {
  using host = bench()
  const path = join(place(), 'bin')
  writeFileSync(path, Buffer.from([0, 1, 2]))
  const { diff } = drifted(await file({ path, content: Uint8Array.of(0, 255) }).check(host.probe))
  expect(diff).toEqual({
    kind: 'fields',
    changes: { content: ['3 bytes, sha256 ae4b3280e56e', '2 bytes, sha256 06eb7d6a69ee'] },
  })
})

test('a diff that is not wanted is not fetched either', async () => {
  using host = bench()
  const path = join(place(), 'private')
  writeFileSync(path, 'before')
  const { diff } = drifted(await file({ path, content: 'after', diff: false }).check(host.probe))
  expect(diff).toEqual({ kind: 'fields', changes: { content: ['6 bytes', '5 bytes'] } })
  expect(host.asked.join('\n')).not.toContain('head ')
})

test('what only its owner may read is removed unseen', async () => {
  using host = bench()
  const path = join(place(), 'key')
  writeFileSync(path, 'private', { mode: 0o600 })
  expect(drifted(await file({ path, state: 'absent' }).check(host.probe)).diff).toEqual({
    kind: 'fields',
    changes: { state: ['file', 'absent'] },
  })
})

test('a validation may be a function, with options of its own', async () => {
  using host = bench()
  const path = join(place(), 'x')
  const validate = (candidate: string) => read({ ok: [3], timeout: 5 })`[ -f ${candidate} ]; exit 3`
  const drift = await host.converge(file({ path, content: 'x', validate }))
  expect(drift?.cure[1]).toMatchObject({ timeout: 5, ok: [0] })
})

test('what it is, what it touches and what it is called', () => {
  const resource = file({ path: '//etc//motd/', content: '' })
  expect(resource).toMatchObject({ kind: 'file', id: 'file /etc/motd', touches: ['file:/etc/motd'] })
  expect(directory({ path: '/srv' })).toMatchObject({ id: 'directory /srv', touches: ['file:/srv'] })
})

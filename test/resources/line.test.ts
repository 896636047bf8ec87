import { chmodSync, existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { Secret } from '../../src/model/secret.ts'
import { line } from '../../src/resources/index.ts'
import type { LineEdit } from '../../src/resources/parts/lines.ts'
import { edited } from '../../src/resources/parts/lines.ts'
import { bench, drifted, fars, isRoot } from '../support/apply.ts'

let room: string
let count = 0
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-line-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const place = (): string => join(mkdtempSync(join(room, `${count++}-`)), 'file')
const edit = (given: Partial<LineEdit>): LineEdit => ({
  state: 'present',
  firstMatch: false,
  backrefs: false,
  ...given,
})

describe('a text and its line', () => {
  test.each<[string, string, Partial<LineEdit>, string]>([
    ['appends', 'a\n', { line: 'b' }, 'a\nb\n'],
    ['appends to nothing', '', { line: 'b' }, 'b\n'],
    ['ends the last line first', 'a', { line: 'b' }, 'a\nb\n'],
    ['knows it word for word', 'xbx\n', { line: 'b' }, 'xbx\nb\n'],
    ['leaves it where it is', 'b\na\n', { line: 'b' }, 'b\na\n'],
    ['leaves a last line without end', 'a\nb', { line: 'b' }, 'a\nb'],
    ['appends an empty line', 'a\n', { line: '' }, 'a\n\n'],
    ['takes nothing in it for a pattern', 'a.c\n', { line: 'a*c' }, 'a.c\na*c\n'],
    ['replaces the last match', 'p 1\np 2\n', { line: 'p 3', regexp: '^p ' }, 'p 1\np 3\n'],
    [
      'replaces the first match',
      'p 1\np 2\n',
      { line: 'p 3', regexp: /^p /, firstMatch: true },
      'p 3\np 2\n',
    ],
    ['is content with a match that is the line', 'p 1\np 2\n', { line: 'p 2', regexp: /^p / }, 'p 1\np 2\n'],
    ['replaces what the line itself does not match', '#p 1\n', { line: 'p 2', regexp: /^#p/ }, 'p 2\n'],
    ['leaves such a match beside the line', '#p 1\np 2\n', { line: 'p 2', regexp: /^#p/ }, '#p 1\np 2\n'],
    ['does not stumble over g and y', 'p 1\n', { line: 'p 2', regexp: /p/gy }, 'p 2\n'],
    [
      'takes backrefs from the match',
      'k = 1 # x\n',
      { line: '$1 = 2', regexp: /^(\w+) = .*/, backrefs: true },
      'k = 2\n',
    ],
    [
      'takes names from the match',
      'key=1\n',
      { line: '$<k>=2', regexp: /^(?<k>\w+)=\d$/, backrefs: true },
      'key=2\n',
    ],
    [
      'replaces all of a line that is matched in part',
      'xx k xx\n',
      { line: '<$&>', regexp: /k/, backrefs: true },
      '<k>\n',
    ],
    [
      'does nothing without a match for backrefs',
      'a\n',
      { line: '$1', regexp: /(b)/, backrefs: true },
      'a\n',
    ],
    ['goes after the last anchor', 'a\nb\na\nc\n', { line: 'x', insertAfter: 'a' }, 'a\nb\na\nx\nc\n'],
    ['goes after the first anchor', 'a\na\n', { line: 'x', insertAfter: /a/, firstMatch: true }, 'a\nx\na\n'],
    ['goes before an anchor', 'a\nb\n', { line: 'x', insertBefore: /^b/ }, 'a\nx\nb\n'],
    ['goes to the beginning', 'a\n', { line: 'x', insertBefore: 'BOF' }, 'x\na\n'],
    ['goes to the end', 'a\nEOF\nb\n', { line: 'x', insertAfter: 'EOF' }, 'a\nEOF\nb\nx\n'],
    ['goes to the end without its anchor', 'a\n', { line: 'x', insertBefore: 'b' }, 'a\nx\n'],
    ['knows an anchor word for word', 'a.c\nabc\nz\n', { line: 'x', insertAfter: 'a.c' }, 'a.c\nx\nabc\nz\n'],
    ['keeps DOS ends', 'a\r\nb\r\n', { line: 'x', insertAfter: 'a' }, 'a\r\nx\r\nb\r\n'],
    ['knows a line with a DOS end', 'a\r\nb\r\n', { line: 'b' }, 'a\r\nb\r\n'],
    ['removes all that are it', 'a\nb\na', { state: 'absent', line: 'a' }, 'b\n'],
    ['removes all that match', 'p 1\nq\np 2\n', { state: 'absent', regexp: /^p/ }, 'q\n'],
    ['removes nothing', 'a\n', { state: 'absent', line: 'b' }, 'a\n'],
  ])('%s', (_, before, given, after) => {
    expect(edited(before, edit(given))).toBe(after)
  })

  test('is the same when it is edited twice, for every edit without backrefs', () => {
    const word = fc.constantFrom('', 'a', 'b', 'a b', '#a', 'p=1', 'p=2', ' p=1', 'é', '\u2028', 'x\r')
    const pattern = fc.constantFrom('^a', 'b', '^#?a', '^p=', '', '$', 'é', '[ab]', '^$', 'p=1|a b')
    const text = fc
      .tuple(
        fc.array(fc.tuple(word, fc.constantFrom('\n', '\r\n')), { maxLength: 6 }),
        fc.constantFrom('', 'a', 'p=1'),
      )
      .map(([lines, last]) => lines.flat().join('') + last)
    const given = fc.record(
      {
        state: fc.constantFrom('present' as const, 'absent' as const),
        line: word.filter(one => !one.includes('\r')),
        regexp: pattern,
        firstMatch: fc.boolean(),
        insertAfter: fc.oneof(
          word,
          pattern.map(one => new RegExp(one)),
          fc.constant('EOF'),
        ),
        insertBefore: fc.oneof(
          word,
          pattern.map(one => new RegExp(one)),
          fc.constant('BOF'),
        ),
      },
      { requiredKeys: ['state', 'line', 'firstMatch'] },
    )
    const property = fc.property(text, given, (before, wanted) => {
      const once = edited(before, edit(wanted))
      expect(edited(once, edit(wanted))).toBe(once)
      if (wanted.state === 'present') expect(once.split(/\r?\n/)).toContain(wanted.line)
    })
    fc.assert(property, { numRuns: 3000 })
  })
})

describe.each(Object.entries(fars))('over %s', (_, far) => {
  test('a line is put in, found again, replaced and removed, and the rest stays byte for byte', async () => {
    using host = bench(far)
    const path = place()
    const rest = Buffer.concat([Buffer.from('first\n'), Buffer.from([0xe9, 0xff, 0x00, 0x0a])])
    writeFileSync(path, rest)
    chmodSync(path, 0o640)
    await host.converge(line({ path, line: "it's $(odd) – ß" }))
    expect(readFileSync(path)).toEqual(Buffer.concat([rest, Buffer.from("it's $(odd) – ß\n")]))
    expect(await host.converge(line({ path, line: "it's $(odd) – ß" }))).toBeUndefined()
    await host.converge(line({ path, line: 'last', regexp: /odd/ }))
    await host.converge(line({ path, line: 'last', state: 'absent' }))
    expect(readFileSync(path)).toEqual(rest)
    expect(lstatSync(path).mode & 0o777).toBe(0o640)
  })

  test('a validation refuses the whole new file', async () => {
    using host = bench(far)
    const path = place()
    writeFileSync(path, 'a\n')
    const wanted = line({ path, line: 'b', validate: '! grep -qx b %s' })
    expect((await host.apply(drifted(await wanted.check(host.probe)).cure)).code).toBe(1)
    expect(readFileSync(path, 'utf8')).toBe('a\n')
  })
})

test('ten lines of as many files are asked for by one turn of questions', async () => {
  using host = bench()
  const paths = Array.from({ length: 10 }, place)
  for (const path of paths) writeFileSync(path, 'x\n')
  const plans = await Promise.all(paths.map(path => line({ path, line: 'x' }).check(host.probe)))
  expect(plans).toEqual(paths.map(() => inSync()))
  expect(host.asked).toHaveLength(3)
})

test('a file that is missing is made where that is wanted', async () => {
  using host = bench()
  const path = place()
  await expect(line({ path, line: 'x' }).check(host.probe)).rejects.toThrow(/does not exist/)
  expect(await line({ path, line: 'x', state: 'absent' }).check(host.probe)).toEqual(inSync())
  await host.converge(line({ path, line: 'x', create: true, mode: '0600' }))
  expect([readFileSync(path, 'utf8'), lstatSync(path).mode & 0o777]).toEqual(['x\n', 0o600])
})

test('what somebody else wrote since the look is not written over', async () => {
  using host = bench()
  const path = place()
  writeFileSync(path, 'a\n')
  const { cure } = drifted(await line({ path, line: 'b' }).check(host.probe))
  writeFileSync(path, 'a\nnew\n')
  expect((await host.apply(cure)).stderr).toContain('was changed by somebody else since it was looked at')
  expect(readFileSync(path, 'utf8')).toBe('a\nnew\n')
  rmSync(path)
  const created = drifted(await line({ path, line: 'b', create: true }).check(host.probe))
  writeFileSync(path, 'new\n')
  expect((await host.apply(created.cure)).code).not.toBe(0)
  expect(readFileSync(path, 'utf8')).toBe('new\n')
})

test('a secret line is shown nowhere', async () => {
  using host = bench()
  const path = place()
  writeFileSync(path, 'user=x\npassword=poison-old\n')
  const secret = line({ path, line: new Secret('password=poison-new'), regexp: /^password=/ })
  expect(secret.id).toBe(`line ${path}: /^password=/`)
  const drift = await host.converge(secret)
  expect(JSON.stringify(drift)).not.toContain('poison')
  expect(readFileSync(path, 'utf8')).toBe('user=x\npassword=poison-new\n')
  const two = line({ path, line: new Secret('a\nb'), regexp: /^password=/ })
  await expect(two.check(host.probe)).rejects.toThrow(/is not one line/)
})

test('a line that would be made again of itself is refused before anything is changed', async () => {
  using host = bench()
  const path = place()
  writeFileSync(path, 'path=/bin\n')
  const growing = line({ path, line: '$1:/more', regexp: /^(path=.*)$/, backrefs: true })
  await expect(growing.check(host.probe)).rejects.toThrow(/a second run would change .* again/)
})

test.skipIf(!isRoot)('mode and owner are mended beside a line that is there', async () => {
  using host = bench()
  const path = place()
  writeFileSync(path, 'x\n')
  const drift = await host.converge(line({ path, line: 'x', mode: '0600', owner: 'daemon' }))
  expect(drift?.diff).toEqual({
    kind: 'fields',
    changes: { mode: ['0644', '0600'], owner: ['root', 'daemon'] },
  })
  await host.converge(line({ path, state: 'absent', line: 'x', group: 'daemon' }))
  expect([existsSync(path), lstatSync(path).uid, lstatSync(path).gid]).toEqual([true, 1, 1])
})

test('a file that is too long is no answer', async () => {
  using host = bench()
  const path = place()
  writeFileSync(path, Buffer.alloc(1024 * 1024 + 1, 'x\n'))
  await expect(line({ path, line: 'x' }).check(host.probe)).rejects.toThrow(/longer than 1 MiB/)
})

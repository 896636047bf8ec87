import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { Secret } from '../../src/model/secret.ts'
import { block } from '../../src/resources/index.ts'
import type { BlockEdit } from '../../src/resources/parts/blocks.ts'
import { withBlock } from '../../src/resources/parts/blocks.ts'
import { bench, drifted, fars } from '../support/apply.ts'
import { oddName, oddText } from '../support/odd-names.ts'

let room: string
let count = 0
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-block-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const place = (name = 'file'): string => join(mkdtempSync(join(room, `${count++}-`)), name)
const edit = (given: Partial<BlockEdit>): BlockEdit => ({
  ...{ path: '/x', begin: '#B', end: '#E', lines: ['x'], firstMatch: false },
  ...given,
})

describe('a text and its block', () => {
  test.each<[string, string, Partial<BlockEdit>, string]>([
    ['appends', 'a\n', {}, 'a\n#B\nx\n#E\n'],
    ['appends to nothing', '', {}, '#B\nx\n#E\n'],
    ['ends the last line first', 'a', {}, 'a\n#B\nx\n#E\n'],
    ['leaves it where it is', '#B\nx\n#E\na\n', { insertAfter: 'a' }, '#B\nx\n#E\na\n'],
    ['changes what is in it', 'a\n#B\ny\nz\n#E\nb', {}, 'a\n#B\nx\n#E\nb'],
    ['empties it', '#B\ny\n#E\n', { lines: [] }, '#B\n#E\n'],
    ['fills it', '#B\n#E', { lines: ['y', '', 'z'] }, '#B\ny\n\nz\n#E'],
    ['tells an empty line from none', '#B\n#E\n', { lines: [''] }, '#B\n\n#E\n'],
    ['goes after its anchor', 'a\nb\na\nc\n', { insertAfter: /^a/ }, 'a\nb\na\n#B\nx\n#E\nc\n'],
    ['goes after the first anchor', 'a\na\n', { insertAfter: 'a', firstMatch: true }, 'a\n#B\nx\n#E\na\n'],
    ['goes before its anchor', 'a\nb\n', { insertBefore: 'b' }, 'a\n#B\nx\n#E\nb\n'],
    ['goes to the beginning', 'a\n', { insertBefore: 'BOF' }, '#B\nx\n#E\na\n'],
    ['goes to the end without its anchor', 'a\n', { insertBefore: 'c' }, 'a\n#B\nx\n#E\n'],
    ['takes the ends of its file', 'a\r\n', {}, 'a\r\n#B\r\nx\r\n#E\r\n'],
    ['knows itself with other ends', '#B\r\nx\r\n#E\r\n', {}, '#B\r\nx\r\n#E\r\n'],
    ['does not know markers in part', '##B\n#E \n', {}, '##B\n#E \n#B\nx\n#E\n'],
    ['removes it with its markers', 'a\n#B\nx\n#E\nb\n', { lines: undefined }, 'a\nb\n'],
    ['removes nothing', 'a', { lines: undefined }, 'a'],
  ])('%s', (_, before, given, after) => {
    expect(withBlock(before, edit(given))).toBe(after)
    expect(withBlock(after, edit(given))).toBe(after)
  })

  test.each([
    ['no end', '#B\nx\n', /has "#B" on line 1, and no "#E"/],
    ['no beginning', 'x\n#E\n', /has no "#B", and "#E" on line 2/],
    ['the wrong order', '#E\n#B\n', /are damaged/],
    ['two of them', '#B\n#E\n#B\n#E\n', /has "#B" on line 1 and 3/],
    ['one in the other', '#B\n#B\n#E\n', /are damaged/],
  ])('damaged markers are not guessed at: %s', (_, before, message) => {
    expect(() => withBlock(before, edit({}))).toThrow(message)
    expect(() => withBlock(before, edit({ lines: undefined }))).toThrow(message)
  })

  test('comes and goes without a trace, and is the same when it is put in twice', () => {
    const line = fc.constantFrom('', 'a', 'b', ' #B', '#e', 'é', '\u2028', '$&', '$1')
    const given = fc.record(
      { lines: fc.array(line, { maxLength: 4 }), insertAfter: line, firstMatch: fc.boolean() },
      { requiredKeys: ['lines', 'firstMatch'] },
    )
    const property = fc.property(fc.array(line, { maxLength: 6 }), given, (before, wanted) => {
      const text = before.map(one => `${one}\n`).join('')
      const once = withBlock(text, edit(wanted))
      expect(withBlock(once, edit(wanted))).toBe(once)
      expect(withBlock(once, edit({ lines: undefined }))).toBe(text)
    })
    fc.assert(property, { numRuns: 2000 })
  })
})

describe.each(Object.entries(fars))('over %s', (_, far) => {
  test('blocks of two names live in one file, drift and are cured', async () => {
    using host = bench(far)
    const path = place()
    const rest = Buffer.from([0x61, 0x0a, 0xe9, 0xff, 0x00, 0x0a])
    writeFileSync(path, rest, { mode: 0o640 })
    const one = block({ path, name: 'one', content: "it's $(odd) – ß\n" })
    const two = block({ path, name: 'two', content: 'x\ny', insertBefore: 'BOF' })
    await host.converge(one)
    await host.converge(two)
    expect(readFileSync(path).toString('latin1')).toBe(
      `# BEGIN rampart two\nx\ny\n# END rampart two\n${rest.toString('latin1')}# BEGIN rampart one\n${Buffer.from("it's $(odd) – ß").toString('latin1')}\n# END rampart one\n`,
    )
    expect(await host.converge(one)).toBeUndefined()
    const whole = readFileSync(path)
    writeFileSync(path, Buffer.from(whole.toString('latin1').replace('odd', 'other'), 'latin1'))
    expect(await host.converge(one)).toBeDefined()
    expect(readFileSync(path)).toEqual(whole)
    await host.converge(block({ path, name: 'one', state: 'absent' }))
    await host.converge(block({ path, name: 'two', state: 'absent' }))
    expect(readFileSync(path)).toEqual(rest)
    expect(lstatSync(path).mode & 0o777).toBe(0o640)
    expect(await host.converge(block({ path, name: 'two', state: 'absent' }))).toBeUndefined()
  })

  test('any name of a file and any lines come through', { timeout: 60_000 }, async () => {
    const lines = oddText().map(text => text.replaceAll('\r', '_'))
    const scenario = fc.asyncProperty(oddName(), lines, async (name, content) => {
      using host = bench(far)
      const path = place(name)
      await host.converge(block({ path, name: 'x', content, create: true }))
      const body = content === '' ? '' : `${content.replace(/\n$/, '')}\n`
      expect(readFileSync(path, 'utf8')).toBe(`# BEGIN rampart x\n${body}# END rampart x\n`)
      expect(readdirSync(dirname(path))).toEqual([name])
    })
    await fc.assert(scenario, { numRuns: 6 })
  })

  test('a candidate is validated before it takes its place', async () => {
    using host = bench(far)
    const path = place()
    writeFileSync(path, 'old\n')
    const bad = block({ path, name: 'x', content: 'bad', validate: 'grep -q good %s' })
    expect((await host.apply(drifted(await bad.check(host.probe)).cure)).stderr).toMatch(/was not written/)
    expect(readFileSync(path, 'utf8')).toBe('old\n')
    await host.converge(block({ path, name: 'x', content: 'good', validate: 'grep -q good %s' }))
    expect(readFileSync(path, 'utf8')).toContain('\ngood\n')
  })
})

test('the marker is a remark of the file, and an older one is known again by it', async () => {
  using host = bench()
  const path = place()
  writeFileSync(path, '<!-- BEGIN ANSIBLE MANAGED BLOCK -->\nx\n<!-- END ANSIBLE MANAGED BLOCK -->\n')
  const marker = '<!-- {mark} {name} -->'
  await host.converge(block({ path, name: 'ANSIBLE MANAGED BLOCK', marker, content: 'y' }))
  expect(readFileSync(path, 'utf8')).toBe(
    '<!-- BEGIN ANSIBLE MANAGED BLOCK -->\ny\n<!-- END ANSIBLE MANAGED BLOCK -->\n',
  )
  const odd = block({ path, name: '{mark}$&{name}', marker, content: 'z' })
  await host.converge(odd)
  expect(readFileSync(path, 'utf8')).toContain('<!-- BEGIN {mark}$&{name} -->\nz\n')
})

test('a missing file is made if that is wanted, and is fine without the block', async () => {
  using host = bench()
  const path = place()
  await expect(block({ path, name: 'x', content: 'y' }).check(host.probe)).rejects.toThrow(/does not exist/)
  expect(await block({ path, name: 'x', state: 'absent' }).check(host.probe)).toEqual(inSync())
  expect(existsSync(path)).toBe(false)
  await host.converge(block({ path, name: 'x', content: '', create: true, mode: '0600' }))
  expect([readFileSync(path, 'utf8'), lstatSync(path).mode & 0o777]).toEqual([
    '# BEGIN rampart x\n# END rampart x\n',
    0o600,
  ])
})

test('a secret block is shown nowhere, nor is its file', async () => {
  using host = bench()
  const path = place()
  const content = new Secret('token=poison-new\n')
  writeFileSync(path, 'x=poison-old\n')
  expect(JSON.stringify(await host.converge(block({ path, name: 'x', content })))).not.toContain('poison')
  expect(readFileSync(path, 'utf8')).toContain('\ntoken=poison-new\n')
  expect(host.asked.join()).not.toContain('poison')
  const evil = block({ path, name: 'x', content: new Secret('# END rampart x') })
  await expect(evil.check(host.probe)).rejects.toThrow(/the secret block "x" .* holds a marker/)
})

test('blocks that are in sync are asked for by one turn of questions', async () => {
  using host = bench()
  const paths = Array.from({ length: 20 }, () => place())
  for (const path of paths) writeFileSync(path, '# BEGIN rampart x\ny\n# END rampart x\n')
  const plans = await Promise.all(
    paths.map(path => block({ path, name: 'x', content: 'y' }).check(host.probe)),
  )
  expect(plans).toEqual(paths.map(() => inSync()))
  expect(host.asked).toHaveLength(3)
})

test.each<[Parameters<typeof block>[0], RegExp]>([
  [{ path: '/x', name: 'x' }, /block\({…}\).content is missing/],
  [{ path: '/x', name: 'a\nb', content: '' }, /expected a name of one line/],
  [{ path: '/x', name: '', content: '' }, /expected a name of one line/],
  [{ path: '/x', name: 'x', content: 'a\r\n' }, /expected lines that end in \\n/],
  [{ path: '/x', name: 'x', content: 'a\n# END rampart x\n' }, /a line of it is one of its own markers/],
  [{ path: '/x', name: 'x', content: '', marker: '# {mark}' }, /with {mark} and {name}, each once/],
  [{ path: '/x', name: 'x', content: '', marker: '{mark}{mark}{name}' }, /each once/],
  [{ path: '/x', name: 'x', state: 'absent', content: '' }, /a block that is to go has none/],
  [{ path: '/x', name: 'x', state: 'absent', insertAfter: 'y' }, /has no place/],
  [{ path: '/x', name: 'x', state: 'absent', create: true }, /no file is made/],
  [{ path: '/x', name: 'x', content: '', insertAfter: 'a', insertBefore: 'b' }, /either insertAfter or/],
])('%j is refused', (spec, message) => {
  expect(() => block(spec)).toThrow(message)
})

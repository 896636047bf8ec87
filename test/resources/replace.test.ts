import { chmodSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { Secret } from '../../src/model/secret.ts'
import { replace } from '../../src/resources/index.ts'
import type { Replacement } from '../../src/resources/parts/replacement.ts'
import { replaced } from '../../src/resources/parts/replacement.ts'
import { bench, drifted, fars } from '../support/apply.ts'
import { oddName, oddText } from '../support/odd-names.ts'

let room: string
let count = 0
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-replace-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const place = (name = 'file'): string => join(mkdtempSync(join(room, `${count++}-`)), name)

test.each<[string, string, Partial<Replacement>, string, number]>([
  ['replaces all', 'a b a\na\n', { regexp: 'a', replacement: 'c' }, 'c b c\nc\n', 3],
  ['finds nothing', 'a\n', { regexp: /b/, replacement: 'c' }, 'a\n', 0],
  ['takes the ends of lines', 'a\nba\na', { regexp: /^a$/, replacement: 'c' }, 'c\nba\nc', 2],
  ['goes over lines', '<a>\nx\n</a>\n', { regexp: /<a>\n.*\n<\/a>\n/, replacement: '' }, '', 1],
  ['fills in what was found', 'k=1\n', { regexp: /^(?<k>\w)=(\d)/, replacement: '$<k>: $2$$' }, 'k: 1$\n', 1],
  ['minds no g and y', 'aa', { regexp: /a/gy, replacement: 'b' }, 'bb', 2],
  ['keeps i', 'A', { regexp: /a/i, replacement: 'b' }, 'b', 1],
  ['counts what stays the same', 'a a', { regexp: /[ab]/, replacement: 'a' }, 'a a', 2],
  ['begins below a line', 'a\n[x]\na\n', { regexp: 'a', replacement: 'b', after: '[x]' }, 'a\n[x]\nb\n', 1],
  ['ends above a line', 'a\n[x]\na\n', { regexp: 'a', replacement: 'b', before: /^\[/ }, 'b\n[x]\na\n', 1],
  [
    'stays between two lines',
    '[x]\na\n[y]\na\n[z]\na\n',
    { regexp: 'a', replacement: 'b', after: '[y]', before: /^\[/ },
    '[x]\na\n[y]\nb\n[z]\na\n',
    1,
  ],
  [
    'leaves the bounds alone',
    'a1\na\na2\n',
    { regexp: 'a', replacement: 'b', after: /1/, before: /2/ },
    'a1\nb\na2\n',
    1,
  ],
])('%s', (_, before, given, after, places) => {
  expect(replaced(before, { path: '/x', regexp: '', replacement: '', ...given })).toEqual({
    text: after,
    places,
  })
})

describe.each(Object.entries(fars))('over %s', (_, far) => {
  test('what is found is replaced, once and for all, and the rest stays byte for byte', async () => {
    using host = bench(far)
    const path = place()
    const rest = Buffer.from([0xe9, 0xff, 0x00, 0x0a])
    writeFileSync(path, Buffer.concat([Buffer.from('Port 2222\n'), rest]))
    chmodSync(path, 0o640)
    const wanted = replace({ path, regexp: /^#?Port \d+$/, with: 'Port 22' })
    await host.converge(wanted)
    expect(readFileSync(path)).toEqual(Buffer.concat([Buffer.from('Port 22\n'), rest]))
    expect(lstatSync(path).mode & 0o777).toBe(0o640)
    expect(await host.converge(wanted)).toBeUndefined()
    writeFileSync(path, '#Port 1\nPort 2')
    const drift = await host.converge(wanted)
    expect(drift?.diff).toEqual({
      kind: 'text',
      path,
      before: '#Port 1\nPort 2',
      after: 'Port 22\nPort 22',
    })
  })

  test('any name of a file and any text come through', { timeout: 60_000 }, async () => {
    const text = oddText().map(one => one.replaceAll('@@', ''))
    const scenario = fc.asyncProperty(oddName(), text, text, async (name, around, replacement) => {
      fc.pre(!/@$/.test(around) && !replacement.includes('@') && !around.startsWith('@'))
      using host = bench(far)
      const path = place(name)
      writeFileSync(path, `${around}@@${around}`)
      await host.converge(replace({ path, regexp: '@@', with: replacement.replaceAll('$', '$$$$') }))
      expect(readFileSync(path, 'utf8')).toBe(around + replacement + around)
    })
    await fc.assert(scenario, { numRuns: 6 })
  })

  test('a candidate is validated before it takes its place', async () => {
    using host = bench(far)
    const path = place()
    writeFileSync(path, 'old\n')
    const bad = replace({ path, regexp: 'old', with: 'bad', validate: 'grep -q good %s' })
    expect((await host.apply(drifted(await bad.check(host.probe)).cure)).stderr).toMatch(/was not written/)
    expect(readFileSync(path, 'utf8')).toBe('old\n')
  })
})

describe('what no run would ever finish is refused before anything is changed', () => {
  test.each<[string, string, Omit<Parameters<typeof replace>[0], 'path'>, RegExp]>([
    [
      'a result that is found again',
      'foo',
      { regexp: 'foo', with: 'foobar' },
      /also matches what it is replaced with/,
    ],
    ['a result that grows', 'a=1', { regexp: /(.+)/, with: '$1;' }, /a second run would change/],
    ['nothing, which is everywhere', 'a', { regexp: /^/, with: '# ' }, /a second run would change/],
    ['two that change places', 'a b', { regexp: /(a|b) (a|b)/, with: '$2 $1' }, /a second run would change/],
    [
      'more places than there may be',
      'a a a',
      { regexp: 'a', with: 'b', count: 2 },
      /in 3 places of .*, more than 2/,
    ],
    [
      'a bound that is not there',
      'a',
      { regexp: 'a', with: 'b', after: '[x]' },
      /no line that "after" names: \[x\]/,
    ],
    [
      'a bound that is not below',
      '[y]\n[x]\n',
      { regexp: 'a', with: 'b', after: '[x]', before: '[y]' },
      /no line that "before" names/,
    ],
  ])('%s', async (_, content, given, message) => {
    using host = bench()
    const path = place()
    writeFileSync(path, content)
    await expect(replace({ path, ...given }).check(host.probe)).rejects.toThrow(message)
  })

  test('and what is planned is always in sync afterwards', () => {
    const word = fc.constantFrom('a', 'b', 'ab', '^', '$', 'a$', '', '.', '(a)', 'a|b', '\\n', '[^a]')
    const replacement = fc.constantFrom('', 'a', 'b', '$1', '$&', 'ab', '\n', '$$')
    const text = fc
      .array(fc.constantFrom('a', 'b', '\n', 'é', '$'), { maxLength: 8 })
      .map(all => all.join(''))
    const property = fc.property(text, word, replacement, (content, regexp, given) => {
      const look = {
        stat: { type: 'file', mode: '0644', uid: 0, gid: 0, owner: 'root', group: 'root', size: 1 },
        folder: { type: 'directory', mode: '0755', uid: 0, gid: 0, owner: 'root', group: 'root', size: 1 },
        mounted: { on: false, below: false },
      } as const
      const plan = (bytes: Uint8Array) =>
        replace.type.plan(replace.type.spec.parse({ path: '/x', regexp, with: given }), {
          look,
          content: bytes,
        })
      try {
        const first = plan(Buffer.from(content))
        if (first.status === 'in-sync') return
        const upload = first.cure.at(-1)
        if (upload === undefined || !('content' in upload)) throw new Error('a drift that writes nothing')
        expect(plan(Buffer.from(upload.content as string | Uint8Array))).toEqual(inSync())
      } catch (error) {
        expect((error as Error).message).toMatch(/a second run would change/)
      }
    })
    fc.assert(property, { numRuns: 2000 })
  })
})

test('a secret is shown nowhere', async () => {
  using host = bench()
  const path = place()
  writeFileSync(path, 'password=poison-old\n')
  const wanted = replace({ path, regexp: /^password=.*/, with: new Secret('password=poison-new') })
  expect(JSON.stringify(await host.converge(wanted))).not.toContain('poison')
  expect(readFileSync(path, 'utf8')).toBe('password=poison-new\n')
})

test('mode is mended where there is nothing to replace, and a missing file is an error', async () => {
  using host = bench()
  const path = place()
  await expect(replace({ path, regexp: 'a', with: 'b' }).check(host.probe)).rejects.toThrow(/does not exist/)
  writeFileSync(path, 'x')
  await host.converge(replace({ path, regexp: 'a', with: 'b', mode: '0600' }))
  expect(lstatSync(path).mode & 0o777).toBe(0o600)
})

test.each<[object, RegExp]>([
  [{ path: '/x', regexp: '(', with: '' }, /expected a regular expression/],
  [{ path: '/x', regexp: 'a' }, /replace\({…}\).with is missing/],
  [{ path: '/x', regexp: 'a', with: '\0' }, /without a NUL byte/],
  [{ path: '/x', regexp: 'a', with: '', count: 0 }, /count is 0/],
])('%j is refused', (spec, message) => {
  expect(() => replace(spec as never)).toThrow(message)
})

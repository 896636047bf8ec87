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
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { tree } from '../../src/resources/index.ts'
import { matcherOf } from '../../src/resources/parameters/glob.ts'
import { bench, drifted, fars, isRoot } from '../support/apply.ts'
import { oddName } from '../support/odd-names.ts'

let room: string
let count = 0
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-tree-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** A folder with these files; a name that ends in a slash is a folder, a content that begins with `->` a link. */
function folder(files: Record<string, string | Uint8Array>): string {
  const path = mkdtempSync(join(room, `${count++}-`))
  for (const [name, content] of Object.entries(files)) {
    const at = join(path, name)
    mkdirSync(name.endsWith('/') ? at : dirname(at), { recursive: true })
    if (name.endsWith('/')) continue
    if (typeof content === 'string' && content.startsWith('->')) symlinkSync(content.slice(2), at)
    else writeFileSync(at, content)
  }
  return path
}
const modeOf = (path: string): string => (lstatSync(path).mode & 0o7777).toString(8)
const all = (path: string): readonly string[] => (readdirSync(path, { recursive: true }) as string[]).sort()

describe('patterns', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['*.log', ['a.log', 'b/c.log', 'a.log/x'], ['alog', 'a.log.1', 'b/log']],
    ['cache', ['cache', 'a/cache', 'cache/x/y'], ['caches', 'acache']],
    ['docs/*.md', ['docs/a.md'], ['a/docs/a.md', 'docs/b/a.md']],
    ['docs/**/*.md', ['docs/a.md', 'docs/b/c/a.md'], ['docs/a.mdx']],
    ['a/**', ['a/b', 'a/b/c'], ['a', 'b/a/c']],
    ['?[0-9]', ['a1', 'x/b2'], ['a', 'ab', '/1']],
    ['[!a].x', ['b.x', 'a/b.x'], ['a.x']],
    ['a+(b)$|^{c}\\d', ['a+(b)$|^{c}\\d'], ['aab', 'c1']],
    ['[', ['['], ['a']],
    ['é?', ['é🦀'], ['é']],
  ])('%s', (pattern, meant, others) => {
    expect(meant.filter(path => !matcherOf([pattern])(path))).toEqual([])
    expect(others.filter(matcherOf([pattern]))).toEqual([])
  })
})

describe.each(Object.entries(fars))('over %s', (_, far) => {
  test('a folder is copied, kept, mended and cleared of what is too much', async () => {
    using host = bench(far)
    const bytes = Buffer.from([0, 255, 10, 13, 0])
    const source = folder({ 'a/b/deep': bytes, 'tool.sh': '#!/bin/sh\n', 'empty/': '', 'a/link': '->b/deep' })
    chmodSync(join(source, 'tool.sh'), 0o700)
    const path = join(folder({}), 'copy')
    const wanted = tree({ path, source, delete: true })
    const made = await host.converge(wanted)
    expect(made?.diff).toMatchObject({
      changes: { '.': ['absent', 'directory'], 'a/link': ['absent', 'link to b/deep'] },
    })
    expect(all(path)).toEqual(all(source))
    expect(readFileSync(join(path, 'a/b/deep'))).toEqual(bytes)
    expect(readlinkSync(join(path, 'a/link'))).toBe('b/deep')
    expect(['', 'a', 'tool.sh', 'a/b/deep'].map(name => modeOf(join(path, name)))).toEqual([
      ...['755', '755', '755', '644'],
    ])
    expect(await host.converge(wanted)).toBeUndefined()
    writeFileSync(join(path, 'a/b/deep'), 'drift')
    chmodSync(join(path, 'empty'), 0o700)
    rmSync(join(path, 'a/link'))
    mkdirSync(join(path, 'extra/er'), { recursive: true })
    writeFileSync(join(path, 'extra/er/-rf *'), '')
    symlinkSync('/etc', join(path, 'elsewhere'))
    const cured = await host.converge(wanted)
    const { changes = {} } = (cured?.diff ?? {}) as { changes?: object }
    expect(Object.keys(changes).sort()).toEqual([
      ...['a/b/deep', 'a/link', 'elsewhere', 'empty', 'extra', 'extra/er', 'extra/er/-rf *'],
    ])
    expect(all(path)).toEqual(all(source))
    expect(existsSync('/etc/passwd')).toBe(true)
  })

  test('any names come through', { timeout: 60_000 }, async () => {
    const names = fc.uniqueArray(oddName(), { minLength: 1, maxLength: 4 })
    const scenario = fc.asyncProperty(names, fc.uint8Array({ maxLength: 50 }), async (some, bytes) => {
      using host = bench(far)
      const [first = ''] = some
      const source = folder({ [join('folder', first)]: bytes })
      for (const name of some) {
        if (name === 'folder') continue
        writeFileSync(join(source, name), bytes)
      }
      const path = folder({})
      for (const name of some) writeFileSync(join(path, `${name}`.slice(0, 5)), 'in the way or too much')
      await host.converge(tree({ path, source, delete: true, force: true }))
      expect(all(path)).toEqual(all(source))
      expect(readFileSync(join(path, 'folder', first)).equals(bytes)).toBe(true)
    })
    await fc.assert(scenario, { numRuns: 6 })
  })

  test('what is excluded is neither copied nor deleted', async () => {
    using host = bench(far)
    const source = folder({ 'a.txt': '1', 'b.log': '2', 'docs/x.md': '3' })
    const path = folder({ 'old.log': '', 'var/keep.log': '', 'var/gone': '', 'docs/own': '' })
    await host.converge(tree({ path, source, exclude: ['*.log', 'docs'], delete: true }))
    expect(all(path)).toEqual(['a.txt', 'docs', 'docs/own', 'old.log', 'var', 'var/keep.log'])
  })

  test('what is of another type is refused, and replaced by force, without following a link', async () => {
    using host = bench(far)
    const outside = folder({ x: 'same', 'deep/y': 'precious' })
    const source = folder({ 'd/x': 'same', 'd/deep/y': 'new', f: 'file', l: '->to' })
    const path = folder({ d: `->${outside}`, 'f/': '', l: 'a file' })
    await expect(tree({ path, source }).check(host.probe)).rejects.toThrow(
      /\/d is a symbolic link, not a dir/,
    )
    await host.converge(tree({ path, source, force: true }))
    expect(all(path)).toEqual(all(source))
    expect([lstatSync(join(path, 'd')).isDirectory(), readFileSync(join(path, 'd/x'), 'utf8')]).toEqual([
      ...[true, 'same'],
    ])
    expect(readFileSync(join(outside, 'deep/y'), 'utf8')).toBe('precious')
  })

  test.skipIf(!isRoot)('owner and modes are those of all of it', async () => {
    using host = bench(far)
    const source = folder({ 'a/b': 'x', l: '->a' })
    const path = folder({ 'a/b': 'x', own: '' })
    await host.converge(
      tree({ path, source, owner: 'daemon', group: 4, fileMode: '04750', directoryMode: '0700' }),
    )
    expect([modeOf(path), modeOf(join(path, 'a')), modeOf(join(path, 'a/b'))]).toEqual(['700', '700', '4750'])
    for (const name of ['', 'a', 'a/b', 'l']) {
      expect([lstatSync(join(path, name)).uid, lstatSync(join(path, name)).gid]).toEqual([1, 4])
    }
    expect(lstatSync(join(path, 'own')).uid).toBe(0)
  })
})

test('five hundred files that are in sync cost one turn and one process of each kind', async () => {
  using host = bench()
  const files = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`d${i % 7}/${i}`, `${i}`]))
  const [source, path] = [folder(files), folder({})]
  const wanted = tree({ path, source, delete: true })
  const { diff } = drifted(await wanted.check(host.probe))
  expect(Object.keys((diff as { changes: object }).changes)).toHaveLength(51)
  for (const name of ['.', ...all(source)]) {
    const at = join(path, name)
    if (lstatSync(join(source, name)).isDirectory()) mkdirSync(at, { recursive: true, mode: 0o755 })
    else writeFileSync(at, readFileSync(join(source, name)))
  }
  chmodSync(path, 0o755)
  const before = host.asked.length
  expect(await wanted.check(host.probe)).toEqual(inSync())
  // stat, sha256sum, the mount table, and find for what is too much.
  expect(host.asked).toHaveLength(before + 4)
})

test('a big file is streamed as a step that names its source', async () => {
  using host = bench()
  const source = folder({ big: Buffer.alloc(10_000_000, 'rampart') })
  const drift = await host.converge(tree({ path: folder({}), source }))
  const uploads = drift?.cure.filter(step => 'content' in step)
  expect(uploads).toMatchObject([{ content: { source: join(source, 'big') }, mode: '0644' }])
})

test.skipIf(!isRoot)('nothing is deleted where something is mounted below', async () => {
  using host = bench()
  const [source, path] = [folder({ a: '' }), folder({ 'mounted/': '', a: '' })]
  chmodSync(path, 0o755)
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(path, 'mounted')])
  try {
    await expect(tree({ path, source, delete: true }).check(host.probe)).rejects.toThrow(/is mounted below/)
    const kept = tree({ path, source, delete: true, exclude: ['mounted'] })
    expect(await kept.check(host.probe)).toEqual(inSync())
  } finally {
    execFileSync('umount', [join(path, 'mounted')])
  }
})

test.each<[string, () => ReturnType<typeof tree>, RegExp]>([
  [
    'no source',
    () => tree({ path: '/srv/x', source: '/nowhere' }),
    /\/nowhere cannot be read on this machine/,
  ],
  ['a file as source', () => tree({ path: '/srv/x', source: '/etc/passwd' }), /passwd cannot be read/],
  ['a FIFO', () => tree({ path: '/srv/x', source: fifo() }), /is neither a file nor a folder nor a link/],
  [
    'no folder above',
    () => tree({ path: '/nowhere/x', source: folder({}) }),
    /its folder \/nowhere does not/,
  ],
  ['a file in its place', () => tree({ path: '/etc/passwd', source: folder({}) }), /is a file, not a dir/],
])('%s is an error', async (_, make, message) => {
  using host = bench()
  await expect(make().check(host.probe)).rejects.toThrow(message)
})

function fifo(): string {
  const path = folder({})
  execFileSync('mkfifo', [join(path, 'pipe')])
  return path
}

test.each<[object, RegExp]>([
  [{ path: '/x', source: 'files' }, /expected an absolute path, such as join/],
  [{ path: '/x', source: '/y', exclude: ['/a'] }, /exclude.0 is "\/a": expected a name or a path beneath/],
  [{ path: '/x', source: '/y', exclude: ['[b-a]'] }, /expected a name or a path beneath/],
  [{ path: '/x', source: '/y', directoryMode: '755' }, /expected an octal file mode/],
])('%j is refused', (spec, message) => {
  expect(() => tree(spec as never)).toThrow(message)
})

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Reply } from '../../src/model/probe.ts'
import { digest } from '../../src/resources/parts/source.ts'
import { contentOf, contents, LONGEST_CONTENT } from '../../src/resources/queries/content.ts'
import { isEmptyDirectory } from '../../src/resources/queries/empty-directory.ts'
import { mountedOn } from '../../src/resources/queries/mounts.ts'
import { sha256Of } from '../../src/resources/queries/sha256.ts'
import { statOf } from '../../src/resources/queries/stat.ts'
import { chunks } from '../../src/resources/queries/words.ts'
import { bench, fars, isRoot } from '../support/apply.ts'
import { oddName } from '../support/odd-names.ts'

let room: string
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-queries-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const reply = (stdout: string, code = 0): Reply => ({
  code,
  stdout,
  stderr: '',
  bytes: Buffer.from(stdout),
})

describe.each(Object.entries(fars))('over %s', (name, far) => {
  test.skipIf(!isRoot)('every type of file is told, and links are not followed', async () => {
    using host = bench(far)
    const at = (file: string) => join(room, `${name}-${file}`)
    writeFileSync(at('file'), 'abc', { mode: 0o640 })
    chmodSync(at('file'), 0o4751)
    mkdirSync(at('folder'))
    symlinkSync(at('file'), at('link'))
    symlinkSync('nowhere', at('dangling'))
    execFileSync('mkfifo', [at('fifo')])
    const asked = [
      at('file'),
      at('folder'),
      at('link'),
      at('dangling'),
      at('fifo'),
      '/dev/null',
      at('none'),
      `${at('file')}/in`,
      '/',
    ]
    const stats = await Promise.all(asked.map(path => host.probe.ask(statOf, path)))
    expect(stats.map(stat => (stat === null || stat === 'hidden' ? stat : stat.type))).toEqual([
      'file',
      'directory',
      'symbolic link',
      'symbolic link',
      'FIFO',
      'character device',
      null,
      null,
      'directory',
    ])
    expect(stats[0]).toMatchObject({ mode: '04751', uid: 0, gid: 0, owner: 'root', group: 'root', size: 3 })
    // One command for all of them, and a sum only of what can be read to an end: a FIFO never ends.
    const sums = await Promise.all(asked.map(path => host.probe.ask(sha256Of, path)))
    expect(sums).toEqual([digest('abc').sha256, ...Array(8).fill(null)])
    expect(host.asked).toHaveLength(2)
  })

  test('contents come byte for byte, whatever is in them', async () => {
    using host = bench(far)
    const cases: Record<string, Uint8Array> = {
      empty: Buffer.alloc(0),
      newlines: Buffer.from('\n\n\n'),
      'no end': Buffer.from('a\nb'),
      binary: Buffer.from([...Array(256).keys()]),
      'our own end': Buffer.from('\nend of contents\n'),
      long: Buffer.alloc(LONGEST_CONTENT, 'x'),
    }
    const at = (file: string) => join(room, `${name}-content-${file}`)
    for (const [file, bytes] of Object.entries(cases)) writeFileSync(at(file), bytes)
    writeFileSync(at('too long'), Buffer.alloc(LONGEST_CONTENT + 1))
    const paths = [...Object.keys(cases).map(at), at('too long'), at('none'), '/etc', '/dev/zero']
    const found = await Promise.all(paths.map(path => contentOf(host.probe, path)))
    expect(
      found
        .slice(0, -4)
        .map(one => Buffer.from(one as Uint8Array).equals(cases[Object.keys(cases)[found.indexOf(one)]!]!)),
    ).toEqual(Object.keys(cases).map(() => true))
    expect(found.slice(-4)).toEqual(['too long', null, null, null])
    expect(host.asked).toHaveLength(1)
  })

  test('a file that lies about its size is asked for alone', async () => {
    using host = bench(far)
    const [comm, etc] = await Promise.all([
      contentOf(host.probe, '/proc/sys/kernel/ostype'),
      contentOf(host.probe, '/etc/hostname'),
    ])
    expect(Buffer.from(comm as Uint8Array).toString()).toBe('Linux\n')
    expect(etc).toEqual(readFileSync('/etc/hostname'))
  })

  test('an empty folder is told from one with hidden files in it', async () => {
    using host = bench(far)
    const at = (file: string) => join(room, `${name}-folders-${file}`)
    for (const folder of ['empty', 'dot', 'dots', 'plain']) mkdirSync(at(folder))
    writeFileSync(join(at('dot'), '.x'), '')
    writeFileSync(join(at('dots'), '..x'), '')
    symlinkSync('nowhere', join(at('plain'), 'x'))
    const asked = [at('empty'), at('dot'), at('dots'), at('plain'), at('none')]
    expect(await Promise.all(asked.map(path => host.probe.ask(isEmptyDirectory, path)))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })

  test('any name comes through', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(room, 'names-'))
    const scenario = fc.asyncProperty(
      fc.uniqueArray(oddName(), { minLength: 1, maxLength: 20 }),
      async names => {
        using host = bench(far)
        const here = mkdtempSync(join(folder, 'run-'))
        const paths = names.map(one => join(here, one))
        for (const [i, path] of paths.entries()) if (i % 3 !== 2) writeFileSync(path, path)
        const asked = paths.map(async path => [
          (await host.probe.ask(statOf, path)) !== null,
          await host.probe.ask(sha256Of, path),
          await contentOf(host.probe, path),
        ])
        expect(await Promise.all(asked)).toEqual(
          paths.map((path, i) =>
            i % 3 === 2 ? [false, null, null] : [true, digest(path).sha256, Buffer.from(path)],
          ),
        )
      },
    )
    await fc.assert(scenario, { numRuns: 15 })
  })
})

test('five hundred files are one stat and one sha256sum', async () => {
  const tools = mkdtempSync(join(room, 'tools-'))
  const log = join(tools, 'log')
  writeFileSync(log, '')
  for (const tool of ['stat', 'sha256sum', 'head']) {
    writeFileSync(join(tools, tool), `#!/bin/sh\necho ${tool} >>${log}\nexec /usr/bin/${tool} "$@"\n`, {
      mode: 0o755,
    })
  }
  const folder = mkdtempSync(join(room, 'many-'))
  const paths = Array.from({ length: 500 }, (_, i) => join(folder, `a file with a rather long name, ${i}`))
  for (const path of paths) writeFileSync(path, path)
  using host = bench({ ...fars.dash, env: { ...process.env, PATH: `${tools}:${process.env['PATH']}` } })
  const [stats, sums] = await Promise.all([
    Promise.all(paths.map(path => host.probe.ask(statOf, path))),
    Promise.all(paths.map(path => host.probe.ask(sha256Of, path))),
  ])
  expect(stats.every(stat => stat !== null && stat !== 'hidden' && stat.type === 'file')).toBe(true)
  expect(sums).toEqual(paths.map(path => digest(path).sha256))
  expect(readFileSync(log, 'utf8').trim().split('\n').sort()).toEqual(['sha256sum', 'stat'])
})

test('thousands of paths are split, so that no program gets more than it can take', async () => {
  using host = bench()
  const paths = Array.from({ length: 6000 }, (_, i) => `/nowhere/${'x'.repeat(200)}/${i}`)
  const asked = [...paths, '/etc/passwd']
  const stats = await Promise.all(asked.map(path => host.probe.ask(statOf, path)))
  expect(stats.filter(stat => stat !== null)).toHaveLength(1)
  expect(stats.at(-1)).toMatchObject({ type: 'file' })
})

test('chunks hold all words in order, and none is too big', () => {
  const words = Array.from({ length: 100 }, (_, i) => 'x'.repeat(i))
  const split = chunks(words, 500)
  expect(split.flat()).toEqual(words)
  expect(
    Math.max(...split.map(chunk => chunk.reduce((sum, one) => sum + one.length + 9, 0))),
  ).toBeLessThanOrEqual(500)
})

test('a file that grows while it is read is asked for again, alone, and so are those behind it', async () => {
  const [a, b, c] = ['/a', '/b', '/c']
  const answer = '111\n1\n2\n1\nabbbc\nend of contents\n'
  expect(contents.parse(reply(answer), [a, b, c])).toEqual(['unclear', 'unclear', 'unclear'])
  const well = '101\n1\n1\nac\nend of contents\n'
  expect(contents.parse(reply(well), [a, b, c])).toEqual([Buffer.from('a'), null, Buffer.from('c')])
})

test.each([
  ['a tool that is missing', statOf, '1\n'],
  ['an answer that is cut', statOf, '11\n81a4 0 0 0 root:root\n'],
  ['another number of letters', statOf, '1\n'],
  ['a sum that is none', sha256Of, '11\nx\ny\n'],
])('%s is an error and no answer', (_, query, stdout) => {
  expect(() => query.parse(reply(stdout, 127), ['/a', '/b'])).toThrow(/could not be asked/)
})

test('a missing tool is named', async () => {
  const tools = mkdtempSync(join(room, 'no-tools-'))
  using host = bench({ sh: ['/bin/dash'], env: { PATH: tools } })
  await expect(host.probe.ask(sha256Of, '/etc/passwd')).rejects.toThrow(/sha256sum: not found/)
})

test('the mount table is read with its escapes', () => {
  const table = [
    '22 1 0:21 / / rw - ext4 /dev/vda rw',
    String.raw`23 22 0:22 / /with\040space\134and\011tab rw - tmpfs tmpfs rw`,
    '24 22 0:23 /etc/hosts /etc/hosts rw - ext4 /dev/vda rw',
  ].join('\n')
  const asked = ['/with space\\and\ttab', '/etc/hosts', '/etc', '/home']
  expect(mountedOn.parse(reply(table), asked)).toEqual([
    { on: true, below: false },
    { on: true, below: false },
    { on: false, below: true },
    { on: false, below: false },
  ])
})

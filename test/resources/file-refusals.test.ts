import { execFileSync } from 'node:child_process'
import {
  chmodSync,
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
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { file } from '../../src/resources/index.ts'
import { bench, drifted, isRoot } from '../support/apply.ts'

let room: string
let count = 0
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-file-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** A folder of the test's own. */
const place = (): string => mkdtempSync(join(room, `${count++}-`))

describe('what is no regular file', () => {
  test.each([
    [
      'a symbolic link',
      (path: string) => symlinkSync('/etc/passwd', path),
      /is a symbolic link, not a regular file/,
    ],
    ['a directory', (path: string) => mkdirSync(path), /is a directory, not a regular file/],
    ['a FIFO', (path: string) => execFileSync('mkfifo', [path]), /is a FIFO, not a regular file/],
  ])('%s is refused, and replaced by force', async (_, make, message) => {
    using host = bench()
    const path = join(place(), 'odd')
    make(path)
    const before = readFileSync('/etc/passwd')
    await expect(file({ path, content: 'x' }).check(host.probe)).rejects.toThrow(message)
    await host.converge(file({ path, content: 'x', force: true }))
    expect([readFileSync(path, 'utf8'), lstatSync(path).isFile()]).toEqual(['x', true])
    expect(readFileSync('/etc/passwd').equals(before)).toBe(true)
  })

  test('a link to a directory is replaced itself', async () => {
    using host = bench()
    const folder = place()
    symlinkSync(folder, join(folder, 'link'))
    await host.converge(file({ path: join(folder, 'link'), content: 'x', force: true }))
    expect(readdirSync(folder)).toEqual(['link'])
  })

  test('a directory with something in it is not replaced', async () => {
    using host = bench()
    const path = place()
    writeFileSync(join(path, 'precious'), 'x')
    const drift = drifted(await file({ path, content: 'x', force: true }).check(host.probe))
    expect((await host.apply(drift.cure)).stderr).toMatch(/not empty/)
    expect(readdirSync(path)).toEqual(['precious'])
  })

  test('a link in a folder that everyone can write to is refused by force too', async () => {
    using host = bench()
    const folder = place()
    chmodSync(folder, 0o1777)
    symlinkSync('/etc/passwd', join(folder, 'x'))
    const wanted = file({ path: join(folder, 'x'), content: 'x', force: true })
    await expect(wanted.check(host.probe)).rejects.toThrow(
      /a symbolic link in a folder that everyone can write to/,
    )
    expect(readlinkSync(join(folder, 'x'))).toBe('/etc/passwd')
  })

  test.skipIf(!isRoot)('a file that is mounted by itself is refused, but may be in sync', async () => {
    using host = bench()
    const [path, from] = [join(place(), 'hosts'), join(place(), 'from')]
    writeFileSync(path, '')
    writeFileSync(from, 'mounted')
    execFileSync('mount', ['--bind', from, path])
    try {
      await expect(file({ path, content: 'x' }).check(host.probe)).rejects.toThrow(/mounted by itself/)
      await expect(file({ path, state: 'absent' }).check(host.probe)).rejects.toThrow(/mounted by itself/)
      expect(await file({ path, content: 'mounted' }).check(host.probe)).toEqual(inSync())
    } finally {
      execFileSync('umount', [path])
    }
  })
})

test.each([
  ['a folder that is missing', '/nowhere/at/all', {}, /its folder \/nowhere\/at does not exist/],
  ['a folder that is none', '/etc/passwd/x', {}, /its folder \/etc\/passwd does not exist/],
  ['nothing to be there', '/etc/rampart-none', { content: undefined }, /nothing says what it should hold/],
  [
    'a source that is missing',
    '/etc/x',
    { content: undefined, source: '/nowhere' },
    /the source \/nowhere cannot be read/,
  ],
  [
    'a source that is a folder',
    '/etc/x',
    { content: undefined, source: '/etc' },
    /\/etc on this machine is not a file/,
  ],
])('%s is an error', async (_, path, other, message) => {
  using host = bench()
  const spec = { path, content: 'x', ...other } as Parameters<typeof file>[0]
  await expect(file(spec).check(host.probe)).rejects.toThrow(message)
})

test('a source that changes is read anew, and one that may not be read is told', async () => {
  using host = bench()
  const [path, source] = [join(place(), 'copy'), join(place(), 'source')]
  writeFileSync(source, 'one')
  await host.converge(file({ path, source }))
  writeFileSync(source, 'another')
  await host.converge(file({ path, source }))
  expect(readFileSync(path, 'utf8')).toBe('another')
  writeFileSync(source, 'y'.repeat(10))
  chmodSync(source, 0)
  const check = file({ path, source }).check(host.probe)
  if (isRoot) expect((await check).status).toBe('drift')
  else await expect(check).rejects.toThrow(/the source .* cannot be read on this machine: EACCES/)
})

test('the folder of a missing file is named in the hint', async () => {
  using host = bench()
  const error = await file({ path: '/nowhere/x', content: '' })
    .check(host.probe)
    .catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'CheckFailed', hint: "Put directory({ path: '/nowhere' }) before it." })
})

test.skipIf(!isRoot)('a user that may not look says so', async () => {
  const folder = place()
  chmodSync(folder, 0o700)
  chmodSync(room, 0o711)
  writeFileSync(join(folder, 'x'), 'x', { mode: 0o600 })
  using host = bench({ sh: ['setpriv', '--reuid=65534', '--clear-groups', 'dash'], env: process.env })
  await expect(file({ path: join(folder, 'x'), content: 'x' }).check(host.probe)).rejects.toThrow(
    /may not look into/,
  )
  chmodSync(folder, 0o755)
  await expect(file({ path: join(folder, 'x'), content: 'x' }).check(host.probe)).rejects.toThrow(
    /may not be read/,
  )
})

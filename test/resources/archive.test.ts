import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
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
import { inSync } from '../../src/model/plan.ts'
import { archive } from '../../src/resources/index.ts'
import { bench, drifted, fars, isRoot } from '../support/apply.ts'
import { oddName } from '../support/odd-names.ts'

let room: string
let count = 0
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-archive-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

const place = (): string => mkdtempSync(join(room, `${count++}-`))

/** An archive with `top/bin/tool`, `top/doc` and `readme` in it. */
function packed(name: string, tool: string | Uint8Array = 'tool 1'): string {
  const [folder, path] = [place(), join(place(), name)]
  mkdirSync(join(folder, 'top/bin'), { recursive: true })
  writeFileSync(join(folder, 'top/bin/tool'), tool, { mode: 0o755 })
  writeFileSync(join(folder, 'top/doc'), 'doc')
  writeFileSync(join(folder, 'readme'), 'read me')
  const pack = name.endsWith('.zip')
    ? ['zip', '-q', '-r', path, 'top', 'readme']
    : ['tar', '-caf', path, 'top', 'readme']
  execFileSync(pack[0] ?? '', pack.slice(1), { cwd: folder })
  return path
}

/** What is in a folder, but for the notes. */
const all = (path: string): readonly string[] =>
  (readdirSync(path, { recursive: true }) as string[])
    .filter(name => !name.startsWith('.rampart-archive'))
    .sort()

describe.each(Object.entries(fars))('over %s', (_, far) => {
  test.each(['x.tar', 'x.tar.gz', 'x.tgz', 'x.zip'])(
    '%s is unpacked, kept, and unpacked again if it is another',
    async name => {
      using host = bench(far)
      const [path, dest] = [packed(name), place()]
      const made = await host.converge(archive({ path, dest }))
      expect(made?.diff).toMatchObject({ changes: { unpacked: ['nothing', /^sha256 [0-9a-f]{12}$/] } })
      expect(all(dest)).toEqual(['readme', 'top', 'top/bin', 'top/bin/tool', 'top/doc'])
      expect(lstatSync(join(dest, 'top/bin/tool')).mode & 0o777).toBe(0o755)
      expect(await host.converge(archive({ path, dest }))).toBeUndefined()
      writeFileSync(path, readFileSync(packed(name, 'tool 2')))
      expect(await host.converge(archive({ path, dest }))).toBeDefined()
      expect(readFileSync(join(dest, 'top/bin/tool'), 'utf8')).toBe('tool 2')
    },
  )

  test.each(['y.tar.gz', 'y.zip'])('%s of the controller is sent and stripped, byte for byte', async name => {
    using host = bench(far)
    const bytes = Buffer.from([0, 255, 10, 13, 0])
    const [source, dest] = [packed(name, bytes), place()]
    await host.converge(archive({ source, dest, strip: 1 }))
    expect(all(dest)).toEqual(['bin', 'bin/tool', 'doc'])
    expect(readFileSync(join(dest, 'bin/tool'))).toEqual(bytes)
    expect(readdirSync(dest).filter(found => found.startsWith('.'))).toHaveLength(1)
    const drift = await host.converge(archive({ source, dest, strip: 2 }))
    expect(drift?.diff).toMatchObject({ changes: { unpacked: [/stripped by 1$/, /stripped by 2$/] } })
    expect(existsSync(join(dest, 'tool'))).toBe(true)
  })

  test('any names come through', { timeout: 60_000 }, async () => {
    const scenario = fc.asyncProperty(oddName(), oddName(), async (file, folder) => {
      using host = bench(far)
      const [path, dest] = [join(place(), file), join(place(), folder)]
      writeFileSync(path, readFileSync(packed('z.tar.gz')))
      mkdirSync(dest)
      await host.converge(archive({ path, dest, format: 'tar', strip: 1 }))
      expect(all(dest)).toEqual(['bin', 'bin/tool', 'doc'])
      writeFileSync(path, readFileSync(packed('z.zip')))
      await host.converge(archive({ path, dest, format: 'zip' }))
      expect(readFileSync(join(dest, 'readme'), 'utf8')).toBe('read me')
    })
    await fc.assert(scenario, { numRuns: 5 })
  })

  test('what cannot be unpacked is not noted as unpacked', async () => {
    using host = bench(far)
    const [path, dest] = [join(place(), 'bad.tar'), place()]
    writeFileSync(path, 'no archive')
    const wanted = archive({ path, dest })
    expect((await host.apply(drifted(await wanted.check(host.probe)).cure)).code).not.toBe(0)
    drifted(await wanted.check(host.probe))
    const zip = archive({ path, dest, format: 'zip', strip: 1 })
    expect((await host.apply(drifted(await zip.check(host.probe)).cure)).code).not.toBe(0)
    expect(readdirSync(dest)).toEqual([])
  })
})

test('what creates names says that it is done, also without the archive', async () => {
  using host = bench()
  const [path, dest] = [packed('x.tar'), place()]
  const wanted = archive({ path, dest, creates: join(dest, 'readme') })
  await host.converge(wanted)
  rmSync(path)
  expect(await wanted.check(host.probe)).toEqual(inSync())
  rmSync(join(dest, 'readme'))
  await expect(wanted.check(host.probe)).rejects.toThrow(/is no file of the host that this user may read/)
})

test('two archives in one folder know of each other nothing', async () => {
  using host = bench()
  const dest = place()
  const both = [archive({ path: packed('a.tar'), dest }), archive({ path: packed('b.tar'), dest })]
  for (const one of both) await host.converge(one)
  for (const one of both) expect(await host.converge(one)).toBeUndefined()
})

test.skipIf(!isRoot)('what is unpacked is owned by who unpacks it', async () => {
  using host = bench()
  const [folder, path, dest] = [place(), join(place(), 'x.tar'), place()]
  writeFileSync(join(folder, 'x'), '')
  execFileSync('tar', ['--owner=1234', '--group=1234', '-cf', path, '-C', folder, 'x'])
  await host.converge(archive({ path, dest }))
  expect([lstatSync(join(dest, 'x')).uid, lstatSync(join(dest, 'x')).gid]).toEqual([0, 0])
})

test('archives that are unpacked are asked for by one turn of questions', async () => {
  using host = bench()
  const wanted = Array.from({ length: 5 }, () => archive({ path: packed('x.tar'), dest: place() }))
  for (const one of wanted) await host.converge(one)
  const before = host.asked.length
  expect(await Promise.all(wanted.map(one => one.check(host.probe)))).toEqual(wanted.map(() => inSync()))
  expect(host.asked.length - before).toBe(3)
})

test.each<[object, RegExp]>([
  [{ path: '/nowhere.tar', dest: '/etc' }, /the archive \/nowhere.tar is no file of the host/],
  [{ path: '/etc/x.tar', dest: '/nowhere/x' }, /\/nowhere\/x does not exist/],
  [{ path: '/etc/x.tar', dest: '/etc/passwd' }, /\/etc\/passwd does not exist|is a file, not a directory/],
  [{ source: '/nowhere.tar', dest: '/etc' }, /the source \/nowhere.tar cannot be read on this machine/],
])('%j is an error', async (spec, message) => {
  using host = bench()
  await expect(archive(spec as never).check(host.probe)).rejects.toThrow(message)
})

test.each<[object, RegExp]>([
  [{ dest: '/x' }, /path is missing/],
  [{ path: '/a.tar', source: '/a.tar', dest: '/x' }, /give either path or source/],
  [{ path: '/a.rar', dest: '/x' }, /archive\({…}\).format is missing/],
  [{ path: '/a.tar', dest: '/x', strip: -1 }, /strip is -1/],
  [{ source: 'a.tar', dest: '/x' }, /expected an absolute path, such as join/],
])('%j is refused', (spec, message) => {
  expect(() => archive(spec as never)).toThrow(message)
})

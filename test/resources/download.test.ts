import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '../../src/model/secret.ts'
import { download } from '../../src/resources/index.ts'
import type { Far } from '../support/apply.ts'
import { bench, drifted, fars, isRoot } from '../support/apply.ts'
import { oddName } from '../support/odd-names.ts'

const BODY = Buffer.concat([Buffer.from([0, 255, 10, 13]), Buffer.alloc(300_000, 'rampart')])
const sha256 = createHash('sha256').update(BODY).digest('hex')

let room: string
let server: Server
let base: string
let count = 0
const asked: IncomingMessage[] = []
beforeAll(async () => {
  room = mkdtempSync(join(tmpdir(), 'rampart-download-'))
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push(request)
    if (request.url?.endsWith('/moved'))
      response.writeHead(302, { location: `${base}/tool` }).end('elsewhere')
    else if (request.url?.endsWith('/tool') || request.url?.includes('/tool?')) response.end(BODY)
    else response.writeHead(404).end('nothing here')
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  rmSync(room, { recursive: true, force: true })
})
beforeEach(() => {
  asked.length = 0
})

const place = (name = 'file'): string => join(mkdtempSync(join(room, `${count++}-`)), name)

/** A host that has GNU's wget and no curl. */
function onlyWget(): Far {
  const bin = mkdtempSync(join(room, 'bin-'))
  for (const tool of ['wget', 'sha256sum', 'stat', 'cat', 'chmod', 'chown', 'rm', 'mv', 'sync', 'rmdir']) {
    const from = ['/usr/bin', '/bin'].map(folder => join(folder, tool)).find(path => existsSync(path))
    symlinkSync(from ?? tool, join(bin, tool))
  }
  return { sh: ['/bin/dash'], env: { PATH: bin } }
}

const hosts: readonly (readonly [string, () => Far])[] = [
  ...Object.entries(fars).map(([name, far]) => [name, () => far] as const),
  ['wget alone', onlyWget],
]

describe.each(hosts)('over %s', (name, far) => {
  test('a file is fetched, kept, and fetched again only if it is another', async () => {
    using host = bench(far())
    const path = place()
    const wanted = download({ path, url: `${base}/tool`, sha256: sha256.toUpperCase(), mode: '0755' })
    const made = await host.converge(wanted)
    expect(made?.diff).toEqual({
      kind: 'fields',
      changes: { content: ['absent', `${base}/tool, sha256 ${sha256.slice(0, 12)}`] },
    })
    expect([readFileSync(path).equals(BODY), lstatSync(path).mode & 0o777]).toEqual([true, 0o755])
    expect(await host.converge(wanted)).toBeUndefined()
    expect(asked).toHaveLength(1)
    writeFileSync(path, 'drift')
    await host.converge(wanted)
    expect([readFileSync(path).equals(BODY), readdirSync(dirname(path))]).toEqual([true, ['file']])
  })

  test('any name of a file comes through', { timeout: 60_000 }, async () => {
    const scenario = fc.asyncProperty(oddName(), async odd => {
      using host = bench(far())
      const path = place(odd)
      await host.converge(download({ path, url: `${base}/x/tool?a=1&b=$(id)'`.replace("'", '%27'), sha256 }))
      expect(readFileSync(path).equals(BODY)).toBe(true)
      expect(readdirSync(dirname(path))).toEqual([odd])
    })
    await fc.assert(scenario, { numRuns: 5 })
  })

  test.each([
    ['/tool', '0'.repeat(64), /was not written: .*\/tool is of another sha256 than 0{64}: [0-9a-f]{64}/],
    ['/none', sha256, /404/],
  ])('nothing is left of what is not right: %s', async (at, sum, message) => {
    using host = bench(far())
    const path = place()
    writeFileSync(path, 'old')
    const { cure } = drifted(await download({ path, url: base + at, sha256: sum }).check(host.probe))
    const reply = await host.apply(cure)
    expect([reply.code === 0, readFileSync(path, 'utf8'), readdirSync(dirname(path))]).toEqual([
      ...[false, 'old', ['file']],
    ])
    expect(reply.stderr).toMatch(message)
  })

  test('what is unsafe is fetched once, and redirections are followed', async () => {
    using host = bench(far())
    const path = place()
    await host.converge(download({ path, url: `${base}/moved`, unsafe: true }))
    expect(readFileSync(path).equals(BODY)).toBe(true)
    writeFileSync(path, 'own')
    expect(await host.converge(download({ path, url: `${base}/moved`, unsafe: true }))).toBeUndefined()
  })

  test.skipIf(name === 'busybox alone')('a secret header goes to its host, and nowhere else', async () => {
    using host = bench(far())
    const headers = { Authorization: new Secret('Bearer poison "\\ x'), 'X-Plain': 'y' }
    const path = place()
    const drift = await host.converge(download({ path, url: `${base}/tool`, sha256, headers }))
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer poison "\\ x', 'x-plain': 'y' })
    expect(JSON.stringify(drift)).not.toContain('poison')
    expect(drift?.cure.map(step => ('script' in step ? step.script : '')).join()).not.toContain('poison')
    const moved = drifted(
      await download({ path: place(), url: `${base}/moved`, sha256, headers }).check(host.probe),
    )
    asked.length = 0
    expect((await host.apply(moved.cure)).code).not.toBe(0)
    expect(asked.map(({ url }) => url)).toEqual(['/moved'])
  })

  test.skipIf(name === 'busybox alone')('a proxy is asked for the whole address', async () => {
    using host = bench(far())
    const proxy = new Secret(base.replace('//', '//me:poison@'))
    const path = place()
    const drift = await host.converge(download({ path, url: 'http://rampart.invalid/tool', sha256, proxy }))
    expect(asked.map(({ url }) => url)).toEqual(['http://rampart.invalid/tool'])
    expect(asked[0]?.headers['proxy-authorization']).toMatch(/^Basic /)
    expect(JSON.stringify(drift)).not.toContain('poison')
  })
})

test("busybox's wget gets no headers, and a host without any client says so", async () => {
  using busybox = bench(fars['busybox alone'])
  const spec = { path: place(), url: `${base}/tool`, sha256 }
  const secret = download({ ...spec, headers: { A: new Secret('x') } })
  await expect(secret.check(busybox.probe)).rejects.toThrow(/would show headers to every user/)
  const far = onlyWget()
  rmSync(join(far.env['PATH'] ?? '', 'wget'))
  using none = bench(far)
  await expect(download(spec).check(none.probe)).rejects.toThrow(/has neither curl nor wget/)
})

test('a secret that cannot be a header is refused before anything is sent', async () => {
  using host = bench()
  const headers = { A: new Secret('x\nurl = file:///etc/shadow') }
  const wanted = download({ path: place(), url: `${base}/tool`, sha256, headers })
  await expect(wanted.check(host.probe)).rejects.toThrow(/the header A .* holds a line break/)
})

test('what is in sync costs one turn, and no program of the web is looked for', async () => {
  using host = bench()
  const paths = Array.from({ length: 20 }, () => place())
  for (const path of paths) writeFileSync(path, BODY, { mode: 0o644 })
  for (const path of paths) await download({ path, url: `${base}/tool`, sha256 }).check(host.probe)
  const before = host.asked.length
  await Promise.all(paths.map(path => download({ path, url: `${base}/tool`, sha256 }).check(host.probe)))
  expect([host.asked.length - before, asked.length]).toEqual([3, 0])
})

test.skipIf(!isRoot)(
  'a link is refused, and replaced by force; mode and owner are mended alone',
  async () => {
    using host = bench()
    const path = place()
    symlinkSync('/etc', path)
    const spec = { path, url: `${base}/tool`, sha256 }
    await expect(download(spec).check(host.probe)).rejects.toThrow(/is a symbolic link, not a regular file/)
    await host.converge(download({ ...spec, force: true, owner: 'daemon' }))
    expect([lstatSync(path).isFile(), lstatSync(path).uid]).toEqual([true, 1])
    asked.length = 0
    await host.converge(download({ ...spec, mode: '0600' }))
    expect([lstatSync(path).mode & 0o777, lstatSync(path).uid, asked.length]).toEqual([0o600, 1, 0])
  },
)

test.each<[object, RegExp]>([
  [{ path: '/x', url: 'https://a/b' }, /sha256 is missing/],
  [{ path: '/x', url: 'https://a/b', sha256: 'abc' }, /expected 64 hexadecimal digits/],
  [{ path: '/x', url: 'https://a/b', sha256, unsafe: true }, /give either sha256 or unsafe/],
  [{ path: '/x', url: 'ftp://a/b', sha256 }, /expected an address, such as/],
  [{ path: '/x', url: 'https://a/b c', sha256 }, /expected an address/],
  [{ path: '/x', url: 'https://me:pw@a/b', sha256 }, /a password in an address is seen/],
  [{ path: '/x', url: 'https://a/b', sha256, headers: { 'A B': 'x' } }, /expected names such as/],
  [{ path: '/x', url: 'https://a/b', sha256, headers: { A: 'x\ny' } }, /expected text without line breaks/],
  [{ path: '/x', url: 'https://a/b', sha256, proxy: 'proxy:80' }, /expected an address/],
])('%j is refused', (spec, message) => {
  expect(() => download(spec as never)).toThrow(message)
})

import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Command } from '../../src/model/command.ts'
import { inSync } from '../../src/model/plan.ts'
import { Secret } from '../../src/model/secret.ts'
import type { HttpCheckSpec, HttpCheckState } from '../../src/resources/index.ts'
import { httpCheck } from '../../src/resources/index.ts'
import { httpAnswer } from '../../src/resources/parts/http-request.ts'
import type { Far } from '../support/apply.ts'
import { bench, drifted, fars } from '../support/apply.ts'
import { commandsOnly } from '../support/far.ts'

type Given = Parameters<typeof httpCheck>[0]
const url = 'http://localhost/health'
const state: HttpCheckState = {
  client: 'curl',
  status: 200,
  body: '{"status": "ok", "nodes": [{"up": true}]}',
  said: '',
}
const planned = (given: Partial<Given>, found: Partial<HttpCheckState>) =>
  httpCheck.type.plan(httpCheck({ url, ...given } as Given).spec as HttpCheckSpec, { ...state, ...found })

test.each<[Partial<Given>, Partial<HttpCheckState>, object | undefined]>([
  [{}, {}, undefined],
  [{ status: [204, 301] }, { status: 301 }, undefined],
  [{ body: '"status": "ok"' }, {}, undefined],
  [{ body: /"up": (true|false)/ }, {}, undefined],
  [{ json: { status: 'ok', 'nodes.0.up': true } }, {}, undefined],
  [{}, { status: 502 }, { status: ['502', '200'] }],
  [
    { status: [200, 204] },
    { status: 0, said: 'curl: (7) refused' },
    { status: ['no answer: curl: (7) refused', '200 or 204'] },
  ],
  [{ body: 'ready' }, { body: 'not\nyet' }, { body: ['not yet', 'ready'] }],
  [{ body: /^ready$/ }, { body: 'not' }, { body: ['not', '/^ready$/'] }],
  [{ body: 'x', headers: { A: new Secret('hidden') } }, {}, { body: ['another', 'x'] }],
  [{ json: { status: 'ok', 'nodes.1.up': true } }, {}, { 'nodes.1.up': ['none', 'true'] }],
  [
    { json: { 'status.length': 2, toString: null } },
    {},
    { 'status.length': ['none', '2'], toString: ['none', 'null'] },
  ],
  [{ json: { status: 'ok' } }, { body: '<html>' }, { status: ['none', '"ok"'] }],
])('%j', (given, found, changes) => {
  const plan = planned(given, found)
  if (changes === undefined) expect(plan).toEqual(inSync())
  else expect(drifted(plan).diff).toEqual({ kind: 'fields', changes })
})

test.each<[string, string, object]>([
  ['hello\nrampart-status 200\n', '', { status: 200, body: 'hello', said: '' }],
  [
    'a\nrampart-status 404\nb\nrampart-status 200\n',
    '',
    { status: 200, body: 'a\nrampart-status 404\nb', said: '' },
  ],
  [
    '\nrampart-status 000\n',
    'curl: (6) Could not resolve host: x\n',
    { status: 0, body: '', said: 'curl: (6) Could not resolve host: x' },
  ],
  ['\nrampart-status \n', 'wget: bad address\n', { status: 0, body: '', said: 'wget: bad address' }],
])('the answer %j', (stdout, stderr, answer) => {
  expect(httpAnswer({ code: 0, stdout, stderr, bytes: new Uint8Array() })).toEqual(answer)
})

test.each<[object, RegExp]>([
  [{ url: 'ftp://x/' }, /\.url .* expected an address/],
  [{ url: 'http://me:pw@x/' }, /a password in an address is seen/],
  [{ status: 99 }, /\.status is 99: expected a status/],
  [{ status: [200, '3xx'] }, /\.status\.1 is "3xx": expected a status/],
  [{ status: [] }, /expected at least one/],
  [{ body: 'a\nb' }, /expected one line, word for word, or a regular expression/],
  [{ json: { status: ['ok'] } }, /\.json\.status is \["ok"\]: expected text, a number/],
  [{ headers: { 'A B': 'x' } }, /expected names such as/],
  [{ timeout: 0 }, /\.timeout is 0/],
  [{ resolve: 'localhost' }, /\.resolve is "localhost": expected an address/],
  [{ resolve: '::1', proxy: 'http://p:1' }, /\.resolve .* a proxy looks names up itself/],
])('%j is refused', (given, message) => {
  expect(() => httpCheck({ url, ...given } as never)).toThrow(message)
})

test('what a program cannot do is refused before anything is sent', () => {
  const give = (given: Partial<Given>, client: HttpCheckState['client']) => () =>
    planned(given, { client, status: 500 })
  expect(give({}, null)).toThrow(/the host has neither curl nor wget/)
  expect(give({ resolve: '::1' }, 'wget')).toThrow(/resolve takes curl/)
  expect(give({}, 'busybox')).toThrow(/busybox's wget does not tell enough/)
  expect(give({ headers: { A: new Secret('x') } }, 'wget')).toThrow(/would show headers to every user/)
  expect(give({ proxy: new Secret('http://a:b@p:1') }, 'wget')).toThrow(/wget would show proxy to every user/)
  expect(give({ headers: { A: new Secret('x\nurl = file:///etc/shadow') } }, 'curl')).toThrow(/line break/)
})

let asked: IncomingMessage[] = []
let answer: RequestListener
let server: Server
let base: string
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request)
    answer(request, response)
  })
  base = await listening(server)
})
beforeEach(() => {
  asked = []
  answer = (_, response) => response.end('hello, world')
})
afterAll(() => void server.close())

const listening = (it: Server): Promise<string> =>
  new Promise(resolve => {
    it.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(it.address() as AddressInfo).port}`))
  })

/** A host whose only client of the web is GNU's wget. */
function onlyWget(): Far {
  const tools = ['wget', 'sed', 'tail', 'head', 'cat', 'sleep', 'grep', 'timeout', 'sh', 'dash']
  const path = commandsOnly(folder, Object.fromEntries(tools.map(tool => [tool, `/usr/bin/${tool}`])))
  return { sh: ['/usr/bin/dash'], env: { PATH: path } }
}
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-http-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each<[string, () => Far]>([
  ['curl', () => fars.dash],
  ['wget', onlyWget],
])('with %s', (name, far) => {
  test('a right answer is in sync, and a wrong one is told', async () => {
    using host = bench(far())
    expect(await host.converge(httpCheck({ url: base, body: 'hello' }))).toBeUndefined()
    expect(await host.converge(httpCheck({ url: base, body: /^hello, world$/ }))).toBeUndefined()
    answer = (_, response) => response.writeHead(503).end('HTTP/1.1 200 said the body')
    const plan = await httpCheck({ url: base, timeout: 1 }).check(host.probe)
    expect(drifted(plan).diff).toEqual({ kind: 'fields', changes: { status: ['503', '200'] } })
    const { code, stderr } = await host.apply(drifted(plan).cure)
    expect([code, stderr]).toEqual([1, `${base} does not answer as it should after 1 s: its status is 503\n`])
    expect(await host.converge(httpCheck({ url: base, status: 503, body: 'said the body' }))).toBeUndefined()
  })

  test('a redirection is an answer', async () => {
    using host = bench(far())
    answer = (_, response) => response.writeHead(301, { location: '/elsewhere' }).end()
    const check = httpCheck({ url: base, status: 301 }).check(host.probe)
    expect(await check).toEqual(inSync())
    expect(asked).toHaveLength(1)
  })

  test('the right answer is waited for', async () => {
    using host = bench(far())
    answer = (_, response) => {
      response
        .writeHead(asked.length < 3 ? 502 : 200)
        .end(asked.length < 4 ? 'not yet' : 'now $ready "it\'s"')
    }
    const drift = await host.converge(httpCheck({ url: base, body: '$ready "it\'s"' }))
    expect(drift?.diff).toMatchObject({ changes: { status: ['502', '200'] } })
    expect(asked.length).toBeGreaterThanOrEqual(5)
  })

  test('nobody there is told by the words of the program', async () => {
    using host = bench(far())
    const shut = createServer()
    const gone = await listening(shut)
    await new Promise(resolve => shut.close(resolve))
    const plan = await httpCheck({ url: gone, timeout: 1 }).check(host.probe)
    expect(drifted(plan).diff).toMatchObject({
      changes: { status: [expect.stringMatching(/^no answer: .*(refused|to connect)/i), '200'] },
    })
    expect((await host.apply(drifted(plan).cure)).stderr).toMatch(
      /does not answer as it should after 1 s: .*(refused|to connect)/i,
    )
  })

  test('a large body is looked at as far as a mebibyte', async () => {
    using host = bench(far())
    answer = (_, response) => response.end(`first${'x'.repeat(3 * 1024 * 1024)}last`)
    expect(await host.converge(httpCheck({ url: base, body: /^firstx+$/ }))).toBeUndefined()
  })

  test.skipIf(name !== 'curl')('headers reach the server, and no list of processes', async () => {
    using host = bench(far())
    const headers = { Authorization: new Secret('Bearer "poison" \\ %s'), 'X-Plain': 'a b' }
    answer = ({ headers }, response) => response.writeHead(headers.authorization ? 200 : 401).end()
    expect(await host.converge(httpCheck({ url: base, headers }))).toBeUndefined()
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer "poison" \\ %s', 'x-plain': 'a b' })
    expect(host.asked.join('\n')).not.toContain('poison')
    const { cure } = drifted(await httpCheck({ url: base, headers, status: 418 }).check(host.probe))
    expect((cure as readonly Command[]).map(({ script }) => script).join('\n')).not.toContain('poison')
  })

  test('plain headers reach the server', async () => {
    using host = bench(far())
    expect(await host.converge(httpCheck({ url: base, headers: { 'X-Plain': 'a "b" $c' } }))).toBeUndefined()
    expect(asked[0]?.headers['x-plain']).toBe('a "b" $c')
  })

  test('a proxy is asked for the whole address', async () => {
    using host = bench(far())
    const proxy = name === 'curl' ? new Secret(base.replace('//', '//me:poison@')) : base
    await host.converge(httpCheck({ url: 'http://rampart.invalid/x', proxy }))
    expect(asked[0]?.url).toBe('http://rampart.invalid/x')
    if (name === 'curl') expect(asked[0]?.headers['proxy-authorization']).toMatch(/^Basic /)
  })
})

test('resolve goes elsewhere under the same name', async () => {
  using host = bench()
  const elsewhere = base.replace('127.0.0.1', 'rampart.invalid')
  expect(await host.converge(httpCheck({ url: elsewhere, resolve: '127.0.0.1' }))).toBeUndefined()
  expect(asked[0]?.headers.host).toMatch(/^rampart\.invalid:/)
})

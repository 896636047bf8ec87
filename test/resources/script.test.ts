import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { read } from '../../src/model/command.ts'
import { inSync } from '../../src/model/plan.ts'
import { Secret } from '../../src/model/secret.ts'
import { assert, pause, script } from '../../src/resources/index.ts'
import { bench, drifted, fars, isRoot } from '../support/apply.ts'

let room: string
let count = 0
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-script-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))
const place = (): string => mkdtempSync(join(room, `${count++}-`))

describe.each(Object.entries(fars))('over %s', (_, far) => {
  /** Its temporary files are looked for in a folder of its own. */
  const within = (tmp: string) => ({ sh: far.sh, env: { ...far.env, TMPDIR: tmp } })

  test('it is run until it is done, and nothing of it stays', async () => {
    const [tmp, cwd] = [place(), place()]
    using host = bench(within(tmp))
    const wanted = script({
      content: `# what reads its stdin swallows nothing of the script\ncat\nprintf '%s|' "$@" >out; stat -c %a "$0" >>out\n`,
      args: ['a  b', '$(id)', "it's", ''],
      creates: join(cwd, 'out'),
      cwd,
    })
    const drift = await host.converge(wanted)
    expect(drift?.diff).toMatchObject({
      kind: 'fields',
      changes: { script: ['not done', /^cat \([0-9a-f]{6}\) a {2}b .*in \//] },
    })
    expect(readFileSync(join(cwd, 'out'), 'utf8')).toBe("a  b|$(id)|it's||600\n")
    expect(await host.converge(wanted)).toBeUndefined()
    expect(readdirSync(tmp)).toEqual([])
  })

  test('it fails as it failed, and nothing of it stays', async () => {
    const tmp = place()
    using host = bench(within(tmp))
    const { cure } = drifted(await script({ content: 'echo no >&2; exit 7', always: true }).check(host.probe))
    expect(await host.apply(cure)).toMatchObject({ code: 7, stderr: 'no\n' })
    expect(readdirSync(tmp)).toEqual([])
  })
})

test.each([
  ['its first line', '#!/usr/bin/perl -w\nopen F, ">out"; print F "perl $^W @ARGV"', undefined, 'perl 1 x'],
  ['the given interpreter', 'open F, ">out"; print F "perl $^W @ARGV"', ['perl'], 'perl 0 x'],
  ['sh', 'printf "sh $1" >out', undefined, 'sh x'],
])('it is run by %s', async (_, content, interpreter, out) => {
  using host = bench()
  const cwd = place()
  await host.converge(
    script({ content, args: ['x'], creates: join(cwd, 'out'), cwd, ...(interpreter ? { interpreter } : {}) }),
  )
  expect(readFileSync(join(cwd, 'out'), 'utf8')).toBe(out)
})

test('a file of the controller is sent, and named for itself', async () => {
  using host = bench()
  const cwd = place()
  const source = join(place(), 'set up.sh')
  writeFileSync(source, Buffer.concat([Buffer.from('printf done >out\nexit\n'), Buffer.from([0, 255, 10])]))
  const wanted = script({ source, creates: join(cwd, 'out'), cwd })
  expect(wanted.id).toBe(`script set up.sh in ${cwd}`)
  await host.converge(wanted)
  expect(readFileSync(join(cwd, 'out'), 'utf8')).toBe('done')
  writeFileSync(source, Buffer.alloc(1024 * 1024 + 1, 'x'))
  await expect(script({ source, always: true }).check(host.probe)).rejects.toThrow(
    /more than a script may be/,
  )
  await expect(script({ source: '/nowhere.sh', always: true }).check(host.probe)).rejects.toThrow(
    /\/nowhere.sh cannot be read on this machine/,
  )
})

test('what is secret in it is told to nobody', async () => {
  using host = bench()
  const cwd = place()
  const wanted = script({ content: new Secret('echo poison >out'), creates: join(cwd, 'out'), cwd })
  const drift = await host.converge(wanted)
  expect(JSON.stringify([drift, wanted.id, host.asked])).not.toContain('poison')
  expect(readFileSync(join(cwd, 'out'), 'utf8')).toBe('poison\n')
})

test.skipIf(!isRoot)('it is run as another user, whose its file is', async () => {
  using host = bench()
  const path = join('/tmp', `rampart-script-as-${process.pid}`)
  try {
    await host.converge(
      script({
        content: `{ id -un; stat -c %U "$0"; } >${path}`,
        creates: path,
        user: 'daemon',
        cwd: '/tmp',
      }),
    )
    expect(readFileSync(path, 'utf8')).toBe('daemon\ndaemon\n')
    expect(statSync(path).uid).not.toBe(0)
  } finally {
    rmSync(path, { force: true })
  }
})

test.each<[object, RegExp]>([
  [{ content: 'x' }, /nothing tells when it is done/],
  [{ always: true }, /content is missing/],
  [{ content: 'x', source: '/x', always: true }, /give either content or source/],
  [{ content: 'x', always: true, args: ['\0'] }, /without a NUL byte/],
  [{ content: 'x', always: true, interpreter: [] }, /interpreter/],
  [{ content: 'x', creates: 'x' }, /expected an absolute path/],
])('script(%j) is refused', (given, message) => {
  expect(() => script(given as never)).toThrow(message)
})

test('what must be so is so, or its message ends it', async () => {
  using host = bench()
  const check = (that: Parameters<typeof assert>[0]['that'], hint?: string) =>
    assert({ that, message: 'the disk is small', ...(hint ? { hint } : {}) }).check(host.probe)
  expect(await check(true)).toEqual(inSync())
  expect(await check(read`true`)).toEqual(inSync())
  expect(await check(read({ ok: [3] })`exit 3`)).toEqual(inSync())
  await expect(check(false, 'Buy one.')).rejects.toMatchObject({
    message: 'the disk is small',
    hint: 'Buy one.',
  })
  await expect(check(read`exit 3`)).rejects.toThrow('the disk is small (exit 3 exited with 3)')
  await expect(check(read`seq 9 >&2; false`)).rejects.toThrow('the disk is small: 5\n6\n7\n8\n9')
  await expect(check(read({ secret: true })`echo poison; false`)).rejects.toThrow(/^the disk is small$/)
  expect(() => assert({ that: 'true' as never, message: 'x' })).toThrow(/expected true, false or a question/)
})

test('a pause is a change of every run, and a check of it does not wait', async () => {
  using host = bench()
  const wanted = pause({ seconds: 1, message: 'the others have to catch up' })
  expect(wanted.id).toBe('pause the others have to catch up')
  const plan = drifted(await wanted.check(host.probe))
  expect(plan).toMatchObject({ always: true, cure: [{ script: 'sleep 1', timeout: 61 }] })
  expect(await host.apply(plan.cure)).toMatchObject({ code: 0 })
  expect(host.asked).toEqual([])
  expect(() => pause({ seconds: 0, message: 'x' })).toThrow(/seconds/)
})

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { read, run } from '../../src/model/command.ts'
import { inSync } from '../../src/model/plan.ts'
import { Secret } from '../../src/model/secret.ts'
import { command } from '../../src/resources/index.ts'
import { bench, drifted, fars, isRoot } from '../support/apply.ts'

let room: string
let count = 0
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-command-'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))
const place = (): string => mkdtempSync(join(room, `${count++}-`))

describe.each(Object.entries(fars))('over %s', (_, far) => {
  test('it is run until it is done', async () => {
    using host = bench(far)
    const path = join(place(), "it's done")
    const touch = run`touch ${path}`
    for (const done of [
      { creates: path },
      { unless: read`test -e ${path}` },
      { onlyIf: read`test ! -e ${path}` },
    ]) {
      rmSync(path, { force: true })
      const drift = await host.converge(command({ run: touch, ...done }))
      expect(drift?.diff).toMatchObject({ kind: 'fields', changes: { command: ['not done', /^touch /] } })
      expect(await host.converge(command({ run: touch, ...done }))).toBeUndefined()
    }
    await host.converge(command({ run: ['rm', '--', path], removes: path }))
    expect(await host.converge(command({ run: ['rm', '--', path], removes: path }))).toBeUndefined()
  })

  test('it runs in its folder, with its environment and stdin', async () => {
    using host = bench(far)
    const cwd = join(place(), "a 'folder'")
    mkdirSync(cwd)
    const wanted = command({
      run: run`cat >out && pwd >>out && printf '%s' "$ODD" >>out`,
      unless: read`[ -e out ] && [ "$ODD" != x ]`,
      cwd,
      env: { ODD: "$(touch x) 'y'\n" },
      stdin: new Secret('poison\n'),
    })
    const drift = await host.converge(wanted)
    expect(JSON.stringify(drift)).not.toContain('poison')
    expect(readFileSync(join(cwd, 'out'), 'utf8')).toBe(`poison\n${cwd}\n$(touch x) 'y'\n`)
  })

  test('a list of words is a program with its arguments, and no part of the shell’s language', async () => {
    using host = bench(far)
    const path = join(place(), 'out')
    const script = ['sh', '-c', 'printf "%s|" "$@" >$0', path, 'a  b', '$(id)', '', '*', 'A=b']
    await host.converge(command({ run: script, creates: path }))
    expect(readFileSync(path, 'utf8')).toBe('a  b|$(id)||*|A=b|')
    const { cure } = drifted(await command({ run: ['A=b', 'true'], always: true }).check(host.probe))
    expect((await host.apply(cure)).code).toBe(127)
  })

  test('it fails with its own code, or passes with one that is fine', async () => {
    using host = bench(far)
    const failing = drifted(await command({ run: run`exit 7`, always: true }).check(host.probe))
    expect((await host.apply(failing.cure)).code).toBe(7)
    await host.converge(command({ run: run`exit 7`, always: true, ok: [0, 7] }))
  })
})

test.skipIf(!isRoot)('it acts as another user, and asks as that user', async () => {
  using host = bench()
  const path = place()
  const wanted = command({
    run: run`id -un >${join('/tmp', 'rampart-command-as')}`,
    unless: read`[ "$(cat /tmp/rampart-command-as 2>/dev/null)" = daemon ] && [ "$(id -un)" = daemon ]`,
    user: 'daemon',
    cwd: '/tmp',
  })
  try {
    await host.converge(wanted)
    expect(readFileSync('/tmp/rampart-command-as', 'utf8')).toBe('daemon\n')
  } finally {
    rmSync('/tmp/rampart-command-as', { force: true })
  }
  using other = bench({ sh: ['setpriv', '--reuid=65534', '--clear-groups', 'dash'], env: process.env })
  const { cure } = drifted(await command({ run: run`true`, always: true, user: 'root' }).check(other.probe))
  expect(await other.apply(cure)).toMatchObject({ code: 126, stderr: 'only root may act as another user\n' })
  expect(path).toContain(room)
})

test('always is a change of every run, unless there is nothing to do', async () => {
  using host = bench()
  const path = join(place(), 'x')
  const drift = drifted(await command({ run: run`date`, always: true }).check(host.probe))
  expect(drift.always).toBe(true)
  expect(await command({ run: run`date`, always: true, removes: path }).check(host.probe)).toEqual(inSync())
})

test('what cannot be asked is an error for onlyIf, and a no for unless', async () => {
  using host = bench()
  const question = read`rampart-no-such-program`
  await expect(command({ run: run`true`, onlyIf: question }).check(host.probe)).rejects.toThrow(
    /the question of onlyIf could not be asked: .*rampart-no-such-program/,
  )
  expect((await command({ run: run`true`, unless: question }).check(host.probe)).status).toBe('drift')
})

test('an exit code that a question calls fine is a yes', async () => {
  using host = bench()
  const unless = read({ ok: [3] })`exit 3`
  expect(await command({ run: run`true`, unless }).check(host.probe)).toEqual(inSync())
})

test('a folder that is missing says so, whatever the question would say', async () => {
  using host = bench()
  const wanted = command({ run: run`true`, onlyIf: read`true`, cwd: '/nowhere' })
  await expect(wanted.check(host.probe)).rejects.toThrow(/its folder \/nowhere does not exist/)
})

test('options of the command and of the resource come together', async () => {
  using host = bench()
  const wanted = command({
    run: run({ unit: true, secret: true })`true`,
    always: true,
    timeout: 5,
    ok: [0, 1],
  })
  expect(drifted(await wanted.check(host.probe)).cure).toMatchObject([
    { script: 'true', unit: true, secret: true, timeout: 5, ok: [0, 1] },
  ])
})

test.each([
  ['no end', { run: run`make` }, /nothing tells when it is done/],
  ['a question that writes', { run: run`x`, unless: run`touch x` }, /expected a question/],
  ['no words', { run: [], always: true }, /expected a command/],
  [
    'a stdin too many',
    { run: run({ stdin: 'a' })`cat`, stdin: 'b', always: true },
    /the command has its own/,
  ],
  [
    'a name that is no variable',
    { run: run`x`, always: true, env: { 'A B': '' } },
    /expected names of letters/,
  ],
  ['a NUL', { run: ['a\0b'], always: true }, /without a NUL byte/],
])('%s is refused', (_, given, message) => {
  expect(() => command(given as Parameters<typeof command>[0])).toThrow(message)
})

test('its name is the command on one line, and tells long ones apart', () => {
  const id = (given: Partial<Parameters<typeof command>[0]>) =>
    command({ run: run`x`, always: true, ...given }).id
  expect(id({ run: 'make\n  install', cwd: '/src', user: 'build' })).toBe(
    'command make install in /src as build',
  )
  expect(id({ name: 'the build' })).toBe('command the build')
  const long = 'x'.repeat(200)
  expect(id({ run: `${long}1` })).not.toBe(id({ run: `${long}2` }))
  expect(id({ run: long }).length).toBeLessThan(110)
})

test('a script is taken as it stands', async () => {
  using host = bench()
  const path = join(place(), 'x')
  writeFileSync(path, '')
  await host.converge(command({ run: `printf '%s' "a\\b" > ${path}; rm -f ${path}`, removes: path }))
})

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { wayBackInputs } from '../../src/guard/way-back.ts'
import { run } from '../../src/model/command.ts'
import type { Touch } from '../../src/model/guard.ts'
import type { Step } from '../../src/model/plan.ts'
import type { PrivateSystem } from '../support/private-system.ts'
import { privateSystem } from '../support/private-system.ts'
import { SHELLS, wayBackOf } from '../support/way-back/program.ts'

let folder: string
let system: PrivateSystem
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-steps-'))
  system = await privateSystem({ empty: ['/run/systemd'] }) // whatever this machine has
})
afterAll(() => {
  system[Symbol.dispose]()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  rmSync(folder, { recursive: true })
  folder = mkdtempSync(join(tmpdir(), 'rampart-steps-'))
})

/** The program for these steps, and beside it what they read, as arming puts it there. */
function wayBackBy(
  undo: readonly Step[],
  sh: readonly [string, ...string[]],
  touches: readonly Touch[] = [],
) {
  const way = wayBackOf({ touches, undo }, sh, [])
  for (const { path, content } of wayBackInputs({ txid: 'x', undo })) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    writeFileSync(join(way.folder, name), content as string | Uint8Array)
  }
  return way
}

test.each(SHELLS)('steps of its own run in order, with what they read, over %s', async (_, sh) => {
  const odd = `it's "$(id)"\n`
  const path = join(folder, `-a file's $name`)
  using way = wayBackBy(
    [
      run({ stdin: odd })`cat >>${join(folder, 'read')}`,
      run({ ok: [0, 3] })`exit 3`,
      run`cat && echo ${odd} >>${join(folder, 'read')}`,
      { path, content: new Uint8Array([0, 1, 255]), mode: '0640', owner: 'daemon', group: 'adm' },
    ],
    sh,
  )
  expect(await way.run('save')).toEqual({ code: 0, said: '' })
  expect(existsSync(path)).toBe(false)
  expect(await way.run('undo')).toEqual({ code: 0, said: '' })
  expect(readFileSync(join(folder, 'read'), 'utf8')).toBe(`${odd}${odd}\n`)
  expect([...readFileSync(path)]).toEqual([0, 1, 255])
  expect(statSync(path).mode & 0o7777).toBe(0o640)
  expect(statSync(path).uid).toBe(1)
})

test('one that fails is told; what comes after it runs all the same, and so do the touches', async () => {
  const touched = join(folder, 'touched')
  using way = wayBackBy(
    [
      run`exit 4`,
      run`touch ${join(folder, 'second')}`,
      { path: join(folder, 'no/such/folder'), content: '', mode: '0600' },
    ],
    ['dash'],
    [`file:/${touched.slice(1)}`],
  )
  await way.run('save')
  writeFileSync(touched, 'x')
  const { code, said } = await way.run('undo')
  expect({ code, said: said.split('\n').filter(line => line.startsWith('undo step')) }).toEqual({
    code: 1,
    said: ['undo step 1', 'undo step 3'],
  })
  expect([existsSync(join(folder, 'second')), existsSync(touched)]).toEqual([true, false])
})

test.each(SHELLS)('where there is no systemd a unit is nothing, over %s', async (_, sh) => {
  using way = wayBackOf({ touches: ['unit:ssh.service'], undo: undefined }, system.far(sh).sh)
  expect(await way.run('save')).toEqual({ code: 0, said: '' })
  expect(await way.run('undo')).toEqual({ code: 0, said: '' })
  expect(existsSync(join(way.folder, 'untouched'))).toBe(true)
})

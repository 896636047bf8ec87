import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Touch } from '../../src/model/guard.ts'
import { oddName } from '../support/odd-names.ts'
import { leadsBack, leadsBackThrough } from '../support/way-back/leads-back.ts'
import { SHELLS, wayBackOf } from '../support/way-back/program.ts'

/** What can be at a path. */
type Thing =
  | { readonly is: 'absent' }
  | { readonly is: 'file'; readonly content: Uint8Array; readonly mode: number; readonly owner: number }
  | { readonly is: 'link'; readonly to: string }
  | { readonly is: 'directory'; readonly mode: number; readonly owner: number }

const mode = fc.constantFrom(0o600, 0o644, 0o755, 0o4755, 0o1777, 0o000)
const owner = fc.constantFrom(0, 1, 65534)
const thing: fc.Arbitrary<Thing> = fc.oneof(
  fc.constant<Thing>({ is: 'absent' }),
  fc.record({ is: fc.constant('file' as const), content: fc.uint8Array({ maxLength: 40 }), mode, owner }),
  // To a file and a folder that are not ours, to nothing, and to itself.
  fc.record({
    is: fc.constant('link' as const),
    to: fc.constantFrom('../foreign/file', '../foreign', 'nowhere', '-rf'),
  }),
  fc.record({ is: fc.constant('directory' as const), mode, owner }),
)

const named = fc.record({ name: oddName().filter(name => !name.includes('\n')), before: thing, after: thing })
const cases = fc.uniqueArray(named, { minLength: 1, maxLength: 5, selector: ({ name }) => name })
type Case = { readonly name: string; readonly before: Thing; readonly after: Thing }

const touchOf = (path: string): Touch => `file:/${path.slice(1)}`
const touchesOf = (folder: string, all: readonly Case[]): readonly Touch[] =>
  all.map(({ name }) => touchOf(`${folder}/ours/${name}`))

test.each(SHELLS)('files, links and folders are as they were, over %s', async (_, sh) => {
  await fc.assert(
    fc.asyncProperty(cases, async all => {
      using world = new World()
      using way = wayBackOf({ touches: touchesOf(world.folder, all), undo: undefined }, sh)
      for (const { name, before } of all) world.put(name, before)
      await leadsBack(
        way,
        () => world.look(),
        () => {
          for (const { name, after } of all) world.put(name, after)
        },
      )
    }),
    { numRuns: 15, endOnFailure: true },
  )
})

test.each(SHELLS)('cut anywhere and begun again it comes to the same end, over %s', async (_, sh) => {
  await fc.assert(
    fc.asyncProperty(
      cases,
      fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 3 }),
      async (all, cuts) => {
        using world = new World()
        using way = wayBackOf({ touches: touchesOf(world.folder, all), undo: undefined }, sh)
        for (const { name, before } of all) world.put(name, before)
        await leadsBackThrough(
          cuts,
          way,
          () => world.look(),
          () => {
            for (const { name, after } of all) world.put(name, after)
          },
        )
      },
    ),
    { numRuns: 12, endOnFailure: true },
  )
})

test('what cannot be kept is refused before anything is changed', async () => {
  using way = wayBackOf({ touches: ['file:/dev/null'], undo: undefined }, ['dash'])
  expect(await way.run('save')).toEqual({
    code: 1,
    said: '/dev/null is neither a file nor a directory\nsave: file /dev/null\n',
  })
})

test('what was put into a new folder keeps it: the undo says so, and does not remove what is not ours', async () => {
  using world = new World()
  using way = wayBackOf({ touches: [touchOf(`${world.folder}/ours/new`)], undo: undefined }, ['dash'])
  await way.run('save')
  world.put('new', { is: 'directory', mode: 0o755, owner: 0 })
  writeFileSync(join(world.folder, 'ours/new/somebody'), 'x')
  const { code, said } = await way.run('undo')
  expect(code).toBe(1)
  expect(said).toContain(`undo: file ${world.folder}/ours/new\n`)
  rmSync(join(world.folder, 'ours/new/somebody'))
  expect(await way.run('undo')).toEqual({ code: 0, said: '' })
})

/** A folder of ours, and one of somebody else that nothing may touch. */
class World implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'rampart-guarded-'))

  constructor() {
    for (const name of ['ours', 'foreign']) mkdirSync(join(this.folder, name))
    for (const name of ['foreign/file', 'ours/neighbour']) writeFileSync(join(this.folder, name), name)
    utimesSync(join(this.folder, 'foreign/file'), 1, 1)
  }

  put(name: string, thing: Thing): void {
    const path = join(this.folder, 'ours', name)
    rmSync(path, { recursive: true, force: true })
    if (thing.is === 'absent') return
    if (thing.is === 'link') symlinkSync(thing.to, path)
    if (thing.is === 'link') return
    if (thing.is === 'file') writeFileSync(path, thing.content)
    else mkdirSync(path)
    chownSync(path, thing.owner, thing.owner)
    chmodSync(path, thing.mode)
    if (thing.is === 'file') utimesSync(path, 1000, 1000)
  }

  /** Everything, with its kind, mode, owner, content and, of files, time. */
  look(): readonly string[] {
    const look = (path: string): readonly string[] => {
      const at = join(this.folder, path)
      const { mode, uid, gid, mtimeMs } = lstatSync(at)
      const own = `${JSON.stringify(path)} ${mode.toString(8)} ${uid}:${gid}`
      if ((mode & 0o170000) === 0o120000) return [`${own} -> ${readlinkSync(at)}`]
      if ((mode & 0o170000) === 0o100000) return [`${own} ${mtimeMs} ${readFileSync(at).toString('hex')}`]
      return [
        own,
        ...readdirSync(at)
          .sort()
          .flatMap(name => look(join(path, name))),
      ]
    }
    return look('.')
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true })
  }
}

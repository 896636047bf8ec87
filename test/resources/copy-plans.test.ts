import { describe, expect, test } from 'vitest'
import type { Plan } from '../../src/model/plan.ts'
import { archive, download, tree } from '../../src/resources/index.ts'
import { digest } from '../../src/resources/parts/source.ts'
import type { FileStat } from '../../src/resources/queries/stat.ts'
import { drifted } from '../support/apply.ts'

// What each does on a host is in the tests of its own name; here is what it plans of what it sees.

const stat = (of: Partial<FileStat> = {}): FileStat => ({
  ...{ type: 'file', mode: '0644', size: 3, uid: 0, gid: 0, owner: 'root', group: 'root', ...of },
})
const folder = stat({ type: 'directory', mode: '0755', size: 4096 })
const mounted = { on: false, below: false }
const look = (at: FileStat | null) => ({ stat: at, folder, mounted })
const [one, two] = [digest('one'), digest('two')]
const sum = ({ sha256 }: typeof one): string => sha256.slice(0, 12)

/** The changes that it tells, and what its steps begin with; uploads as `put PATH MODE`. */
function shown(plan: Plan): unknown {
  if (plan.status === 'in-sync') return 'in sync'
  const steps = plan.cure.map(step =>
    'script' in step ? step.script.split(/[\n;]/)[0] : `put ${step.path} ${step.mode}`,
  )
  return { changes: plan.diff.changes, steps }
}
const changesOf = (plan: Plan) => drifted(plan).diff.changes

describe('tree', () => {
  type State = Parameters<typeof tree.type.plan>[1]
  type Entry = State['entries'][number]
  const nothing = { digest: undefined, stat: null, sha256: null, target: null, mounted }
  const file = (of: Partial<Entry> = {}): Entry => ({
    ...{
      ...nothing,
      wanted: { path: 'f', type: 'file', source: '/src/f', isExecutable: false },
      digest: one,
    },
    ...{ stat: stat(), sha256: one.sha256, ...of },
  })
  const link = (of: Partial<Entry> = {}): Entry => ({
    ...{ ...nothing, wanted: { path: 'l', type: 'symbolic link', target: 'f' } },
    ...{ stat: stat({ type: 'symbolic link', mode: '0777' }), target: 'f', ...of },
  })
  const inside = (of: Partial<Entry> = {}): Entry => ({
    ...{ ...nothing, wanted: { path: 'd', type: 'directory' }, stat: folder, ...of },
  })
  const planned = (entries: readonly Entry[], given: object = {}, of: Partial<State> = {}): Plan =>
    tree.type.plan(tree({ path: '/t', source: '/src', ...given }).spec as never, {
      ...{ look: look(folder), entries, listing: undefined, ...of },
    })

  test.each<[string, Plan, unknown]>([
    ['as it should be', planned([inside(), file(), link()]), 'in sync'],
    [
      'not there',
      planned([inside({ stat: null })], {}, { look: look(null) }),
      {
        changes: { '.': ['absent', 'directory'], d: ['absent', 'directory'] },
        steps: ['( umask 077', 'chmod -- 00755 /t /t/d'],
      },
    ],
    [
      'with another file',
      planned([file({ sha256: two.sha256 })]),
      {
        changes: { f: [`3 bytes, sha256 ${sum(two)}`, `3 bytes, sha256 ${sum(one)}`] },
        steps: ['put /t/f 0644'],
      },
    ],
    [
      'with a file of another mode',
      planned([file()], { fileMode: '0600' }),
      { changes: { f: ['mode 0644', 'mode 0600'] }, steps: ['chmod -- 00600 /t/f'] },
    ],
    [
      'with another link',
      planned([link({ target: 'g' })]),
      { changes: { l: ['link to g', 'link to f'] }, steps: ['rm -f -- /t/l', 'ln -s -f -T -- f /t/l'] },
    ],
    [
      'with a link where a directory is to be',
      planned([inside({ stat: stat({ type: 'symbolic link' }) })], { force: true }),
      {
        changes: { d: ['symbolic link', 'directory'] },
        steps: ['rm -f -- /t/d', '( umask 077', 'chmod -- 00755 /t/d'],
      },
    ],
    ['with more than it should, which is left', planned([file()], {}, { listing: undefined }), 'in sync'],
  ])('%s', (_, plan, wanted) => {
    expect(shown(plan)).toEqual(wanted)
  })

  test('with more than it should, which is to go, but for what is excluded', () => {
    const listing = { directories: ['old'], others: ['f', 'x', 'old/y', 'keep.bak'] }
    const plan = drifted(planned([file()], { delete: true, exclude: ['*.bak'] }, { listing }))
    expect(Object.keys(plan.diff.changes ?? {}).sort()).toEqual(['old', 'old/y', 'x'])
    expect(JSON.stringify(plan.cure)).not.toContain('keep.bak')
  })

  test.each<[string, () => Plan, RegExp]>([
    ['another type', () => planned([inside({ stat: stat() })]), /\/t\/d is a file, not a directory/],
    ['a file in its place', () => planned([], {}, { look: look(stat()) }), /\/t is a file, not a directory/],
    ['a file that may not be read', () => planned([file({ sha256: null })]), /\/t\/f may not be read/],
    [
      'a file system on a file',
      () => planned([file({ sha256: two.sha256, mounted: { on: true, below: false } })]),
      /mounted/,
    ],
  ])('%s is refused', (_, plan, message) => {
    expect(plan).toThrow(message)
  })
})

describe('download', () => {
  type State = Parameters<typeof download.type.plan>[1]
  const url = 'https://example.com/tool'
  const wanted = `${url}, sha256 ${sum(one)}`
  const planned = (of: Partial<State>, given: object = {}): Plan =>
    download.type.plan(download({ path: '/t', url, sha256: one.sha256, ...given } as never).spec as never, {
      ...{ look: look(stat()), sha256: one.sha256, client: undefined, ...of },
    })

  test.each<[string, Plan, object | undefined]>([
    ['as it should be', planned({}), undefined],
    ['of another mode alone', planned({}, { mode: '0755' }), { mode: ['0644', '0755'] }],
    [
      'not there',
      planned({ look: look(null), sha256: null, client: 'curl' }),
      { content: ['absent', wanted] },
    ],
    [
      'another',
      planned({ sha256: two.sha256, client: 'wget' }),
      { content: [`3 bytes, sha256 ${sum(two)}`, wanted] },
    ],
    [
      'unchecked and not there',
      planned({ look: look(null), sha256: null, client: 'busybox' }, { sha256: undefined, unsafe: true }),
      { content: ['absent', `${url}, unchecked`] },
    ],
    ['unchecked and there', planned({ sha256: null }, { sha256: undefined, unsafe: true }), undefined],
    [
      'in the place of a link',
      planned({ look: look(stat({ type: 'symbolic link' })), sha256: null, client: 'curl' }, { force: true }),
      { content: ['symbolic link', wanted] },
    ],
  ])('%s', (_, plan, changes) => {
    if (changes === undefined) expect(plan).toEqual({ status: 'in-sync' })
    else expect(changesOf(plan)).toEqual(changes)
  })

  test.each<[string, () => Plan, RegExp]>([
    ['a directory', () => planned({ look: look(folder), sha256: null, client: 'curl' }), /is a directory/],
    [
      'no folder',
      () => planned({ look: { ...look(null), folder: null }, sha256: null, client: 'curl' }),
      /does not exist/,
    ],
    [
      'no program to fetch with',
      () => planned({ look: look(null), sha256: null, client: null }),
      /neither curl nor wget/,
    ],
    ['a file that may not be read', () => planned({ sha256: null, client: 'curl' }), /may not be read/],
  ])('%s is refused', (_, plan, message) => {
    expect(plan).toThrow(message)
  })
})

describe('archive', () => {
  type State = Parameters<typeof archive.type.plan>[1]
  const note = (of: typeof one, strip = 0) => Buffer.from(`${of.sha256} ${strip}\n`)
  const planned = (of: Partial<State>, given: object = {}): Plan =>
    archive.type.plan(archive({ path: '/a.tar.gz', dest: '/d', ...given }).spec as never, {
      ...{ dest: folder, sha256: one.sha256, note: note(one), created: undefined, ...of },
    })

  test.each<[string, Plan, object | undefined]>([
    ['unpacked', planned({}), undefined],
    ['never unpacked', planned({ note: null }), { unpacked: ['nothing', `sha256 ${sum(one)}`] }],
    [
      'another than was unpacked',
      planned({ note: note(two) }),
      { unpacked: [`sha256 ${sum(two)}`, `sha256 ${sum(one)}`] },
    ],
    [
      'stripped otherwise',
      planned({}, { strip: 2 }),
      { unpacked: [`sha256 ${sum(one)}`, `sha256 ${sum(one)}, stripped by 2`] },
    ],
    [
      'whose thing is there',
      planned({ sha256: undefined, note: null, created: stat() }, { creates: '/d/x' }),
      undefined,
    ],
    [
      'whose thing is not there',
      planned({ created: null }, { creates: '/d/x' }),
      { unpacked: [`sha256 ${sum(one)}`, `sha256 ${sum(one)}`] },
    ],
  ])('%s', (_, plan, changes) => {
    if (changes === undefined) expect(plan).toEqual({ status: 'in-sync' })
    else expect(changesOf(plan)).toEqual(changes)
  })

  test.each<[string, () => Plan, RegExp]>([
    ['no folder', () => planned({ dest: null }), /\/d does not exist/],
    ['a file for its folder', () => planned({ dest: stat() }), /\/d is a file, not a directory/],
    ['no archive', () => planned({ sha256: null }), /is no file of the host/],
    ['a folder that hides', () => planned({ dest: 'hidden' }), /may not look into/],
  ])('%s is refused', (_, plan, message) => {
    expect(plan).toThrow(message)
  })
})

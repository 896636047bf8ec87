import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { readInventory } from '../../src/inventory/read-inventory.ts'
import { showError } from '../../src/model/error.ts'
import { inventory } from '../../src/model/inventory.ts'
import { Secret } from '../../src/model/secret.ts'
import type { Files } from './inventory-of.ts'
import { folderWith, inventoryOf, known, mistakeOf } from './inventory-of.ts'

const noModule = () => Promise.reject(new Error('no module was expected'))
const A = 'all: { hosts: { a: } }'

/** Reads it in a folder with these files, and answers its source without the folder, and its hosts. */
async function read(files: Files, source: string | undefined): Promise<string> {
  const cwd = folderWith(files)
  try {
    const fleet = await readInventory({ source, extraVars: [], cwd, importModule: noModule })
    return `${fleet.source.replace(cwd, '.')}: ${fleet.groups.get('all')?.join(' ')}`
  } catch (error) {
    return showError(error).replaceAll(cwd, '.').split('\n')[0] ?? ''
  }
}

test.each<[string, Files, string | undefined, string]>([
  ['the folder inventory/', { 'inventory/hosts.yaml': A }, undefined, './inventory: a'],
  ['.yml', { 'inventory/hosts.yml': A }, undefined, './inventory: a'],
  ['.json', { 'inventory/hosts.json': '{ "all": { "hosts": { "a": {} } } }' }, undefined, './inventory: a'],
  ['a file', { 'prod.yaml': A }, 'prod.yaml', './prod.yaml: a'],
  ['a file without an extension', { prod: A }, 'prod', './prod: a'],
  ['another folder', { 'prod/hosts.yaml': A }, 'prod', './prod: a'],
  [
    'all files of a folder',
    { 'p/2.yaml': 'all: { hosts: { b: } }', 'p/1.yml': A, 'p/.x.yaml': '}' },
    'p',
    './p: a b',
  ],
  [
    'no notes',
    { 'p/hosts.yaml': A, 'p/README.md': '}', 'p/known_hosts': '}', 'p/aws.ts': '}' },
    'p',
    './p: a',
  ],
  ['names', {}, 'a,b,', 'a,b,: a b'],
  ['one name', {}, 'a,', 'a,: a'],
  ['names with ports and ranges', {}, 'a:22, n[1:2],', 'a:22, n[1:2],: a n1 n2'],
  ['a name of nobody', {}, ',', '-i: the inventory has no hosts'],
  ['a user in a name', {}, 'jo@a,', '-i: "jo@a" cannot be the name of a host'],
  ['nothing', {}, undefined, 'there is no inventory: no -i, no RAMPART_INVENTORY and no folder inventory/'],
  ['no such file', {}, 'prod.yaml', 'there is no inventory prod.yaml'],
  ['a folder without', { 'prod/x.txt': '' }, 'prod', 'the folder prod has no inventory in it'],
])('%s', async (_, files, source, expected) => {
  expect(await read(files, source)).toBe(expected)
})

test('a name that is no file has its cure', async () => {
  const cwd = folderWith({})
  const error = await readInventory({
    source: 'web1',
    extraVars: [],
    cwd,
    importModule: noModule,
  }).catch(showError)
  expect(error).toBe(
    "there is no inventory web1\n  It is a file or a folder; for a host of that name add a comma: -i 'web1,'",
  )
})

test('$RAMPART_INVENTORY comes after -i and before inventory/', async () => {
  const files = {
    'one.yaml': A,
    'two.yaml': 'all: { hosts: { b: } }',
    'inventory/hosts.yaml': 'all: { hosts: { c: } }',
  }
  vi.stubEnv('RAMPART_INVENTORY', 'one.yaml')
  try {
    expect(await read(files, undefined)).toBe('./one.yaml: a')
    expect(await read(files, 'two.yaml')).toBe('./two.yaml: b')
    vi.stubEnv('RAMPART_INVENTORY', '')
    expect(await read(files, undefined)).toBe('./inventory: c')
    vi.stubEnv('RAMPART_INVENTORY', 'gone.yaml')
    expect(await read(files, undefined)).toBe(
      'there is no inventory gone.yaml, which RAMPART_INVENTORY names',
    )
  } finally {
    vi.unstubAllEnvs()
  }
})

describe('a .ts inventory', () => {
  const compute = (exported: unknown, files: Files = {}) =>
    inventoryOf({ 'hosts.ts': '', ...files }, { importModule: async () => ({ default: exported }) })
  const mistake = (exported: unknown) => compute(exported).then(() => 'no mistake', showError)

  test('computes hosts, and has group_vars beside it', async () => {
    const hosts = Object.fromEntries(
      [1, 2].map(n => [`n${n}`, { address: `10.0.0.${n}`, x: undefined, y: '{{ kept }}' }]),
    )
    const shape = { all: { children: { web: { hosts, vars: { token: new Secret('s') } } } } }
    const fleet = await compute(
      inventory(() => Promise.resolve(shape)),
      { 'group_vars/web.yaml': 'z: 1' },
    )
    const { vars, address } = known(fleet, 'n2')
    expect([address, vars.string('y'), vars.number('z'), vars.secret('token').reveal()]).toEqual([
      '10.0.0.2',
      '{{ kept }}',
      1,
      's',
    ])
  })

  test('has places without lines', async () => {
    expect(await mistake(inventory({ all: { hosts: { a: { port: 0 } } } }))).toBe(
      'inventory/hosts.ts: port of a is 0, not a port number\n  A port is a whole number from 1 to 65535.',
    )
    expect(await mistake(inventory({ all: { hosts: { a: { adress: 'x' } } } }))).toBe(
      'inventory/hosts.ts: "adress" would be a variable that nobody reads\n  Did you mean "address"?',
    )
  })

  const holds = '\n  An inventory holds texts, numbers, booleans, secrets, lists and plain objects.'
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  test.each([
    ['a date', { at: new Date() }, `all.hosts.a.at is a Date${holds}`],
    ['a function', { at: [() => 1] }, `all.hosts.a.at.0 is function${holds}`],
    ['not a number', { at: Number.NaN }, `all.hosts.a.at is NaN${holds}`],
    ['a circle', { at: circle }, `all.hosts.a.at.self is a thing that lies in itself${holds}`],
  ])('cannot hold %s', async (_, a, expected) => {
    expect(await mistake(inventory({ all: { hosts: { a } } }))).toBe(`inventory/hosts.ts: ${expected}`)
  })

  test('must export an inventory, and not fail', async () => {
    expect(await mistake({ all: {} })).toBe(
      'inventory/hosts.ts: its default export is not an inventory\n  Write `export default inventory({ all: { hosts: … } })`.',
    )
    const failing = inventory(() => {
      throw new Error('no token for the cloud')
    })
    expect(await mistake(failing)).toMatch(
      /^test\/inventory\/source\.test\.ts:\d+:\d+: the inventory failed: no token for the cloud$/,
    )
  })
})

describe('group_vars/ and host_vars/', () => {
  test('are files or folders of files, named with or without an extension', async () => {
    const fleet = await inventoryOf({
      'hosts.yaml': 'web.eu: { hosts: { a.lan: } }',
      'group_vars/web.eu.yaml': 'v: 1',
      'group_vars/web.eu/nested/deep.yml': 'w: 2',
      'group_vars/web.eu/notes.txt': '}',
      'group_vars/all': 'x: 3',
      'host_vars/a.lan': 'y: 4',
      'host_vars/a.lan.yml~': '}',
      'group_vars/.hidden': '}',
      'group_vars/empty.md': '}',
    })
    const { vars } = known(fleet, 'a.lan')
    expect(['v', 'w', 'x', 'y'].map(name => vars.number(name))).toEqual([1, 2, 3, 4])
  })

  test('for nobody are a mistake, unless another inventory lies beside', async () => {
    const files = { 'hosts.yaml': 'web: { hosts: { web1: } }', 'group_vars/wbe.yaml': 'x: 1' }
    expect(await mistakeOf(files)).toBe(
      'inventory/group_vars/wbe.yaml: there is no group wbe in the inventory\n  Did you mean "web"?',
    )
    const { 'hosts.yaml': text } = files
    expect(await mistakeOf({ 'hosts.yaml': text, 'host_vars/web2.yml': 'x: 1' })).toBe(
      'inventory/host_vars/web2.yml: there is no host web2 in the inventory\n  Did you mean "web1"?',
    )
    const two = {
      'prod.yaml': text,
      'staging.yaml': 'stage: { hosts: { s: } }',
      'group_vars/stage.yaml': 'x: 1',
    }
    expect(await mistakeOf(two, { source: 'inventory/prod.yaml' })).toBe('no mistake')
  })

  test('say how hosts are reached, too', async () => {
    const fleet = await inventoryOf({
      'hosts.yaml': A,
      'group_vars/all.yaml': 'user: jo',
      'host_vars/a.yaml': 'ansible_port: 99',
    })
    expect(known(fleet, 'a').route).toMatchObject({ user: 'jo', port: 99 })
  })

  test('that cannot be read are said so', async () => {
    expect(await mistakeOf({ 'hosts.yaml': A, host_vars: 'x' })).toBe(
      'inventory/host_vars: the folder cannot be read: it is no folder (ENOTDIR)',
    )
  })

  test('a mistake in one has its place', async () => {
    expect(await mistakeOf({ 'hosts.yaml': A, 'host_vars/a.yaml': 'x: 1\nport: 0\n' })).toBe(
      'inventory/host_vars/a.yaml:2:7: port of a is 0, not a port number\n  A port is a whole number from 1 to 65535.',
    )
  })
})

test('ten thousand hosts with files beside are read whole', async () => {
  const cwd = folderWith({ 'inventory/hosts.yaml': 'all: { hosts: { "n[00001:10000]": {} } }' })
  mkdirSync(join(cwd, 'inventory/host_vars'))
  for (let n = 1; n <= 10_000; n += 100) {
    writeFileSync(join(cwd, `inventory/host_vars/n${String(n).padStart(5, '0')}.yaml`), `x: ${n}\n`)
  }
  const fleet = await readInventory({
    source: undefined,
    extraVars: [],
    cwd,
    importModule: noModule,
  })
  expect(fleet.groups.get('all')).toHaveLength(10_000)
  expect(known(fleet, 'n09901').vars.number('x')).toBe(9901)
})

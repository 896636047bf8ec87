import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import * as hooks from '../../src/project/loader-hooks.ts'

const dir = mkdtempSync(join(tmpdir(), 'rampart-hooks-'))
afterAll(() => rmSync(dir, { recursive: true }))

hooks.initialize({
  api: { rampart: ['task', 'z'] },
  stripper: createRequire(import.meta.url).resolve('@swc/wasm-typescript'),
  cache: join(dir, 'cache'),
})

function fileWith(name: string, text: string): string {
  writeFileSync(join(dir, name), text)
  return pathToFileURL(join(dir, name)).href
}

const found = { url: 'file:///x.js' }
const loaded = { format: 'module', source: 'as Node has it' }
const refuse = (): never => {
  throw Object.assign(new Error('no'), { code: 'ERR_MODULE_NOT_FOUND' })
}

/** The mistake of what was thrown or rejected. */
async function mistakeOf(ask: () => unknown): Promise<unknown> {
  try {
    await ask()
  } catch (error) {
    return (error as { readonly mistake: unknown }).mistake
  }
  throw new Error('nothing was thrown')
}

describe('a specifier', () => {
  test('of ours is the module that stands for it', () => {
    expect(hooks.resolve('rampart', {}, refuse)).toEqual({ url: 'rampart:rampart', shortCircuit: true })
  })

  test.each(['./role.ts', 'zod', 'rampart/other', 'toString'])('%s is for Node to find', async specifier => {
    expect(hooks.resolve(specifier, {}, () => found)).toBe(found)
    expect(await hooks.resolve(specifier, {}, async () => found)).toBe(found)
  })

  test('that Node does not find is told as data, whether Node answers at once or later', async () => {
    const mistake = {
      kind: 'unresolved',
      specifier: './x.ts',
      from: 'file:///a.ts',
      code: 'ERR_MODULE_NOT_FOUND',
    }
    const context = { parentURL: 'file:///a.ts' }
    expect(await mistakeOf(() => hooks.resolve('./x.ts', context, refuse))).toEqual(mistake)
    expect(await mistakeOf(() => hooks.resolve('./x.ts', context, async () => refuse()))).toEqual(mistake)
    expect(await mistakeOf(() => hooks.resolve('./x.ts', {}, refuse))).toEqual({ ...mistake, from: '' })
  })
})

describe('a module', () => {
  const own = (url: string): unknown => hooks.load(url, {}, () => loaded)
  const module = (source: string): unknown => ({ format: 'module', shortCircuit: true, source })

  test('of ours hands on what the running one exports', () => {
    expect(own('rampart:rampart')).toEqual(
      module("export const { task, z } = globalThis[Symbol.for('rampart.running')]['rampart']"),
    )
  })

  test.each(['a.ts', 'a.mts', 'a b.ts'])(
    '%s is stripped of its types, with every line and column where it was',
    name => {
      expect(own(fileWith(name, 'const a: number = 1 as const\ntype B = 2\nexport { a }'))).toEqual(
        module('const a         = 1         \n          \nexport { a }'),
      )
    },
  )

  test('with a query is stripped as well', () => {
    expect(own(`${fileWith('q.ts', 'let a: 1')}?v=2`)).toEqual(module('let a   '))
  })

  test('.js that looks like a module is one, whatever its package.json says', () => {
    const text = "'use strict'\nimport a from './a.js'\n"
    expect(own(fileWith('m.js', text))).toEqual(module(text))
    expect(own(fileWith('c.js', 'module.exports = 1'))).toBe(loaded)
  })

  test.each([
    'file:///srv/node_modules/a/index.js',
    'file:///srv/a.mjs',
    'file:///srv/a.json',
    'node:fs',
    'data:text/javascript,1',
  ])('%s is for Node to load', url => {
    expect(own(url)).toBe(loaded)
  })

  test('that cannot be stripped is told as data', async () => {
    expect(await mistakeOf(() => own(fileWith('e.ts', 'let a\n  enum B {}')))).toMatchObject({
      kind: 'syntax',
      file: join(dir, 'e.ts'),
      line: 2,
      column: 3,
      unsupported: true,
    })
    expect(await mistakeOf(() => own(fileWith('s.ts', 'const = 1')))).toMatchObject({
      kind: 'syntax',
      line: 1,
      column: 7,
      unsupported: false,
    })
  })

  test('that Node does not load is told as data', async () => {
    const mistake = { kind: 'unreadable', url: 'file:///srv/a.yaml', message: 'no' }
    expect(await mistakeOf(() => hooks.load('file:///srv/a.yaml', {}, refuse))).toEqual(mistake)
    expect(await mistakeOf(() => hooks.load('file:///srv/a.yaml', {}, async () => refuse()))).toEqual(mistake)
  })
})

test('what was stripped once is read from the cache, as long as the file says the same', () => {
  fileWith('kept.ts', 'export const a: number = 1\n')
  const first = hooks.strip(join(dir, 'kept.ts'))
  expect(first).toBe('export const a         = 1\n')
  const [kept = ''] = readdirSync(join(dir, 'cache')).filter(name =>
    readFileSync(join(dir, 'cache', name), 'utf8').includes('const a  '),
  )
  writeFileSync(join(dir, 'cache', kept), 'from the cache')
  expect(hooks.strip(join(dir, 'kept.ts'))).toBe('from the cache')
  fileWith('kept.ts', 'export const b: number = 1\n')
  expect(hooks.strip(join(dir, 'kept.ts'))).toBe('export const b         = 1\n')
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { imported, placeOfAwait, placeOfQuoted } from '../../src/project/loader-imports.ts'

const dir = mkdtempSync(join(tmpdir(), 'rampart-imports-'))
afterAll(() => rmSync(dir, { recursive: true }))

function write(name: string, text: string): string {
  const file = join(dir, name)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  return file
}

test('a module and those that it imports by path, each once', () => {
  const site = write(
    'site.ts',
    "import a from './a/a.ts'\nexport * from \"./b.mjs\"\nimport 'zod'\nimport './gone.ts'\n",
  )
  const a = write('a/a.ts', "import '../b.mjs'\nconst late = await import('../c.js')\nimport '../site.ts'\n")
  const b = write('b.mjs', '')
  const c = write('c.js', '')
  expect(imported(site).map(({ file }) => file)).toEqual([site, a, b, c])
})

test('what is quoted has a place, in the first file that has it', () => {
  const files = [
    { file: '/x/a.ts', text: "import a from './a.ts'" },
    { file: '/x/b.ts', text: '\nimport b from "./b.ts"' },
  ]
  expect(placeOfQuoted(files, './a.ts')).toEqual({ file: '/x/a.ts', line: 1, column: 15 })
  expect(placeOfQuoted(files, './b.ts')).toEqual({ file: '/x/b.ts', line: 2, column: 15 })
  expect(placeOfQuoted(files, './c.ts')).toBeUndefined()
})

test.each<[text: string, at: object]>([
  ['await x', { line: 1, column: 1 }],
  ['const a = async () => {\n  await b\n}\nexport default (await c)', { line: 4, column: 17 }],
  ['import "./a.ts"', {}],
])('the await at the top level of %j is at %o', (text, at) => {
  const file = write('await.ts', text)
  expect(placeOfAwait(file)).toEqual({ file, ...at })
})

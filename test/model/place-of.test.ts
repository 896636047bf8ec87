import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fromHere } from '../../src/model/place.ts'
import { placeOf, position } from '../../src/model/place-of.ts'

const src = join(import.meta.dirname, '../../src')

/** An error whose stack is this. */
function withStack(...lines: readonly string[]): Error {
  return Object.assign(new Error('x'), { stack: lines.join('\n') })
}

test.each<[what: string, stack: readonly string[], place: object | undefined]>([
  [
    'the first frame outside of rampart, packages and Node',
    [
      'Error: x',
      `    at quote (file://${src}/model/quote.ts:3:7)`,
      '    at run (file:///srv/node_modules/zod/index.js:1:1)',
      '    at Module.run (node:internal/modules/esm:3:4)',
      '    at tasks (file:///srv/roles/web/role.ts:12:34)',
      '    at file:///srv/site.ts:1:1',
    ],
    { file: '/srv/roles/web/role.ts', line: 12, column: 34 },
  ],
  [
    'an async frame',
    ['Error: x', '    at async file:///srv/site.ts:3:4'],
    { file: '/srv/site.ts', line: 3, column: 4 },
  ],
  [
    'a bare path',
    ['Error: x', '    at new A (/srv/a (1)/site.ts:3:4)'],
    { file: '/srv/a (1)/site.ts', line: 3, column: 4 },
  ],
  [
    'an encoded URL',
    ['Error: x', '    at file:///srv/a%20b/site.ts?v=1:3:4'],
    { file: '/srv/a b/site.ts', line: 3, column: 4 },
  ],
  [
    'the excerpt above a syntax error',
    [
      'file:///srv/site.ts:7',
      '  const = 3',
      '        ^',
      '',
      'SyntaxError: x',
      '    at compile (node:internal/x:1:1)',
    ],
    { file: '/srv/site.ts', line: 7, column: 9 },
  ],
  ['no frame of a message', ['Error: cannot read /srv/x:3:4', 'at /srv/y:1:2'], undefined],
  ['nothing, where all is foreign', ['Error: x', `    at file://${src}/index.ts:1:1`], undefined],
])('%s', (_, stack, place) => {
  expect(placeOf(withStack(...stack))).toEqual(place)
})

test('a real error has the place where it was made, named from the current folder', () => {
  const place = placeOf(new Error('made here'))
  const lines = readFileSync(import.meta.filename, 'utf8').split('\n')
  expect(place?.file).toBe('test/model/place-of.test.ts')
  expect(lines[(place?.line ?? 0) - 1]?.slice((place?.column ?? 0) - 1)).toMatch(/^new Error\('made here'\)/)
})

test('what is no error has no place', () => {
  expect([
    placeOf('x'),
    placeOf(undefined),
    placeOf(Object.assign(new Error('x'), { stack: undefined })),
  ]).toEqual([undefined, undefined, undefined])
})

test.each([
  [process.cwd(), process.cwd()],
  [join(process.cwd(), 'playbooks/site.ts'), 'playbooks/site.ts'],
  [join(process.cwd(), '..x/site.ts'), '..x/site.ts'],
  [join(process.cwd(), '../other/site.ts'), join(process.cwd(), '../other/site.ts')],
])('%s is shown as %s', (file, name) => {
  expect(fromHere(file)).toBe(name)
})

test.each([
  ['', 0, 1, 1],
  ['ab', 2, 1, 3],
  ['a\nbc', 3, 2, 2],
  ['\n\n', 2, 3, 1],
])('in %j, index %i is line %i, column %i', (text, index, line, column) => {
  expect(position(text, index)).toEqual({ line, column })
})

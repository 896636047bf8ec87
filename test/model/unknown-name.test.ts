import { expect, test } from 'vitest'
import { secret, z } from '../../src/model/schema.ts'
import { Secret } from '../../src/model/secret.ts'
import type { UnknownName } from '../../src/model/unknown-name.ts'
import { unknownName } from '../../src/model/unknown-name.ts'

const leaf = z.object({ a: z.string().optional() })
const at = (path: UnknownName['path'], name = 'b', known: readonly string[] = ['a']): UnknownName => ({
  path,
  name,
  known,
})

test.each<[what: string, schema: z.ZodType, value: unknown, found: UnknownName | undefined]>([
  ['an object', leaf, { a: '', b: 1 }, at([])],
  ['an object that is right', leaf, { a: '' }, undefined],
  ['in an object', z.object({ x: leaf }), { x: { b: 1 } }, at(['x'])],
  ['optional', z.object({ x: leaf.optional() }), { x: { b: 1 } }, at(['x'])],
  [
    'optional and undefined',
    z.object({ a: z.string(), x: leaf.optional() }),
    { a: '', x: undefined },
    undefined,
  ],
  [
    'nullable, read-only, by default',
    z.object({ x: leaf.nullable().readonly().default({}) }),
    { x: { b: 1 } },
    at(['x']),
  ],
  ['in a list', z.array(leaf), [{}, { b: 1 }], at([1])],
  ['in a record', z.record(z.string(), leaf), { any: { b: 1 } }, at(['any'])],
  ['before a transform', leaf.transform(value => value.a), { b: 1 }, at([])],
  ['refined', leaf.refine(() => true), { b: 1 }, at([])],
  ['strict', z.strictObject({ a: z.string().optional() }), { b: 1 }, at([])],
  ['loose', z.looseObject({ a: z.string().optional() }), { b: 1 }, undefined],
  ['the alternative that fits', z.union([z.string(), leaf]), { b: 1 }, at([])],
  [
    'the alternative by its kind',
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('x'), b: z.number() }),
      z.object({ kind: z.literal('y') }),
    ]),
    { kind: 'y', b: 1 },
    at([], 'b', ['kind']),
  ],
  ['no alternative fits', z.union([z.string(), leaf]), { a: 1, b: 1 }, undefined],
  ['a secret', z.object({ x: secret() }), { x: new Secret('') }, undefined],
  ['an object for a list', z.array(leaf), { b: 1 }, undefined],
  ['no object', leaf, 'b', undefined],
])('%s', (_, schema, value, found) => {
  expect(unknownName(schema, value)).toEqual(found)
})

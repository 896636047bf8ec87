import { describe, expect, test } from 'vitest'
import { checked } from '../../src/model/checked.ts'
import { VariableError } from '../../src/model/error.ts'
import type { Place } from '../../src/model/place.ts'
import { mode, secret, text, z } from '../../src/model/schema.ts'
import { Secret } from '../../src/model/secret.ts'

const vars = z.object({
  port: z.number().int().default(22),
  name: z.string(),
  token: secret().optional(),
  tls: z.object({ mode: mode().default('0600'), chain: z.string().optional() }).prefault({}),
  users: z.array(z.object({ name: z.string() })).default([]),
  limits: z.record(z.string(), z.object({ soft: z.number() })).default({}),
  listen: z.union([z.number(), z.object({ address: z.string() })]).default(80),
  extra: z.looseObject({}).optional(),
})

const place: Place = { file: 'inventory/hosts.yaml', line: 8 }
const check = (value: unknown) => checked(vars, value, { whole: 'web', of: 'dgx01', placeOf: () => place })

test('what is right is completed with its defaults', () => {
  expect(check({ name: 'a', extra: { any: 1 } })).toEqual({
    port: 22,
    name: 'a',
    tls: { mode: '0600' },
    users: [],
    limits: {},
    listen: 80,
    extra: { any: 1 },
  })
})

test.each<[value: unknown, message: string, hint?: string]>([
  [undefined, 'web of dgx01 is missing'],
  [[], 'web of dgx01 is []: expected object, received array'],
  [{}, 'web.name of dgx01 is missing'],
  ['x', 'web of dgx01 is "x": expected object, received string'],
  [{ name: 'a', port: '4x' }, 'web.port of dgx01 is "4x": expected number, received string'],
  [{ name: 1n }, 'web.name of dgx01 is "1": expected string, received bigint'],
  [{ name: null }, 'web.name of dgx01 is null: expected string, received null'],
  [{ name: 'a', users: [{ name: 'a' }, {}] }, 'web.users.1.name of dgx01 is missing'],
  [
    { name: 'a', tls: { mode: '644' } },
    'web.tls.mode of dgx01 is "644": expected an octal file mode with its leading zero, such as \'0644\'',
  ],
  [
    { name: 'a', listen: 'x' },
    'web.listen of dgx01 is "x": expected number, received string; or expected object, received string',
  ],
  [
    { name: 'x'.repeat(80), port: 'y'.repeat(80) },
    `web.port of dgx01 is "${'y'.repeat(58)}…: expected number, received string`,
  ],
  [{ name: 'a', prot: 1 }, 'web has no "prot"', 'Did you mean "port"?'],
  [{ name: 'a', tls: { mdoe: '0600' } }, 'web.tls has no "mdoe"', 'Did you mean "mode"?'],
  [{ name: 'a', users: [{ name: 'a', shel: '' }] }, 'web.users.0 has no "shel"', 'There are: name.'],
  [{ name: 'a', limits: { nofile: { sfot: 1 } } }, 'web.limits.nofile has no "sfot"', 'Did you mean "soft"?'],
  [{ name: 'a', listen: { address: '::', prot: 1 } }, 'web.listen has no "prot"', 'There are: address.'],
])('%o is refused', (value, message, hint) => {
  expect(() => check(value)).toThrow(VariableError)
  expect(() => check(value)).toThrow(expect.objectContaining({ message, hint, at: place }))
})

describe('a secret', () => {
  test('where none belongs is not told', () => {
    expect(() => check({ name: new Secret('poison') })).toThrow(
      'web.name of dgx01 is a secret: expected string, received Secret',
    )
  })

  test('that somebody wrote down as a plain string is not told either', () => {
    expect(() => check({ name: 'a', token: 'poison' })).toThrow(
      'web.token of dgx01 is a plain string: expected a secret (!env, !file, !vault or new Secret(…))',
    )
  })
})

test('the place of a mistake is asked for by its path', () => {
  const asked: (readonly PropertyKey[])[] = []
  const whose = {
    whole: 'web',
    placeOf: (path: readonly PropertyKey[]) => void asked.push(path) as undefined,
  }
  expect(() => checked(vars, { name: 'a', users: [{ name: 1 }] }, whose)).toThrow('web.users.0.name is 1')
  expect(() => checked(vars, { name: 'a', tls: { x: 1 } }, whose)).toThrow('web.tls has no "x"')
  expect(asked).toEqual([
    ['users', 0, 'name'],
    ['tls', 'x'],
  ])
})

describe('a schema of our own', () => {
  test.each<[schema: z.ZodType, good: readonly unknown[], bad: readonly unknown[]]>([
    [secret(), [new Secret('a')], ['a', '', null, {}]],
    [text(), ['', 'a', new Secret('a')], [1, null, ['a']]],
    [mode(), ['0644', '0000', '01777', '0755'], ['644', '0888', '0o644', 420, '00', '017777', '']],
  ])('%#', (schema, good, bad) => {
    expect(good.map(value => schema.safeParse(value).success)).toEqual(good.map(() => true))
    expect(bad.map(value => schema.safeParse(value).success)).toEqual(bad.map(() => false))
  })
})

import type { Plan, Probe, Query, Resource, Upload } from 'rampart'
import { defineResource, drift, inSync, read, run, z } from 'rampart'
import { expectTypeOf, test } from 'vitest'

declare const probe: Probe
const diff = { kind: 'fields', changes: {} } as const
const spec = z.object({ path: z.string(), lines: z.number().default(1) })

test('a resource takes what its schema takes, and keeps its types to itself', () => {
  const lines = defineResource({
    kind: 'lines',
    spec,
    id: ({ path }) => path,
    read: async (at, { path }) => Number((await at.ask(read`wc -l ${path}`)).stdout),
    plan: (wanted, found) => {
      expectTypeOf(wanted).toEqualTypeOf<{ path: string; lines: number }>()
      expectTypeOf(found).toEqualTypeOf<number>()
      return found === wanted.lines ? inSync() : drift(diff, [run`truncate -s 0 ${wanted.path}`])
    },
  })
  expectTypeOf(lines({ path: '/x' })).toEqualTypeOf<Resource>()
  // @ts-expect-error
  lines({})
  // @ts-expect-error
  lines({ path: '/x', line: 3 })
})

test('a resource looks with a probe and compares without one', () => {
  defineResource({
    kind: 'x',
    spec,
    id: () => '',
    // @ts-expect-error reading is not writing
    read: async at => at.ask(run`touch /x`),
    plan: () => inSync(),
  })
  // @ts-expect-error a comparison cannot wait
  defineResource({ kind: 'x', spec, id: () => '', read: async () => 1, plan: async () => inSync() })
  // @ts-expect-error it says what is wrong and how it is mended
  defineResource({ kind: 'x', spec, id: () => '', read: async () => 1, plan: (): Plan => false })
})

test('a query answers a key of its own', () => {
  const versions: Query<string, string | null> = {
    name: 'versions',
    command: names => read`dpkg-query -W ${names}`,
    parse: (_, names) => names.map(() => null),
  }
  expectTypeOf(probe.ask(versions, 'nginx')).toEqualTypeOf<Promise<string | null>>()
  // @ts-expect-error
  void probe.ask(versions, 3)
  // @ts-expect-error a key is asked for
  void probe.ask(versions)
  // @ts-expect-error a question does not write
  const writing: Query<string, string> = { ...versions, command: () => run`apt-get update`, parse: () => [] }
  return writing
})

test('a file to be written has a mode', () => {
  const whole: Upload = { path: '/x', content: 'y', mode: '0644' }
  // @ts-expect-error
  const open: Upload = { path: '/x', content: 'y' }
  // @ts-expect-error
  const decimal: Upload = { path: '/x', content: 'y', mode: '644' }
  return [whole, open, decimal]
})

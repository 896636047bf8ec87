import { expect, test } from 'vitest'
import { read, run } from '../../src/model/command.ts'
import { drift, inSync } from '../../src/model/plan.ts'
import type { Probe } from '../../src/model/probe.ts'
import { defineResource } from '../../src/model/resource.ts'
import { mode, z } from '../../src/model/schema.ts'

const directory = defineResource({
  kind: 'directory',
  spec: z.object({ path: z.string(), mode: mode().default('0755') }),
  id: ({ path }) => `directory ${path}`,
  touches: ({ path }) => [`file:/${path.slice(1)}`],
  read: async (probe, { path }) => (await probe.ask(read`stat -c %a ${path}`)).stdout.trim(),
  plan: (spec, found) =>
    `0${found}` === spec.mode
      ? inSync()
      : drift({ kind: 'fields', changes: { mode: [found, spec.mode] } }, [
          run`chmod ${spec.mode} ${spec.path}`,
        ]),
})

/** A host on which every directory has this mode. */
const hostWith = (found: string): Probe => ({
  ask: async () => ({ code: 0, stdout: `${found}\n`, stderr: '', bytes: new Uint8Array() }) as never,
  on: () => hostWith(found),
})

test('a resource is its parameters, complete, under the name of its kind', () => {
  expect(directory({ path: '/srv' })).toMatchObject({
    kind: 'directory',
    id: 'directory /srv',
    spec: { path: '/srv', mode: '0755' },
    touches: ['file:/srv'],
  })
})

test('its check reads, then compares', async () => {
  const wanted = directory({ path: '/srv', mode: '0700' })
  expect(await wanted.check(hostWith('700'))).toEqual(inSync())
  expect(await wanted.check(hostWith('755'))).toMatchObject({ status: 'drift', cure: [run`chmod 0700 /srv`] })
})

test('its type can be asked: what it takes, and what it would plan for a state', () => {
  expect(Object.keys(directory.type.spec.shape)).toEqual(['path', 'mode'])
  expect(directory.type.plan({ path: '/srv', mode: '0755' }, '755')).toEqual(inSync())
})

test('without touches nothing is known of it', () => {
  const { touches: _, ...rest } = directory.type
  expect(defineResource(rest)({ path: '/srv' }).touches).toEqual([])
})

test.each<[given: unknown, message: string]>([
  [{ path: '/srv', mdoe: '0755' }, 'directory({…}) has no "mdoe"'],
  [{}, 'directory({…}).path is missing'],
  [
    { path: '/srv', mode: '755' },
    'directory({…}).mode is "755": expected an octal file mode with its leading zero, such as \'0644\'',
  ],
])('wrong parameters %o are refused when it is made', (given, message) => {
  expect(() => directory(given as never)).toThrow(expect.objectContaining({ name: 'VariableError', message }))
})

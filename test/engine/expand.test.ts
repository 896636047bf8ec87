import { expect, test } from 'vitest'
import type { Entry } from '../../src/engine/entry.ts'
import { isTask } from '../../src/engine/entry.ts'
import { expand } from '../../src/engine/expand.ts'
import type { Item } from '../../src/index.ts'
import {
  defineResource,
  flushHandlers,
  handler,
  inSync,
  play,
  role,
  run,
  Secret,
  secret,
  task,
  z,
} from '../../src/index.ts'
import type { FleetHost, RoleVars } from '../../src/model/fleet.ts'
import type { Host } from '../../src/model/host.ts'
import type { PlayNode, PlayOptions } from '../../src/model/play.ts'

const at = { file: 'hosts.yaml', line: 3, column: 5 }
const facts = { hostname: 'h1' } as Host['facts']

function host(
  vars: Partial<RoleVars> = {},
  become: boolean | string = false,
): { host: Host; entry: FleetHost } {
  const entry = {
    name: 'h1',
    become,
    roleVars: () => ({
      inventory: {},
      extra: {},
      placeOf: () => at,
      ...vars,
    }),
  } as unknown as FleetHost
  return { host: { name: 'h1', facts } as Host, entry }
}

const expanded = (
  items: readonly Item[],
  options: Partial<PlayOptions> = {},
  on = host(),
): readonly Entry[] =>
  expand(play('p', { hosts: 'all', ...options }, items) as PlayNode, {
    ...on,
    render: (dir, file) => `${dir}/${file}`,
  })

const show = (entries: readonly Entry[]): readonly string[] =>
  entries.map(entry =>
    isTask(entry)
      ? `${entry.role ?? '-'}/${entry.task.name}/${[...entry.tags].join('+')}/${entry.user}`
      : 'flush',
  )

const thing = defineResource({
  kind: 'thing',
  spec: z.object({ id: z.string() }),
  id: ({ id }) => `thing ${id}`,
  read: async () => undefined,
  plan: () => inSync(),
})
const noop = (name: string, options = {}) => task(name, { check: () => inSync() }, options)
const web = role({
  name: 'web',
  dir: '/roles/web',
  vars: z.object({ port: z.int().default(80), token: secret().optional(), name: z.string().default('n') }),
  tags: ['role'],
  tasks: ({ vars, facts, template }) => [
    noop(`${vars.name}:${vars.port} on ${facts.hostname}`),
    noop(`${template('t.ejs', {})}`, { tags: ['own'], become: false }),
  ],
})

test('falsy items vanish, lists nest, a bare resource is a task named by its id', () => {
  const items = [false, null, undefined, [thing({ id: 'a' }), [noop('b'), flushHandlers()]]] as const
  expect(show(expanded(items))).toEqual(['-/thing a//', '-/b//', 'flush'])
})

test('tags add up downwards; the nearest become wins', () => {
  const entries = expanded(
    [web({}, { tags: ['use'] }), noop('t', { become: 'app', tags: ['t'] }), noop('u')],
    { tags: ['play'], become: true },
  )
  expect(show(entries)).toEqual([
    'web/n:80 on h1/play+role+use/root',
    'web//roles/web/t.ejs/play+role+use+own/',
    '-/t/play+t/app',
    '-/u/play/root',
  ])
  expect(show(expanded([noop('v')], {}, host({}, 'ops')))).toEqual(['-/v//ops'])
  expect(show(expanded([noop('v')], { become: false }, host({}, 'ops')))).toEqual(['-/v//'])
  expect(show(expanded([web({}, { become: 'u' })]))[0]).toBe('web/n:80 on h1/role/u')
})

test.each<[string, Partial<RoleVars>, Parameters<typeof web>[0], string]>([
  ['the default', {}, {}, 'n:80'],
  ['the inventory over the default', { inventory: { port: 81 } }, {}, 'n:81'],
  [
    'the playbook over the inventory, key by key',
    { inventory: { port: 81, name: 'i' } },
    { port: 82 },
    'i:82',
  ],
  ['--extra-vars over all', { inventory: { port: 81 }, extra: { port: 83 } }, { port: 82 }, 'n:83'],
])('precedence: %s', (_, vars, given, name) => {
  expect(show(expanded([web(given)], {}, host(vars)))[0]).toBe(`web/${name} on h1/role/`)
})

test('a bare role takes all from the inventory', () => {
  expect(show(expanded([web], {}, host({ inventory: { port: 1 } })))[0]).toBe('web/n:1 on h1/role/')
})

test.each<[string, Partial<RoleVars>, object, object]>([
  [
    'a wrong value of the inventory',
    { inventory: { port: '4x' } },
    {},
    { message: 'web.port of h1 is "4x": expected number, received string', at },
  ],
  [
    'an unknown name of the inventory',
    { inventory: { prot: 1 } },
    {},
    { message: 'web has no "prot"', hint: 'Did you mean "port"?', at },
  ],
  [
    'a wrong value of the playbook',
    {},
    { port: 1.5 },
    {
      message: 'web.port of h1 is 1.5: expected int, received number',
      at: expect.objectContaining({ file: 'test/engine/expand.test.ts' }),
    },
  ],
  [
    'a secret in plain text',
    { inventory: { token: 'plain' } },
    {},
    {
      message: 'web.token of h1 is a plain string: expected a secret (!env, !file, !vault or new Secret(…))',
      at,
    },
  ],
])('%s is a VariableError with its place', (_, vars, given, error) => {
  expect(() => expanded([web(given)], {}, host(vars))).toThrow(
    expect.objectContaining({ name: 'VariableError', ...error }) as Error,
  )
})

test('a required variable that nobody gives is missing', () => {
  const needs = role({ name: 'needs', dir: '', vars: z.object({ token: secret() }), tasks: () => [] })
  expect(() => expanded([needs])).toThrow('needs.token of h1 is missing')
  expect(expanded([needs], {}, host({ inventory: { token: new Secret('x') } }))).toEqual([])
})

const here = expect.objectContaining({ file: 'test/engine/expand.test.ts' })

test.each<[string, unknown, string, string | undefined]>([
  [
    'a handler',
    handler('h', run`true`),
    'the handler "h"',
    'A handler is woken by a task: task(…, { notify: it }).',
  ],
  [
    'a text',
    'install nginx',
    'the text "install nginx"',
    'Tasks and roles are values: import what you mean, and put it there.',
  ],
  [
    'a play',
    play('q', { hosts: 'all' }, []),
    'the play "q"',
    'Plays stand beside each other: playbook(play(…), play(…)).',
  ],
  [
    'a command',
    run`true`,
    'a command',
    'A command stands in a task: command({ run: …, unless: … }), or task(…, { check, apply }).',
  ],
  ['a resource that was not called', thing, 'the function thing', 'Call it: thing({ … }).'],
  ['an object', {}, 'an object', undefined],
])('%s in a list is a mistake', (_, item, what, hint) => {
  expect(() => expanded([item as Item])).toThrow(
    expect.objectContaining({
      name: 'PlaybookError',
      message: `the list of the play "p" holds ${what}, which is neither task, resource nor role`,
      hint,
      at: here,
    }) as Error,
  )
})

test.each<[unknown, string, string]>([
  [undefined, 'nothing', 'Let it return one: [ … ].'],
  [noop('a'), 'the task "a"', 'Let it return one: [ … ].'],
  [
    Promise.resolve([]),
    'a promise',
    'Nothing can be awaited there: what has to be asked of a host is for the checks of tasks.',
  ],
])('a function that gives %o is a mistake', (given, what, hint) => {
  const bad = role({ name: 'bad', dir: '', tasks: () => given as readonly Item[] })
  expect(() => expanded([bad])).toThrow(
    expect.objectContaining({
      name: 'PlaybookError',
      message: `the function of the role bad gives ${what}, not a list`,
      hint,
      at: here,
    }) as Error,
  )
})

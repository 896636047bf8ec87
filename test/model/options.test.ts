import { expect, test } from 'vitest'
import { handler, inSync, play, role, run, task } from '../../src/index.ts'
import { file } from '../../src/resources/index.ts'

/** What no compiler has seen. */
const loose = <T extends (...given: never) => unknown>(make: T) =>
  make as unknown as (...given: unknown[]) => unknown
const check = { check: () => inSync() }
const web = role({ name: 'web', dir: '', tasks: () => [] })
const PLAY = "Write play('…', { hosts: '…' }, […])."
const NAMES = "expected a list of names, such as ['web']"

test.each<[string, () => unknown, string, string | undefined]>([
  ['no hosts', () => loose(play)('p', {}, []), 'play("p").hosts is missing', PLAY],
  ['host', () => loose(play)('p', { host: 'a' }, []), 'play("p") has no "host"', 'Did you mean "hosts"?'],
  [
    'a list of hosts',
    () => loose(play)('p', { hosts: ['a'] }, []),
    'play("p").hosts is ["a"]: expected string, received array',
    undefined,
  ],
  ['no options', () => loose(play)('p', []), 'play("p") is given a list where its options should be', PLAY],
  [
    'no list',
    () => loose(play)('p', { hosts: 'a' }),
    'play("p") is given nothing where its list should be',
    PLAY,
  ],
  [
    'a role for a list',
    () => loose(play)('p', { hosts: 'a' }, web),
    'play("p") is given the role web where its list should be',
    PLAY,
  ],
  [
    'no name',
    () => loose(play)({ hosts: 'a' }, []),
    'a play begins with its name, and this one with an object',
    "Write play('…', …).",
  ],
  [
    'tags',
    () => loose(play)('p', { hosts: 'a', tags: 'x' }, []),
    `play("p").tags is "x": ${NAMES}`,
    undefined,
  ],
  [
    'become',
    () => loose(task)('t', check, { become: 0 }),
    'task("t").become is 0: expected true, false or a user',
    undefined,
  ],
  ['an option', () => loose(task)('t', check, { tag: [] }), 'task("t") has no "tag"', 'Did you mean "tags"?'],
  [
    'options',
    () => loose(task)('t', check, 'x'),
    'task("t") is given the text "x" where its options should be',
    'Write them as { NAME: VALUE }.',
  ],
  [
    'no check',
    () => loose(task)('t', { apply: () => 1 }),
    'the task "t" has no check',
    "Write task('…', { check: async probe => … }), or give it a resource.",
  ],
  ['nothing to do', () => loose(task)('t'), 'the task "t" has no check', expect.any(String)],
  [
    'an empty name',
    () => loose(task)(' ', check),
    'a task begins with its name, and this one with the text " "',
    "Write task('…', …).",
  ],
  [
    'the name of a handler',
    () => loose(task)('t', check, { notify: ['restart'] }),
    'the task "t" notifies the text "restart", which is no handler',
    "A handler is a value: const restart = handler('restart web', …), then notify: restart.",
  ],
  [
    'a handler of nothing',
    () => loose(handler)('h'),
    'the handler "h" has nothing where a step should be',
    "Write handler('…', run`…`).",
  ],
  [
    'a handler of text',
    () => loose(handler)('h', run`true`, 'reboot'),
    'the handler "h" has the text "reboot" where a step should be',
    "Write handler('…', run`…`).",
  ],
  [
    'a role without tasks',
    () => loose(role)({ name: 'web', dir: '' }),
    'the role web has nothing where its tasks should be',
    'Write tasks: ({ vars }) => [ … ].',
  ],
  [
    'a use of a role',
    () => loose(web)({}, { tag: [] }),
    'the use of web has no "tag"',
    'Did you mean "tags"?',
  ],
  ['a resource', () => loose(file)({ content: '' }), 'file({…}).path is missing', 'Write file({ path: … }).'],
  ['a resource of nothing', () => loose(file)(), 'file({…}) is missing', 'Write file({ … }).'],
])('%s: refused where it stands', (_, make, message, hint) => {
  expect(make).toThrow(expect.objectContaining({ message, hint }) as Error)
})

test.each([[{ notify: undefined, tags: undefined, become: undefined, guard: undefined }], [{}], [undefined]])(
  'what is left open is left open: %o',
  options => {
    expect(() => loose(task)('t', check, options)).not.toThrow()
  },
)

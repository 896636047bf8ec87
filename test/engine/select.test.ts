import { expect, test } from 'vitest'
import type { TaskEntry } from '../../src/engine/entry.ts'
import { isTask } from '../../src/engine/entry.ts'
import type { Wanted } from '../../src/engine/select.ts'
import { select } from '../../src/engine/select.ts'
import type { Stage } from '../../src/engine/stage.ts'
import { inSync, task } from '../../src/index.ts'
import type { TaskNode } from '../../src/model/task.ts'

const entry = (name: string, role: string | undefined, ...tags: readonly string[]): TaskEntry => ({
  type: 'task',
  task: task(name, { check: () => inSync() }) as TaskNode,
  role,
  tags: new Set(tags),
  user: '',
})
const none: Wanted = { roles: [], tags: [], skipTags: [], startAt: undefined }
const lists: ReadonlyMap<string, readonly Stage[]> = new Map([
  [
    'h',
    [
      {
        play: 'one',
        entries: [entry('a', 'web', 'net', 'slow'), entry('b', 'web'), entry('c', undefined, 'always')],
      },
      {
        play: 'two',
        entries: [
          entry('d', 'db', 'net'),
          entry('e', 'db', 'never', 'risky'),
          { type: 'flush' },
          entry('f', 'db'),
        ],
      },
    ],
  ],
])
const names = (wanted: Partial<Wanted>): string =>
  [...select(lists, { ...none, ...wanted }).values()]
    .flat()
    .flatMap(stage => stage.entries.filter(isTask).map(({ task }) => task.name))
    .join('')

test.each<[Partial<Wanted>, string]>([
  [{}, 'abcdf'],
  [{ roles: ['web'] }, 'ab'],
  [{ roles: ['web', 'db'] }, 'abdf'],
  [{ tags: ['net'] }, 'acd'],
  [{ tags: ['net', 'risky'] }, 'acde'],
  [{ tags: ['all'] }, 'abcdf'],
  [{ tags: ['tagged'] }, 'acde'],
  [{ tags: ['untagged'] }, 'bcf'],
  [{ skipTags: ['net'] }, 'bcf'],
  [{ skipTags: ['always'] }, 'abdf'],
  [{ tags: ['net'], skipTags: ['slow'] }, 'cd'],
  [{ startAt: 'c' }, 'cdf'],
  [{ startAt: 'db › d' }, 'df'],
  [{ startAt: 'd', tags: ['never'] }, 'e'],
])('%j leaves %s', (wanted, left) => {
  expect(names(wanted)).toBe(left)
})

test.each<[Partial<Wanted>, string, string]>([
  [{ roles: ['wbe'] }, '--role: no task of this playbook has the role "wbe"', 'Did you mean "web"?'],
  [{ tags: ['nte'] }, '--tags: no task of this playbook has the tag "nte"', 'Did you mean "net"?'],
  [
    { skipTags: ['zzz'] },
    '--skip-tags: no task of this playbook has the tag "zzz"',
    'There are: net, slow, always, never, risky.',
  ],
  [{ startAt: 'x' }, '--start-at: no task is called "x"', 'Did you mean "a"?'],
  [
    { roles: ['web'], tags: ['risky'] },
    'no task is left by --role, --tags, --skip-tags and --start-at together',
    'rampart list PLAYBOOK shows every task with its role and tags.',
  ],
])('%j is refused', (wanted, message, hint) => {
  expect(() => names(wanted)).toThrow(expect.objectContaining({ name: 'UsageError', message, hint }) as Error)
})

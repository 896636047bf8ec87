import { describe, expect, test } from 'vitest'
import type { FileStat, FileType, LinkState } from '../../src/resources/index.ts'
import { link } from '../../src/resources/index.ts'

const stat = (type: FileType, more: Partial<FileStat> = {}): FileStat => ({
  ...{ type, mode: '0755', uid: 0, gid: 0, owner: 'root', group: 'root', size: 1 },
  ...more,
})
const found = (there: FileStat | null, target: string | null, more: Partial<LinkState> = {}): LinkState => ({
  look: { stat: there, folder: stat('directory'), mounted: { on: false, below: false } },
  ...{ target, isEmpty: false, other: undefined },
  ...more,
})
const planned = (given: Parameters<typeof link>[0], state: LinkState) =>
  link.type.plan(link.type.spec.parse(given), state)

describe('what is found and what is done', () => {
  const [path, target] = ['/a/x', '../b']
  test.each<[string, Parameters<typeof link>[0], LinkState, readonly string[]]>([
    ['nothing', { path, target }, found(null, null), ['ln -s -T -- ../b /a/x']],
    ['the link', { path, target }, found(stat('symbolic link'), '../b'), []],
    [
      'another link',
      { path, target },
      found(stat('symbolic link'), '/c'),
      ['ln -s -f -T -- ../b /a/x', 'chown -h -- 0:0 /a/x'],
    ],
    [
      'the link of another',
      { path, target, owner: 'alice' },
      found(stat('symbolic link'), '../b'),
      ['chown -h -- alice /a/x'],
    ],
    [
      'a file, with force',
      { path, target, force: true },
      found(stat('file'), null),
      ['ln -s -f -T -- ../b /a/x'],
    ],
    [
      'an empty directory, with force',
      { path, target, force: true },
      found(stat('directory'), null, { isEmpty: true }),
      ['rmdir -- /a/x', 'ln -s -f -T -- ../b /a/x'],
    ],
    ['no link that is to go', { path, state: 'absent' }, found(null, null), []],
    ['a link that is to go', { path, state: 'absent' }, found(stat('symbolic link'), 'x'), ['rm -f -- /a/x']],
    [
      'no second name',
      { path, target: '/b', hard: true },
      found(null, null, { other: { stat: stat('file'), isSame: false } }),
      ['ln -T -- /b /a/x'],
    ],
    [
      'the second name',
      { path, target: '/b', hard: true },
      found(stat('file'), null, { other: { stat: stat('file'), isSame: true } }),
      [],
    ],
  ])('%s', (_, given, state, steps) => {
    const plan = planned(given, state)
    expect(
      plan.status === 'in-sync' ? [] : plan.cure.map(step => ('script' in step ? step.script : step)),
    ).toEqual(steps)
  })

  test.each<[string, Parameters<typeof link>[0], LinkState, RegExp]>([
    ['a file', { path, target }, found(stat('file'), null), /is a file, not a symbolic link/],
    [
      'a full directory, with force',
      { path, target, force: true },
      found(stat('directory'), null),
      /is a directory with something in it/,
    ],
    [
      'no folder',
      { path, target },
      { ...found(null, null), look: { stat: null, folder: null, mounted: { on: false, below: false } } },
      /its folder \/a does not exist/,
    ],
    [
      'a mounted file, with force',
      { path, target, force: true },
      {
        ...found(stat('file'), null),
        look: { stat: stat('file'), folder: stat('directory'), mounted: { on: true, below: false } },
      },
      /mounted by itself/,
    ],
    [
      'a link in a folder of everyone',
      { path, target },
      {
        ...found(stat('symbolic link'), '/c'),
        look: {
          stat: stat('symbolic link'),
          folder: stat('directory', { mode: '01777' }),
          mounted: { on: false, below: false },
        },
      },
      /a folder that everyone can write to/,
    ],
    [
      'a file that is to go',
      { path, state: 'absent' },
      found(stat('file'), null),
      /is a file, not a symbolic link/,
    ],
    [
      'a directory that is to go',
      { path, state: 'absent', force: true },
      found(stat('directory'), null, { isEmpty: true }),
      /is a directory, not a symbolic link/,
    ],
    [
      'no file for a second name',
      { path, target: '/b', hard: true },
      found(null, null, { other: { stat: null, isSame: false } }),
      /\/b does not exist: a hard link needs its file/,
    ],
    [
      'a directory for a second name',
      { path, target: '/b', hard: true },
      found(null, null, { other: { stat: stat('directory'), isSame: false } }),
      /\/b is a directory: it cannot get a hard link/,
    ],
    [
      'another file',
      { path, target: '/b', hard: true },
      found(stat('file'), null, { other: { stat: stat('file'), isSame: false } }),
      /is a file, not a hard link to \/b/,
    ],
  ])('%s is refused', (_, given, state, message) => {
    expect(() => planned(given, state)).toThrow(message)
  })
})

test.each<[Parameters<typeof link>[0], RegExp]>([
  [{ path: '/x' }, /link\({…}\).target is missing/],
  [{ path: '/x', target: '' }, /target is "": expected a path, such as/],
  [{ path: '/x', target: 'a\0b' }, /expected a path/],
  [{ path: '/x', target: 'x'.repeat(4096) }, /at most 4095 bytes/],
  [{ path: '/x', state: 'absent', target: 'y' }, /an absent link has none/],
  [{ path: '/x', state: 'absent', hard: true }, /a hard link is a file: /],
  [{ path: '/x', target: '../y', hard: true }, /target is "..\/y": expected an absolute path/],
  [{ path: '/x', target: '/y', hard: true, owner: 'root' }, /a hard link has those of its file/],
])('%j is refused', (spec, message) => {
  expect(() => link(spec)).toThrow(message)
})

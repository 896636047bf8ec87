import { describe, expect, test } from 'vitest'
import { readArgv } from '../../src/cli/argv.ts'
import type { Typed } from '../../src/cli/options.ts'
import { wantedList, wantedOutput, wantedRun, wholeNumber } from '../../src/cli/requests.ts'
import { showError } from '../../src/model/error.ts'

const typed = (line: string): Typed => readArgv(line.split(' ')) as Typed

const PLAIN = {
  playbooks: ['a.ts'],
  inventory: undefined,
  limit: [],
  roles: [],
  tags: [],
  skipTags: [],
  startAt: undefined,
  extraVars: [],
  mode: 'apply',
  forks: 32,
  user: undefined,
  key: undefined,
  become: false,
  acceptNew: false,
  verbose: false,
}

test.each<[line: string, differs: Record<string, unknown>]>([
  ['a.ts', {}],
  ['a.ts b.ts', { playbooks: ['a.ts', 'b.ts'] }],
  ['a.ts -C', { mode: 'check' }],
  ['a.ts -i 01', { inventory: '01' }],
  ['a.ts -i a,b,', { inventory: 'a,b,' }],
  ['a.ts -l dgx,web -l bastion', { limit: ['dgx', 'web', 'bastion'] }],
  ['a.ts -l dgx, ', { limit: ['dgx'], playbooks: ['a.ts', ''] }],
  ['a.ts --role base,ssh-hardening', { roles: ['base', 'ssh-hardening'] }],
  ['a.ts -t x --tags=y,z --skip-tags slow', { tags: ['x', 'y', 'z'], skipTags: ['slow'] }],
  ['a.ts --start-at a,b', { startAt: 'a,b' }],
  [
    'a.ts -e a=1,2 -e @x.yaml -e ssh-hardening.port=2222',
    { extraVars: ['a=1,2', '@x.yaml', 'ssh-hardening.port=2222'] },
  ],
  ['a.ts -f 5', { forks: 5 }],
  [
    'a.ts -u root --key ~/k -b --accept-new -v',
    { user: 'root', key: '~/k', become: true, acceptNew: true, verbose: true },
  ],
])('run %s', (line, differs) => {
  expect(wantedRun(typed(`run ${line}`)).request).toEqual({ ...PLAIN, ...differs })
})

test('which passwords are asked for', () => {
  expect(wantedRun(typed('run a.ts -k'))).toMatchObject({ askPassword: true, askBecomePassword: false })
  expect(wantedRun(typed('run a.ts -K'))).toMatchObject({ askPassword: false, askBecomePassword: true })
})

test.each<[line: string, what: string | undefined]>([
  ['list a.ts', 'tasks'],
  ['list a.ts --list-hosts', 'hosts'],
  ['run a.ts --list-tags', 'tags'],
  ['run a.ts --list-tasks', 'tasks'],
  ['run a.ts', undefined],
])('%s lists %s', (line, what) => {
  expect(wantedList(typed(line))?.what).toBe(what)
})

test('how the output is wanted', () => {
  expect(wantedOutput(typed('run a.ts'))).toEqual({ json: false, diffs: false, verbose: false })
  expect(wantedOutput(typed('run a.ts -vD --json'))).toEqual({ json: true, diffs: true, verbose: true })
})

describe('mistakes', () => {
  test.each<[line: string, error: string]>([
    ['run a.ts -f 0', '--forks 0 is no number from 1 on'],
    ['run a.ts -f 1e3', '--forks 1e3 is no number from 1 on'],
    ['run a.ts -f=-1', '--forks -1 is no number from 1 on'],
    ['run a.ts -f many', '--forks many is no number from 1 on'],
    ['run a.ts -l ,', '--limit "," names nothing'],
    [
      'run a.ts -e foo',
      '--extra-vars "foo" is neither NAME=VALUE nor @FILE\n  One variable each: -e greeting=hello -e ssh-hardening.port=2222 -e @more.yaml',
    ],
    [
      'run a.ts -e =foo',
      '--extra-vars "=foo" is neither NAME=VALUE nor @FILE\n  One variable each: -e greeting=hello -e ssh-hardening.port=2222 -e @more.yaml',
    ],
    ['run a.ts --list-hosts --list-tags', '--list-hosts and --list-tags exclude each other'],
  ])('%s', (line, error) => {
    const asked = typed(line)
    const read = () => wantedList(asked) ?? wantedRun(asked)
    expect(read).toThrow(expect.objectContaining({ name: 'UsageError' }))
    try {
      read()
    } catch (thrown) {
      expect(showError(thrown)).toBe(error)
    }
  })

  test('a lab of so many nodes', () => {
    expect(wholeNumber(typed('lab up'), 'nodes', 0)).toBeUndefined()
    expect(wholeNumber(typed('lab up --nodes 0'), 'nodes', 0)).toBe(0)
    expect(() => wholeNumber(typed('lab up --nodes two'), 'nodes', 0)).toThrow(
      '--nodes two is no number from 0 on',
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Asked } from '../../src/cli/argv.ts'
import { readArgv } from '../../src/cli/argv.ts'
import { COMMANDS, flagsOf } from '../../src/cli/commands.ts'
import { showError } from '../../src/model/error.ts'

/** A command line as a shell would split it, without quotes. */
const words = (line: string): string[] => (line === '' ? [] : line.split(' '))

function shown(asked: Asked): unknown {
  if (!('operands' in asked)) return 'of' in asked ? `help ${asked.of ?? ''}`.trim() : asked.command
  return [asked.command, ...asked.operands, Object.fromEntries(asked.flags)]
}

test.each<[line: string, read: unknown]>([
  ['run site.ts', ['run', 'site.ts', {}]],
  ['run a.ts b.ts --check', ['run', 'a.ts', 'b.ts', { check: [''] }]],
  ['run --check a.ts', ['run', 'a.ts', { check: [''] }]],
  ['run 01 --check 02', ['run', '01', '02', { check: [''] }]],
  ['--check run a.ts', ['run', 'a.ts', { check: [''] }]],
  ['-l dgx run a.ts', ['run', 'a.ts', { limit: ['dgx'] }]],
  ['run a.ts -CD', ['run', 'a.ts', { check: [''], diff: [''] }]],
  ['run a.ts -vvv', ['run', 'a.ts', { verbose: ['', '', ''] }]],
  ['run a.ts -Cl dgx', ['run', 'a.ts', { check: [''], limit: ['dgx'] }]],
  ['run a.ts -ldgx', ['run', 'a.ts', { limit: ['dgx'] }]],
  ['run a.ts -l=dgx', ['run', 'a.ts', { limit: ['dgx'] }]],
  ['run a.ts --limit=dgx --limit web,db', ['run', 'a.ts', { limit: ['dgx', 'web,db'] }]],
  ['run a.ts --limit 01', ['run', 'a.ts', { limit: ['01'] }]],
  ['run a.ts --limit 1e3 --user 0x10', ['run', 'a.ts', { limit: ['1e3'], user: ['0x10'] }]],
  ['run a.ts -e x=007', ['run', 'a.ts', { 'extra-vars': ['x=007'] }]],
  ['run a.ts -e x=a=b -e y=', ['run', 'a.ts', { 'extra-vars': ['x=a=b', 'y='] }]],
  ['run a.ts -e x=--y', ['run', 'a.ts', { 'extra-vars': ['x=--y'] }]],
  ['run a.ts --limit true', ['run', 'a.ts', { limit: ['true'] }]],
  ['run a.ts -l !dgx03', ['run', 'a.ts', { limit: ['!dgx03'] }]],
  ['run a.ts -l -odd', ['run', 'a.ts', { limit: ['-odd'] }]],
  ['run a.ts --limit=-C', ['run', 'a.ts', { limit: ['-C'] }]],
  ['run a.ts --start-at=--', ['run', 'a.ts', { 'start-at': ['--'] }]],
  ['run --check -- -odd.ts --json', ['run', '-odd.ts', '--json', { check: [''] }]],
  [
    'run a.ts --skip-tags x --accept-new -kK',
    ['run', 'a.ts', { 'skip-tags': ['x'], 'accept-new': [''], 'ask-pass': [''], 'ask-become-pass': [''] }],
  ],
  ['list a.ts --list-tags', ['list', 'a.ts', { 'list-tags': [''] }]],
  ['lab up --nodes 3 --install', ['lab up', { nodes: ['3'], install: [''] }]],
  ['lab --name x up', ['lab up', { name: ['x'] }]],
  ['lab run', ['lab run', {}]],
  ['lab run site.ts -CD --nodes 2', ['lab run', 'site.ts', { nodes: ['2'], check: [''], diff: [''] }]],
  ['lab exec dgx01 -- sshd -T', ['lab exec', 'dgx01', 'sshd', '-T', {}]],
  ['lab exec dgx01 ls -la --name y', ['lab exec', 'dgx01', 'ls', '-la', '--name', 'y', {}]],
  [
    'lab exec --name x dgx01 -- sh -c 01 -- -h',
    ['lab exec', 'dgx01', 'sh', '-c', '01', '--', '-h', { name: ['x'] }],
  ],
  ['lab ssh dgx01', ['lab ssh', 'dgx01', {}]],
  ['lab ssh dgx01 -L 80:localhost:80', ['lab ssh', 'dgx01', '-L', '80:localhost:80', {}]],
  ['lab status --json', ['lab status', { json: [''] }]],
  ['', 'help'],
  ['--help', 'help'],
  ['-h', 'help'],
  ['help', 'help'],
  ['help run', 'help run'],
  ['help lab', 'help lab'],
  ['help lab up', 'help lab up'],
  ['lab --help', 'help lab'],
  ['run --help', 'help run'],
  ['-h run', 'help run'],
  ['run a.ts --wrong -h', 'help run'],
  ['lab exec --help', 'help lab exec'],
  ['--version', 'version'],
  ['-V', 'version'],
  ['version', 'version'],
])('rampart %s', (line, read) => {
  expect(shown(readArgv(words(line)))).toEqual(read)
})

test.each<[line: string, error: string]>([
  ['run', 'rampart run needs PLAYBOOK…\n  For example: rampart run playbooks/site.ts --check'],
  ['run a.ts --limt x', 'rampart run has no option --limt\n  Did you mean --limit?'],
  ['run a.ts --ask-p', 'rampart run has no option --ask-p\n  Did you mean --ask-pass?'],
  ['run a.ts --frobnicate', 'rampart run has no option --frobnicate\n  See rampart run --help.'],
  ['run a.ts -Cq', 'rampart run has no option -q\n  See rampart run --help.'],
  ['run a.ts --no-check', 'rampart run has no option --no-check\n  See rampart run --help.'],
  ['run a.ts --constructor', 'rampart run has no option --constructor\n  See rampart run --help.'],
  ['run a.ts --limit', '--limit needs a value: PATTERN'],
  ['run a.ts --limit=', '--limit needs a value: PATTERN'],
  ['run a.ts -l --check', '-l needs a value: PATTERN\n  If "--check" is the value: -l=--check'],
  ['run a.ts -l -C', '-l needs a value: PATTERN\n  If "-C" is the value: -l=-C'],
  ['run a.ts --check=yes', '--check takes no value, but "yes" is given'],
  ['run a.ts -i x -i y', '--inventory is given 2 times\n  It takes one value.'],
  ['list a.ts --check', 'rampart list has no option --check\n  See rampart list --help.'],
  ['lab', 'rampart lab needs a subcommand\n  One of: up, run, exec, ssh, status, down.'],
  ['lab upp', 'there is no command "lab upp"\n  Did you mean "lab up"?'],
  ['lab frobnicate', 'there is no command "lab frobnicate"\n  One of: up, run, exec, ssh, status, down.'],
  ['lab up extra 01', 'Unused args: `extra`, `01`\n  See rampart lab up --help.'],
  ['lab exec', 'rampart lab exec needs HOST COMMAND…\n  For example: rampart lab exec dgx01 -- sshd -T'],
  [
    'lab exec dgx01',
    'rampart lab exec needs HOST COMMAND…\n  For example: rampart lab exec dgx01 -- sshd -T',
  ],
  ['lab up --offline', 'rampart lab up has no option --offline\n  Did you mean --online?'],
  ['rum a.ts', 'there is no command "rum"\n  Did you mean "run"?'],
  [
    'frobnicate',
    'there is no command "frobnicate"\n  There are: run, list, facts, inventory, guard, lab. See rampart --help.',
  ],
  [
    'test/cli/argv.test.ts',
    'there is no command "test/cli/argv.test.ts"\n  To run this playbook: rampart run test/cli/argv.test.ts',
  ],
  ['--frobnicate', 'rampart has no option --frobnicate\n  See rampart --help.'],
  ['--frobnicate run a.ts', 'rampart has no option --frobnicate\n  See rampart --help.'],
  [
    'toString',
    'there is no command "toString"\n  There are: run, list, facts, inventory, guard, lab. See rampart --help.',
  ],
])('rampart %s: a mistake', (line, error) => {
  expect(() => readArgv(words(line))).toThrow(expect.objectContaining({ name: 'UsageError' }))
  try {
    readArgv(words(line))
  } catch (thrown) {
    expect(showError(thrown)).toBe(error)
  }
})

test('every value arrives as it was typed', () => {
  const value = fc.string({ minLength: 1 }).filter(text => text !== '--')
  fc.assert(
    fc.property(value, value, (limit, playbook) => {
      const { flags, operands } = readArgv(['run', `--limit=${limit}`, '--', playbook]) as Extract<
        Asked,
        { operands: unknown }
      >
      expect(flags.get('limit')).toEqual([limit])
      expect(operands).toEqual([playbook])
    }),
  )
})

describe('the options of all commands', () => {
  const all = Object.values(COMMANDS).flatMap(spec => Object.entries(flagsOf(spec)))

  test('of one name take a value everywhere or nowhere, and have the same letter', () => {
    for (const [name, flag] of all)
      for (const [, other] of all.filter(([twin]) => twin === name))
        expect([name, other.short, other.value === undefined]).toEqual([
          name,
          flag.short,
          flag.value === undefined,
        ])
  })

  test('have letters of their own, and none is -h or -V', () => {
    const letters = new Map(all.flatMap(([name, { short }]) => (short ? [[name, short]] : [])))
    expect(new Set(letters.values()).size).toBe(letters.size)
    expect([...letters.values()]).not.toEqual(expect.arrayContaining(['h']))
    expect([...letters.values()]).not.toEqual(expect.arrayContaining(['V']))
  })
})

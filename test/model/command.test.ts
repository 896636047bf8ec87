import { describe, expect, test } from 'vitest'
import type { Word } from '../../src/model/command.ts'
import { read, refuseWrite, run } from '../../src/model/command.ts'
import { PlaybookError } from '../../src/model/error.ts'
import { Secret } from '../../src/model/secret.ts'

describe('what stands in a command', () => {
  test.each<[word: Word<'read' | 'write'>, script: string]>([
    ['a b', "echo 'a b'."],
    ['', "echo ''."],
    [22, 'echo 22.'],
    [-1.5, 'echo -1.5.'],
    [['a b', 'c', 3], "echo 'a b' c 3."],
    [[], 'echo .'],
    [read`cat ${'x y'} | wc -l`, "echo cat 'x y' | wc -l."],
    [[read`a`, 'b;c'], "echo a 'b;c'."],
  ])('%o', (word, script) => {
    expect(run`echo ${word}.`.script).toBe(script)
  })

  test('is put in its order', () => {
    expect(run`${'a'}${'b'} ${'c'}`.script).toBe('ab c')
  })

  test('is never a file descriptor', () => {
    expect(run`echo ${2}>${'/tmp/x y'} ${2} >x`.script).toBe("echo '2'>'/tmp/x y' 2 >x")
  })

  test('is what the template says, escapes and all', () => {
    expect(read`printf 'a\tb' \\ $HOME "$(id)"`.script).toBe('printf \'a\tb\' \\ $HOME "$(id)"')
  })
})

test('a command has its options', () => {
  const stdin = new Secret('s3cret')
  expect(run({ stdin, ok: [0, 1], unit: true })`tctl create -f`).toMatchObject({
    script: 'tctl create -f',
    stdin,
    ok: [0, 1],
    unit: true,
  })
  expect(read({ timeout: 5 })`true`).toMatchObject({ script: 'true', timeout: 5 })
  expect(Object.keys(run`true`)).toEqual(['script'])
})

test('a command that writes stays one, whatever the types were told', () => {
  const write = run`rm -rf /tmp/x`
  expect(() => read`echo ${write as unknown as string}`).toThrow(
    'a check is to run a command that writes: rm -rf /tmp/x',
  )
  expect(() => refuseWrite({ ...write, timeout: 5 })).toThrow('a check is to run a command that writes')
  expect(() => refuseWrite(read`true`)).not.toThrow()
  expect(run`x ${read`y`}`.script).toBe('x y')
})

describe('a mistake', () => {
  /** As from a playbook that no compiler saw. */
  const any = (value: unknown): string => value as string
  test.each<[what: string, make: () => unknown, message: string, hint: string]>([
    [
      'a secret',
      () => run`login ${any(new Secret('s3cret'))}`,
      'a secret stands in a command, where every user of the host could read it',
      'Pass it as stdin: run({ stdin: secret })`…`.',
    ],
    [
      'a secret in a list',
      () => run`login ${['-p', any(new Secret('s3cret'))]}`,
      'a secret stands in a command, where every user of the host could read it',
      'Pass it as stdin: run({ stdin: secret })`…`.',
    ],
    ...[undefined, null, true, Number.NaN, { a: 1 }, [['a']]].map(
      (word): [string, () => unknown, string, string] => [
        String(word),
        () => run`rm -rf /srv/${any(word)}`,
        `${Array.isArray(word) ? "[ 'a' ]" : word && typeof word === 'object' ? '{ a: 1 }' : word} stands in a command where a word should`,
        'A word is a string, a number, a command, or a list of them.',
      ],
    ),
    [
      'a command with stdin',
      () => run`sh -c ${run({ stdin: 'x' })`cat`}`,
      'a command with stdin of its own is spliced into another: cat',
      'Give the stdin to the outer command.',
    ],
    [
      'a command with other options',
      () => run`sudo ${run({ unit: true })`apt-get update`}`,
      'a command with unit of its own is spliced into another: apt-get update',
      'Give the unit to the outer command.',
    ],
    [
      'a NUL in a word',
      () => run`echo ${'a\0b'}`,
      'a word of a command holds a NUL byte',
      "Pass binary data as stdin or as a file's content.",
    ],
    [
      'a NUL in the template',
      () => run`printf '\0'`,
      'a command holds a NUL byte, which sh would drop',
      "Write '\\\\0' for printf's, or pass binary data as stdin.",
    ],
    [
      'a backslash that JavaScript does not know',
      () => run`printf '\xZZ' ${'a'}`,
      "a command has a backslash that means nothing in JavaScript: printf '\\xZZ' …",
      'Write two for one that the shell shall see.',
    ],
  ])('%s', (_, make, message, hint) => {
    expect(make).toThrow(PlaybookError)
    expect(make).toThrow(expect.objectContaining({ message, hint }))
  })

  test('does not tell the secret', () => {
    expect(() => run`login ${any(new Secret('s3cret'))}`).not.toThrow(/s3cret/)
  })
})

import { describe, expect, test } from 'vitest'
import type { Far } from '../far.ts'
import { exchange, run, script } from '../far.ts'

const BINARY = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

/** What a script does is no matter to the next. */
export function apart(far: Far): void {
  describe('keeps scripts apart', () => {
    test.each([
      ['an unbalanced quote', `echo "unbalanced`],
      ['an open brace', 'if true; then {'],
      ['a stray end', 'done; fi; }'],
      ['exit', 'exit 3'],
      ['cd', 'cd /'],
      ['set -eu', 'set -eu; echo $rampart_nothing'],
      ['set -x', 'set -x; true'],
      ['exec of another program', 'exec true'],
      ['closed streams', 'exec <&- >&- 2>&-'],
      ['streams sent elsewhere', 'exec >/dev/null 2>&1 </dev/null'],
      ['a trap', `trap 'echo trapped' EXIT INT TERM`],
      ['a here-document', "cat <<'E'\n'\"$(\nE"],
      ['a here-document without end', 'cat <<E\nno end'],
      [
        'a function of the name of a builtin',
        'printf() { echo no; }; eval() { echo no; }; cat() { echo no; }',
      ],
      ['a variable', 'rampart_witness=no; export rampart_witness; unset PATH HOME'],
      ['return', 'return 3'],
      ['break', 'break 9; continue 9'],
      ['shift', 'shift 9'],
      ['a comment at the end', 'true # no newline'],
      ['a backslash at the end', 'true \\'],
      ['umask', 'umask 077'],
      ['readonly', 'readonly PATH LC_ALL'],
      ['a leading hyphen', '-x'],
      ['an empty script', ''],
      ['only newlines', '\n\n'],
      ['a parenthesis', 'true )'],
      ['reading all input', 'cat; read x; dd count=1'],
    ])('%s', async (_, text) => {
      const shell = far.open()
      const witness = 'pwd; umask; echo "$LC_ALL $rampart_witness $-"; cat | wc -c; echo stderr >&2'
      const [before, , after, fed, last] = await exchange(
        shell,
        witness,
        text,
        witness,
        script(text, { stdin: [Buffer.alloc(200_000, 'exit 9\n')] }),
        witness,
      )
      expect(fed?.code).toBeTypeOf('number')
      expect(before?.code).toBe(0)
      expect([after, last]).toEqual([before, before])
    })

    test('input is for its script alone', async () => {
      const shell = far.open()
      const line = 'rampart=; echo injected\n'
      const stdin = [Buffer.from(line.repeat(10_000))]
      const replies = await exchange(
        shell,
        script('true', { stdin }),
        script('head -n 1', { stdin }),
        'cat',
        script('exec <&-; exit 4', { stdin }),
        script('sleep 0.1', { stdin }),
        script('cat | wc -c', { stdin }),
        script('cat', { stdin: [new Uint8Array()] }),
      )
      expect(replies.map(({ code, stdout }) => [code, stdout.trim()])).toEqual([
        [0, ''],
        [0, line.trim()],
        [0, ''],
        [4, ''],
        [0, ''],
        [0, String(line.length * 10_000)],
        [0, ''],
      ])
    })

    test('a child left behind keeps no reply waiting', async () => {
      const shell = far.open()
      const [left, next] = await exchange(shell, 'sleep 600 & echo $!', 'echo next')
      expect(next?.stdout).toBe('next\n')
      expect(await run(shell, `kill ${Number(left?.stdout)}`)).toMatchObject({ code: 0 })
    })

    test('the stream of frames is open in no script', async () => {
      const shell = far.open()
      const text = 'readlink /proc/$$/fd/0; readlink /proc/self/fd/*'
      const replies = await exchange(
        shell,
        text,
        script(text, { stdin: [BINARY] }),
        script('true', { inShell: true }),
        text,
      )
      for (const reply of [replies[0], replies[1], replies[3]]) {
        const [frames, ...open] = reply?.stdout.trim().split('\n') ?? []
        expect(frames).toMatch(/^(socket|pipe):/)
        expect(open).not.toContain(frames)
      }
    })

    test('what runs in the shell itself stays', async () => {
      const shell = far.open()
      const [, kept, ended] = await exchange(
        shell,
        script('greet() { echo "hello $who"; }; who=world; cat', { inShell: true }),
        'greet; who=nobody',
        'greet; exit 5',
      )
      expect([kept?.stdout, ended?.stdout, ended?.code]).toEqual(['hello world\n', 'hello world\n', 5])
    })
  })
}

import { expect, test } from 'vitest'
import { lastWords } from '../../src/transport/noise.ts'

test.each([
  ['nothing', '', ''],
  ['a line', 'Go away.\n', 'Go away.'],
  ['colours', '\u001b[1;31mred\u001b[0m text\n', 'red text'],
  ['what would overwrite the line', 'ok\r\u001b[2Khidden\u0007\u0008', 'ok / hidden'],
  ['an operating system command', '\u001b]0;title\u0007text', ']0;title text'],
  ['text that runs backwards', 'a\u202eb', 'a b'],
  ['NUL and invalid UTF-8', Buffer.from([0, 0x61, 0xff, 0xfe, 0x62, 0]), 'a b'],
  ['C1 controls', 'a\u009b31mb', 'a 31mb'],
  ['the last five of many lines', '1\n2\n3\n\n4\n5\n6\n', '2 / 3 / 4 / 5 / 6'],
])('the last words of %s', (_, said, want) => {
  expect(lastWords(Buffer.from(said))).toBe(want)
})

test('the last words of very much are short', () => {
  expect(lastWords(Buffer.alloc(5_000_000, 'x')).length).toBe(2048)
})

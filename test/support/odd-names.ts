import fc from 'fast-check'

/** What sh, a tool or a careless parser may trip over: quotes, blanks, newlines, patterns, options, expansions, escapes. */
const oddTexts = [
  ...["'", '"', '`id`', '$(id)', '$HOME', '$IFS', ' ', '  ', '\t', '\n', '\r', '\\', '\\n', ';', '&', '|'],
  ...[
    '*',
    '?',
    '[a]',
    '~',
    '-',
    '--',
    '-rf',
    '!',
    '#',
    '%s',
    '%',
    '{a,b}',
    '<',
    '>',
    '(',
    ')',
    '=',
    ':',
    ',',
  ],
  ...['é', 'e\u0301', '中文', '🦀', '\u202e', '\u00a0', '\u0001', '\u001b[31m', '\u007f'],
]

/** The name of a file: 1 to 255 bytes, without slash and NUL. */
export function oddName(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...oddTexts) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 10 }) },
    { weight: 1, arbitrary: fc.constantFrom('x'.repeat(240), '中'.repeat(80)) },
  )
  return fc
    .array(piece, { minLength: 1, maxLength: 6 })
    .map(pieces => cut(pieces.join('').replaceAll(/[/\0]/g, '_')))
    .filter(name => name !== '' && name !== '.' && name !== '..')
}

/** Any text without NUL. */
export function oddText(): fc.Arbitrary<string> {
  return fc
    .array(fc.oneof(fc.constantFrom(...oddTexts), fc.string({ unit: 'binary', maxLength: 10 })), {
      maxLength: 8,
    })
    .map(pieces => pieces.join('').replaceAll('\0', '_'))
}

function cut(name: string): string {
  let left = [...name]
  while (Buffer.byteLength(left.join('')) > 255) left = left.slice(0, -1)
  return left.join('')
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { authorizedKeys } from '../../src/resources/index.ts'
import { parsePublicKey, showPublicKey, splitOptions } from '../../src/resources/parameters/public-key.ts'
import type { WantedKeys } from '../../src/resources/parts/key-lines.ts'
import { withKeys } from '../../src/resources/parts/key-lines.ts'
import { bare, publicKey } from '../support/keys.ts'

const [anna, bert, carl] = ['anna', 'bert', 'carl'].map(of => publicKey('ed25519', of)) as [
  string,
  string,
  string,
]
const rsa = publicKey('rsa', 'rsa')
const ecdsa = publicKey('ecdsa', 'ecdsa')

const wanted = (keys: readonly string[], given: Partial<WantedKeys> = {}): WantedKeys => ({
  keys: keys.map(key => parsePublicKey(key)!),
  state: 'present',
  exclusive: false,
  ...given,
})

test.each([anna, rsa, ecdsa])('a key that ssh-keygen made is read and shown: %s', key => {
  expect(showPublicKey(parsePublicKey(key)!)).toBe(key)
  const options = 'from="10.0.0.0/8,::1",command="echo \\"a, b\\" # c",no-pty'
  expect(parsePublicKey(`  ${options}   ${key}  `)).toEqual({
    ...parsePublicKey(key),
    options: ['from="10.0.0.0/8,::1"', 'command="echo \\"a, b\\" # c"', 'no-pty'],
  })
})

test.each([
  ['nothing', ''],
  ['a remark', `# ${anna}`],
  ['two lines', `${anna}\n${bert}`],
  ['a carriage return', `${anna}\r${bert}`],
  ['another type', anna.replace('ssh-ed25519', 'ssh-rsa')],
  ['a key that is cut', anna.slice(0, 50)],
  ['a key that is cut at a group of letters', bare(anna).slice(0, -4)],
  ['a key with more behind it', `${bare(anna)}AAAA`],
  ['no base64', bare(anna).replace('AAAA', 'AA!A')],
  ['an old type', 'ssh-dss AAAAB3NzaC1kc3M='],
  ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
])('%s is no key', (_, line) => {
  expect(parsePublicKey(line)).toBeUndefined()
  expect(() => authorizedKeys({ user: 'root', keys: [line] })).toThrow(/keys\.0/)
})

test('options are split as sshd splits them', () => {
  expect(splitOptions('a="b,c",d,e="f\\"g,h"')).toEqual(['a="b,c"', 'd', 'e="f\\"g,h"'])
})

describe('the text of the file', () => {
  const limited = `from="10.0.0.0/8",no-pty ${anna}`
  test.each<[string, string, WantedKeys, string]>([
    ['gets its keys', '', wanted([anna, bert]), `${anna}\n${bert}\n`],
    ['stays', `${anna}\n`, wanted([anna]), `${anna}\n`],
    ['stays without an end', anna, wanted([anna]), anna],
    ['keeps what is foreign', `# mine\n\n${carl}\n`, wanted([anna]), `# mine\n\n${carl}\n${anna}\n`],
    [
      'keeps remarks where it is exclusive',
      `# mine\n${carl}\n`,
      wanted([anna], { exclusive: true }),
      `# mine\n${anna}\n`,
    ],
    ['gets other options in place', `${anna}\n${bert}\n`, wanted([limited]), `${limited}\n${bert}\n`],
    ['loses options that are not wanted', `${limited}\n`, wanted([anna]), `${anna}\n`],
    [
      'does not mind their order',
      `no-pty,from="10.0.0.0/8" ${anna}\n`,
      wanted([limited]),
      `no-pty,from="10.0.0.0/8" ${anna}\n`,
    ],
    [
      'does not mind their case',
      `No-PTY,FROM="10.0.0.0/8" ${anna}\n`,
      wanted([limited]),
      `No-PTY,FROM="10.0.0.0/8" ${anna}\n`,
    ],
    [
      'loses a second line of a key, which would have fewer limits',
      `${limited}\n${bare(anna)}\n`,
      wanted([limited]),
      `${limited}\n`,
    ],
    ['keeps a comment where none is wanted', `${anna}\n`, wanted([bare(anna)]), `${anna}\n`],
    ['gets another comment', `${anna}\n`, wanted([`${bare(anna)} other`]), `${bare(anna)} other\n`],
    ['loses keys', `${anna}\n${limited}\n${bert}\n`, wanted([anna], { state: 'absent' }), `${bert}\n`],
    ['loses all', `${anna}\n${bert}\n`, wanted([], { exclusive: true }), ''],
  ])('%s', (_, before, keys, after) => {
    expect(withKeys(before, keys)).toBe(after)
  })

  test('is the same when it is made twice', () => {
    const line = fc.constantFrom(
      anna,
      bare(anna),
      limited,
      bert,
      carl,
      '# x',
      '',
      `no-pty ${bert}`,
      'rubbish',
    )
    const some = fc.uniqueArray(fc.constantFrom(anna, bare(bert), limited, `no-pty ${carl}`), {
      selector: key => parsePublicKey(key)?.data,
    })
    const given = fc.record({
      state: fc.constantFrom('present' as const, 'absent' as const),
      exclusive: fc.boolean(),
    })
    const property = fc.property(fc.array(line), fc.boolean(), some, given, (lines, ended, keys, how) => {
      const before = lines.join('\n') + (ended ? '\n' : '')
      const once = withKeys(before, wanted(keys, how))
      expect(withKeys(once, wanted(keys, how))).toBe(once)
    })
    fc.assert(property, { numRuns: 2000 })
  })
})

test.each([
  [
    'an option that sshd does not know',
    ['no-ptty'],
    /sshd knows no option "no-ptty"\. Did you mean "no-pty"\?/,
  ],
  ['a value without quotes', ['from=10.0.0.0/8'], /expected a value in double quotes/],
  ['a value that ends too early', ['from="a",command="b'], /expected a value in double quotes/],
  ['two lines', ['command="a\nb"'], /expected a value in double quotes/],
  ['a value that none is for', ['no-pty="x"'], /no-pty takes no value/],
  ['a text of options with one too many commas', 'no-pty,,restrict', /one comma between them/],
])('%s is refused', (_, options, message) => {
  expect(() => authorizedKeys({ user: 'root', keys: [{ key: anna, options }] })).toThrow(message)
})

test.each([
  ['no keys', { keys: [] }, /expected at least one key/],
  ['one key twice', { keys: [anna, `no-pty ${bare(anna)}`] }, /stands there twice/],
  ['exclusive without presence', { keys: [anna], state: 'absent', exclusive: true } as const, /exclusive/],
  ['a comment of two lines', { keys: [{ key: anna, comment: 'a\nb' }] }, /expected one line/],
])('%s is refused', (_, given, message) => {
  const spec = { user: 'root', ...given } as Parameters<typeof authorizedKeys>[0]
  expect(() => authorizedKeys(spec)).toThrow(message)
})

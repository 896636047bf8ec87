import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quote } from '../../src/model/quote.ts'
import { redactor } from '../../src/model/redact.ts'
import { revealed, Secret } from '../../src/model/secret.ts'

const hiding = (...secrets: string[]) => redactor(() => new Set(secrets))
const SECRET = `p0ison & "wood's" <füü>/$x\\n=+`
const PEM = [
  '-----BEGIN OPENSSH PRIVATE KEY-----',
  'b3BlbnNzaC1rZXkt',
  'djEAAAAABG5vbm',
  '-----END OPENSSH PRIVATE KEY-----',
  '',
].join('\n')

describe('what is masked', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  test.each<[what: string, secret: string, printed: string, shown: string]>([
    ['nothing without secrets', '', 'as it is', 'as it is'],
    ['the secret itself', 'correct horse', 'it was correct horse!', 'it was ***!'],
    ['every occurrence', 'correct horse', 'correct horse, correct horse', '***, ***'],
    ['inside a longer word, from eight characters on', 'deadbeef', 'xdeadbeefx', 'x***x'],
    ['one of seven as a word', 'hunter2', 'sudo: hunter2: no', 'sudo: ***: no'],
    ['one of seven between signs', 'hunter2', 'a_hunter2=b', 'a_***=b'],
    ['not one of seven inside a word', 'root', 'chroot rooted root1 root', 'chroot rooted root1 ***'],
    ['a short one that begins and ends with signs, anywhere', '!x?!', 'a!x?!b', 'a***b'],
    ['not one of three', 'abc', 'abc', 'abc'],
    ['a file whose last newline was lost', 'correct horse\n', 'correct horse', '***'],
    ['JSON', SECRET, JSON.stringify({ a: SECRET }), '{"a":"***"}'],
    ['JSON in ASCII', 'pässwörd', String.raw`"p\u00e4ssw\u00f6rd"`, '"***"'],
    ['JSON with escaped slashes', 'path/to/secret', String.raw`"path\/to\/secret"`, '"***"'],
    ['a shell word', SECRET, `echo ${quote(SECRET)}`, "echo '***'"],
    ['a part of a shell word', SECRET, `echo ${quote(`--x=${SECRET}`)}`, "echo '--x=***'"],
    ['a shell word with backslashes', 'two words', String.raw`+ echo two\ words`, '+ echo ***'],
    ['a URL', SECRET, `?q=${encodeURIComponent(SECRET)}&r`, '?q=***&r'],
    ['a form', 'correct horse', 'p=correct+horse', 'p=***'],
    ['a URL in lower case', 'föö/bar/baz', 'f%c3%b6%c3%b6%2fbar%2fbaz', '***'],
    ['XML', 'a&b<c>"d"', '<x>a&amp;b&lt;c&gt;&quot;d&quot;</x>', '<x>***</x>'],
    ['hex', 'correct horse', Buffer.from('correct horse').toString('hex'), '***'],
    ['hex in capitals', 'correct horse', Buffer.from('correct horse').toString('hex').toUpperCase(), '***'],
    ['base64', 'correct horse!!', base64('correct horse!!'), '***'],
    ['base64 after one byte', 'correct horse', base64(':correct horse!'), 'Om***h'],
    ['base64 after a user name', 'correct horse', base64('admin:correct horse'), 'YWRtaW46***'],
    ['base64 after two bytes', 'correct horse', base64('::correct horse'), 'Ojp***'],
    ['base64 for URLs', '???>>>???>>>', Buffer.from('???>>>???>>>').toString('base64url'), '***'],
    ['a short one in base64', 'hunter2', base64('user:hunter2'), 'dXNlcjp***'],
    ['a line of a key', PEM, '+ b3BlbnNzaC1rZXkt', '+ ***'],
    ['a line of a key, but not its armour', PEM, PEM, '***'],
    ['armour alone', PEM, '-----BEGIN OPENSSH PRIVATE KEY-----', '-----BEGIN OPENSSH PRIVATE KEY-----'],
    ['a line with blanks before it', 'first: 1\n  second: 22222\n', '    second: 22222', '    ***'],
    ['not what stands on a line in many files', 'password1\ntrue\n', 'it is true', 'it is true'],
  ])('%s', (_, secret, printed, shown) => {
    expect(hiding(secret)(printed)).toBe(shown)
  })

  test('wrapped base64 of a long secret', () => {
    const secret = Array.from({ length: 40 }, (_, i) => `word${i * 7919}`).join(' ')
    for (const width of [64, 76]) {
      const wrapped = base64(secret).replace(new RegExp(`.{${width}}`, 'g'), '$&\n')
      expect(hiding(secret)(wrapped)).toMatch(/^(\*\*\*\n)+\*\*\*$/)
    }
  })

  test('two that overlap are masked as one', () => {
    expect(hiding('abcdefgh', 'ghijklmn')('xabcdefghijklmnx')).toBe('x***x')
  })

  test('the longer of two that begin alike', () => {
    expect(hiding('abcdefgh', 'abcdefghijkl')('abcdefghijkl abcdefghij')).toBe('*** ***ij')
  })

  test('a secret that is revealed later is known from then on', () => {
    const redact = redactor()
    const secret = new Secret('revealed-only-later')
    expect(redact('revealed-only-later')).toBe('revealed-only-later')
    secret.reveal()
    expect(redact('revealed-only-later')).toBe('***')
    revealed().delete('revealed-only-later')
  })
})

describe('streams', () => {
  const pushed = (secret: string, ...chunks: string[]) => {
    const stream = hiding(secret).stream()
    return [...chunks.map(chunk => stream.push(chunk)), stream.end()]
  }
  test.each<[what: string, chunks: string[], out: string[]]>([
    ['lets go of what cannot be a secret at once', ['all is well\n'], ['all is well\n', '']],
    ['holds back the beginning of a secret', ['it is corr', 'ect horse.'], ['it is ', '***.', '']],
    ['lets go when it was none', ['it is corr', 'upt'], ['it is ', 'corrupt', '']],
    ['gives back at the end what it held', ['it is corr'], ['it is ', 'corr']],
    ['masks by characters', [...'correct horse!'], [...Array(12).fill(''), '***', '!', '']],
  ])('%s', (_, chunks, out) => {
    expect(pushed('correct horse', ...chunks)).toEqual(out)
  })

  test('a short one waits for the letter that decides', () => {
    expect(pushed('hunter2', 'hunter2', 'x hunter2')).toEqual(['', 'hunter2x ', '***'])
  })

  test('a secret without end does not fill the memory', () => {
    const stream = hiding('aaaaaaaa').stream()
    const out = Array.from({ length: 1000 }, () => stream.push('a'.repeat(100))).join('') + stream.end()
    expect(out).toBe('***')
  })
})

describe('whatever the text', () => {
  const letters = fc.string({
    unit: fc.constantFrom('a', 'b', 'B', 'é', '"', "'", '\\', ' ', '\n', '😀', '%'),
    maxLength: 30,
  })
  const secrets = fc.array(
    letters.map(text => `ab${text}ba`).filter(text => text.length >= 8),
    { minLength: 1, maxLength: 4 },
  )

  test('no secret is left in it', () => {
    fc.assert(
      fc.property(secrets, letters, letters, (all, head, tail) => {
        const redact = hiding(...all)
        for (const secret of all) {
          for (const form of [secret, JSON.stringify(secret), quote(secret), encodeURIComponent(secret)]) {
            const out = redact(`${head}${form}${tail}`)
            expect(all.some(one => out.includes(one))).toBe(false)
            expect(out).toContain('***')
          }
        }
      }),
    )
  })

  test('no base64 of it is left, wherever it stands in what was encoded', () => {
    const bytes = fc.uint8Array({ maxLength: 20 })
    fc.assert(
      fc.property(secrets, bytes, bytes, ([secret = ''], head, tail) => {
        const all = Buffer.concat([head, Buffer.from(secret), tail])
        const from = Math.ceil((head.length * 8) / 6)
        const to = Math.floor(((head.length + Buffer.byteLength(secret)) * 8) / 6)
        for (const code of ['base64', 'base64url'] as const) {
          const out = hiding(secret)(all.toString(code))
          expect(out).toContain('***')
          expect(out).not.toContain(all.toString(code).slice(from, to))
        }
      }),
    )
  })

  test('pieces are masked like the whole', () => {
    fc.assert(
      fc.property(
        secrets,
        fc.array(fc.oneof(letters, fc.nat(3)), { maxLength: 8 }),
        fc.array(fc.nat(20)),
        (all, text, cuts) => {
          const short = ['abba', ...all]
          const redact = hiding(...short)
          const whole = text.map(part => (typeof part === 'number' ? (short[part] ?? 'ab') : part)).join('')
          const stream = redact.stream()
          let at = 0
          let out = ''
          for (const cut of cuts) {
            out += stream.push(whole.slice(at, at + cut))
            at += cut
          }
          expect(out + stream.push(whole.slice(at)) + stream.end()).toBe(redact(whole))
        },
      ),
      { numRuns: 500 },
    )
  })
})

test('time grows with the text and not with the secrets', () => {
  const many = Array.from({ length: 2000 }, (_, i) => `${i * 7919}-secret-of-many`)
  const text = 'nothing to see here, no secret of many. '.repeat(25_000)
  const redact = hiding(...many)
  expect(redact(`${text}${many[1999]}`)).toBe(`${text}***`)
})

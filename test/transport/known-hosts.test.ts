import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { knownHostsName, parseKnownHosts, typeOfKey } from '../../src/transport/ssh/known-hosts.ts'
import type { HostNames, Verdict } from '../../src/transport/ssh/verdict.ts'
import { judge, knownTypes } from '../../src/transport/ssh/verdict.ts'

/** The bytes of a public key, of strings in their order (RFC 4253 6.6). */
function key(...strings: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    strings.flatMap(string => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(string.length)
      return [length, Buffer.from(string)]
    }),
  )
}

const A = key('ssh-ed25519', 'a'.repeat(32))
const B = key('ssh-ed25519', 'b'.repeat(32))
const RSA = key('ssh-rsa', Buffer.from([1, 0, 1]), Buffer.alloc(257, 'r').fill(0, 0, 1))
const line = (names: string, of: Buffer): string => `${names} ${typeOfKey(of)} ${of.toString('base64')}`
const names = (dialled: string, ...others: string[]): HostNames => ({ dialled, others, loose: [] })
const ask = (text: string, dialled: string, shown = A): Verdict['kind'] =>
  judge([parseKnownHosts(text, 'known_hosts')], names(dialled), shown).kind

function hashed(name: string): string {
  const salt = Buffer.from('0123456789abcdefghij')
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

const dir = mkdtempSync(join(tmpdir(), 'rampart-known-hosts-'))
const file = join(dir, 'known_hosts')
afterAll(() => rmSync(dir, { recursive: true }))

describe('a verdict on the key A', () => {
  const cases: readonly (readonly [what: string, text: string, name: string, verdict: Verdict['kind']])[] = [
    ['plain', line('h', A), 'h', 'known'],
    ['plain, other key', line('h', B), 'h', 'changed'],
    ['several names', line('x,h,y', A), 'h', 'known'],
    ['in capitals', line('Host.Example', A), 'host.example', 'known'],
    ['no line', line('x', A), 'h', 'unknown'],
    ['an empty file', '', 'h', 'unknown'],
    ['part of a name', line('hh', A), 'h', 'unknown'],
    ['hashed', line(hashed('h'), A), 'h', 'known'],
    ['hashed, other key', line(hashed('h'), B), 'h', 'changed'],
    ['hashed, other name', line(hashed('x'), A), 'h', 'unknown'],
    ['hashed with a port', line(hashed('[h]:2222'), A), '[h]:2222', 'known'],
    ['hashed by an unknown method', line('|2|AAAA|BBBB', A), 'h', 'unknown'],
    ['hashed without a hash', line('|1|AAAA|', A), 'h', 'unknown'],
    ['a port', line('[h]:2222', A), '[h]:2222', 'known'],
    ['another port', line('[h]:2223', A), '[h]:2222', 'unknown'],
    ['the port 22 only', line('h', B), '[h]:2222', 'unknown'],
    ['an IPv6 address', line('fd30::5', A), 'fd30::5', 'known'],
    ['an IPv6 address with a port', line('[fd30::5]:2222', A), '[fd30::5]:2222', 'known'],
    ['a wildcard', line('*.example', A), 'h.example', 'known'],
    ['a wildcard, other key', line('*.example', B), 'h.example', 'changed'],
    ['a question mark', line('dgx0?', A), 'dgx07', 'known'],
    ['a question mark stands for one', line('dgx?', A), 'dgx07', 'unknown'],
    ['a wildcard inside brackets', line('[*.example]:2222', A), '[h.example]:2222', 'known'],
    ['an exception', line('*.example,!h.example', A), 'h.example', 'unknown'],
    ['an exception that comes first', line('!h.example,*.example', A), 'h.example', 'unknown'],
    ['an exception for another', line('!x.example,*.example', A), 'h.example', 'known'],
    ['an exception alone', line('!x', A), 'h', 'unknown'],
    ['revoked', `@revoked ${line('*', A)}`, 'h', 'revoked'],
    ['revoked, although known', `${line('h', A)}\n@revoked ${line('h', A)}`, 'h', 'revoked'],
    ['another key revoked', `${line('h', A)}\n@revoked ${line('*', B)}`, 'h', 'known'],
    ['an authority', `@cert-authority ${line('*', B)}`, 'h', 'authority'],
    ['an authority that is the key itself', `@cert-authority ${line('*', A)}`, 'h', 'authority'],
    ['an authority beside the key', `@cert-authority ${line('*', B)}\n${line('h', A)}`, 'h', 'known'],
    ['an authority beside another key', `@cert-authority ${line('*', B)}\n${line('h', B)}`, 'h', 'changed'],
    ['a marker nobody knows', `@trusted ${line('h', A)}`, 'h', 'unknown'],
    ['another type', line('h', RSA), 'h', 'changed'],
    ['several types', `${line('h', RSA)}\n${line('h', A)}`, 'h', 'known'],
    ['several keys of a type', `${line('h', B)}\n${line('h', A)}`, 'h', 'known'],
    ['a comment behind', `${line('h', A)} me@laptop # yes`, 'h', 'known'],
    ['a comment line', `#${line('h', A)}`, 'h', 'unknown'],
    ['a comment line, indented', `   # ${line('h', A)}`, 'h', 'unknown'],
    ['tabs and leading blanks', `  ${line('h', A).replaceAll(' ', '\t')}`, 'h', 'known'],
    ['CRLF', `${line('x', B)}\r\n${line('h', A)}\r\n`, 'h', 'known'],
    ['a byte order mark before it', `\uFEFF${line('h', A)}`, 'h', 'unknown'],
    ['no newline at the end', `${line('x', B)}\n${line('h', A)}`, 'h', 'known'],
    ['garbage before it', `garbage\nh\nh ssh-ed25519\n\0\0\n${line('h', A)}`, 'h', 'known'],
    ['garbage alone', 'h h h\nh AAAA\n* *\nh ssh ssh\n', 'h', 'unknown'],
    ['a key cut short', line('h', A).slice(0, -8), 'h', 'changed'],
    ['a key that is another type than it says', `h ssh-rsa ${A.toString('base64')}`, 'h', 'changed'],
    ['a key of SSH 1', 'h 1024 35 1234567890', 'h', 'unknown'],
  ]

  test.each(cases)('%s', (_, text, name, verdict) => {
    expect(ask(text, name)).toBe(verdict)
  })

  // OpenSSH's own reader is the judge of which lines speak of a name.
  test.each(cases)('%s: the same lines as ssh-keygen -F finds', (_, text, name) => {
    writeFileSync(file, text)
    const { stdout } = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' })
    const theirs = [...stdout.matchAll(/^# Host .* found: line (\d+)/gm)].map(match => Number(match[1]))
    const ours = parseKnownHosts(text, file).lookup(name)
    expect(ours.map(known => known.place.line)).toEqual(theirs)
  })
})

describe('names', () => {
  const files = [
    parseKnownHosts(`${line('10.0.0.1', A)}\n${line('dgx01', B)}`, 'first'),
    parseKnownHosts(line('10.0.0.2', RSA), 'second'),
  ]
  const verdict = (asked: HostNames, shown: Buffer): Verdict => judge(files, asked, shown)

  test('what we dial decides, if it is known', () => {
    expect(verdict(names('10.0.0.1', 'dgx01'), A).kind).toBe('known')
    expect(verdict(names('10.0.0.1', 'dgx01'), B).kind).toBe('changed')
  })

  test('other names of the host vouch for it when what we dial is unknown', () => {
    expect(verdict(names('10.9.9.9', 'dgx01'), B).kind).toBe('known')
    expect(verdict(names('10.9.9.9', 'dgx01'), A).kind).toBe('changed')
    expect(verdict(names('10.9.9.9', '10.0.0.2'), RSA).kind).toBe('known')
  })

  test('a name without the port can vouch, and says nothing otherwise', () => {
    const loose = { dialled: '[10.0.0.1]:2222', others: [], loose: ['10.0.0.1'] }
    expect(verdict(loose, A).kind).toBe('known')
    expect(verdict(loose, B).kind).toBe('unknown')
  })

  test('a change tells the line of the same type of key', () => {
    const both = parseKnownHosts(`${line('h', RSA)}\n${line('h', B)}`, 'f')
    expect(judge([both], names('h'), A)).toMatchObject({
      kind: 'changed',
      name: 'h',
      by: { place: { file: 'f', line: 2 } },
    })
  })

  test('the types known are those of every file and name', () => {
    expect(knownTypes(files, names('10.0.0.1', '10.0.0.2'))).toEqual(new Set(['ssh-ed25519', 'ssh-rsa']))
    expect(knownTypes([parseKnownHosts(`@cert-authority ${line('*', RSA)}`, 'f')], names('h'))).toEqual(
      new Set(),
    )
  })

  test.each([
    ['h', 22, 'h'],
    ['H.Example', 22, 'h.example'],
    ['10.0.0.1', 2222, '[10.0.0.1]:2222'],
    ['fd30::5', 22, 'fd30::5'],
    ['FD30::5', 2222, '[fd30::5]:2222'],
  ])('%s at %i is kept as %s', (host, port, name) => {
    expect(knownHostsName(host, port)).toBe(name)
  })
})

test('100 000 lines, plain and hashed', () => {
  const plain = Array.from({ length: 90_000 }, (_, index) => line(`host${index}`, B))
  const hashes = Array.from({ length: 10_000 }, (_, index) => line(hashed(`hashed${index}`), B))
  const hosts = parseKnownHosts([...plain, ...hashes, line('h', A)].join('\n'), 'big')
  expect(judge([hosts], names('h'), A).kind).toBe('known')
  expect(judge([hosts], names('host89999'), A).kind).toBe('changed')
  expect(judge([hosts], names('hashed9999'), A)).toMatchObject({
    kind: 'changed',
    by: { place: { line: 100_000 } },
  })
  // Asked again at each new key exchange: every line was looked at once.
  for (let round = 0; round < 1000; round++) expect(hosts.lookup('h')).toBe(hosts.lookup('h'))
})

test('a pattern cannot take long', () => {
  const text = line(`${'*a'.repeat(500)}*b`, A)
  expect(ask(text, 'a'.repeat(5000))).toBe('unknown')
})

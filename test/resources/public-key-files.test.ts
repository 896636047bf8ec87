import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { armored, parsePublicKeys } from '../../src/resources/parameters/openpgp.ts'
import { fingerprintsOf } from '../../src/resources/queries/public-keys.ts'
import { bench, fars } from '../support/apply.ts'

const folder = mkdtempSync(join(tmpdir(), 'rampart-keys-'))
const at = (name: string) => join(folder, name)
const gpg = (...args: readonly string[]) =>
  execFileSync('gpg', ['-q', '--batch', '--no-auto-check-trustdb', '--homedir', folder, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
let all: readonly string[]

beforeAll(() => {
  for (const kind of ['rsa3072', 'ed25519', 'dsa2048'])
    gpg('--passphrase', '', '--quick-gen-key', `${kind}@example.com`, kind, 'default', '0')
  gpg('--passphrase', '', '--quick-add-key', fingerprintsBy(gpg('--export', 'ed25519@'))[0] ?? '', 'cv25519')
  writeFileSync(at('all.gpg'), gpg('--export'))
  writeFileSync(at('all.asc'), gpg('--export', '--armor'))
  const parts = ['rsa3072@', 'ed25519@', 'dsa2048@'].map(name => gpg('--export', '--armor', name).toString())
  writeFileSync(at('one after the other'), `for you:\n${parts.join('and\n')}`)
  writeFileSync(at('with carriage returns'), parts.join('').replaceAll('\n', '\r\n'))
  writeFileSync(
    at('with a comment'),
    parts.join('').replaceAll('BLOCK-----\n\n', 'BLOCK-----\nComment: a key\n\n'),
  )
  all = fingerprintsBy(gpg('--export'))
}, 120_000)
afterAll(() => {
  execFileSync('gpgconf', ['--homedir', folder, '--kill', 'all'])
  rmSync(folder, { recursive: true })
})

/** What gpg says of them. */
function fingerprintsBy(keys: Buffer): readonly string[] {
  const told = execFileSync('gpg', ['-q', '--batch', '--homedir', folder, '--show-keys', '--with-colons'], {
    input: keys,
    stdio: ['pipe', 'pipe', 'ignore'],
  }).toString()
  return [...told.matchAll(/^pub:.*\n(?:.*\n)??fpr:+([0-9A-F]+):/gm)].map(([, print = '']) => print).sort()
}

const FORMS = ['all.gpg', 'all.asc', 'one after the other', 'with carriage returns', 'with a comment']

test.each(FORMS)('keys %s are told apart as gpg does', name => {
  expect(all).toHaveLength(3)
  const keys = parsePublicKeys(readFileSync(at(name)))
  expect(keys?.fingerprints).toEqual(all)
  expect(fingerprintsBy(Buffer.from(keys?.bytes ?? []))).toEqual(all)
  expect(fingerprintsBy(Buffer.from(armored(keys?.bytes ?? new Uint8Array())))).toEqual(all)
})

describe.each(Object.entries(fars))('by %s', (_, far) => {
  test('the same on a host', async () => {
    using host = bench(far)
    const asked = await Promise.all([...FORMS, 'none'].map(name => host.probe.ask(fingerprintsOf, at(name))))
    expect(asked).toEqual([...FORMS.map(() => all), null])
    expect(host.asked).toHaveLength(1)
  })

  test('what is cut off, or something else, is not taken for a key', async () => {
    using host = bench(far)
    const whole = readFileSync(at('all.gpg'))
    const odd = [
      whole.subarray(0, whole.length - 1),
      whole.subarray(0, 10),
      Buffer.from('<html>'),
      Buffer.alloc(0),
    ]
    for (const [i, bytes] of odd.entries()) {
      writeFileSync(at(`odd ${i}`), bytes)
      const found = await host.probe.ask(fingerprintsOf, at(`odd ${i}`))
      expect([found?.includes('broken') || found?.length === 0, parsePublicKeys(bytes)]).toEqual([
        true,
        undefined,
      ])
    }
  })
})

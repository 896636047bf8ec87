import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { showError, VariableError } from '../../src/model/error.ts'
import { Secret } from '../../src/model/secret.ts'
import type { KeyFile } from '../../src/transport/ssh/keys.ts'
import { readKey } from '../../src/transport/ssh/keys.ts'
import { makeKey } from '../support/sshd.ts'

const PASSPHRASE = 'poison-passphrase'
const right = new Secret(PASSPHRASE)
const wrong = new Secret('not-that-one')
const dir = mkdtempSync(join(tmpdir(), 'rampart-keys-'))
const at = (name: string): string => join(dir, name)
const put = (name: string, text: string, mode = 0o600): string => {
  writeFileSync(at(name), text, { mode })
  chmodSync(at(name), mode)
  return at(name)
}
const refusal = async (path: string, passphrase?: Secret): Promise<VariableError> => {
  const answer: KeyFile | VariableError = await readKey(path, passphrase).catch(
    (error: VariableError) => error,
  )
  const error = answer instanceof Error ? answer : answer.kind === 'private' ? undefined : answer.error
  expect(error).toBeInstanceOf(VariableError)
  if (!error) throw new Error('the key was taken')
  expect(showError(error)).not.toContain(PASSPHRASE)
  expect(error.message).toContain(path)
  return error
}

/** name, type, passphrase, further arguments of ssh-keygen */
const made: readonly (readonly [string, string, string, ...string[]])[] = [
  ['ed25519', 'ed25519', ''],
  ['ecdsa256', 'ecdsa', '', '-b', '256'],
  ['ecdsa521', 'ecdsa', '', '-b', '521'],
  ['rsa', 'rsa', '', '-b', '2048'],
  ['rsa.pem', 'rsa', '', '-b', '2048', '-m', 'PEM'],
  ['ecdsa.pem', 'ecdsa', '', '-m', 'PEM'],
  ['rsa.pkcs8', 'rsa', '', '-b', '2048', '-m', 'PKCS8'],
  ['ecdsa.pkcs8', 'ecdsa', '', '-m', 'PKCS8'],
  ['ed25519.locked', 'ed25519', PASSPHRASE, '-a', '1'],
  ['ed25519.gcm', 'ed25519', PASSPHRASE, '-a', '1', '-Z', 'aes256-gcm@openssh.com'],
  ['rsa.locked', 'rsa', PASSPHRASE, '-b', '2048', '-a', '1'],
  ['rsa.pem.locked', 'rsa', PASSPHRASE, '-b', '2048', '-m', 'PEM'],
  ['rsa.pkcs8.locked', 'rsa', PASSPHRASE, '-b', '2048', '-m', 'PKCS8'],
]
const locked = made.filter(([, , passphrase]) => passphrase !== '').map(([name]) => name)

beforeAll(() => {
  for (const [name, type, passphrase, ...more] of made) makeKey(at(name), type, passphrase, ...more)
})
afterAll(() => rmSync(dir, { recursive: true }))

describe('a private key', () => {
  test.each(made)('%s signs what its public half verifies', async (name, _, passphrase) => {
    const file = await readKey(at(name), passphrase === '' ? undefined : right)
    expect(file.kind).toBe('private')
    if (file.kind !== 'private') return
    const data = Buffer.from('something to sign')
    expect(file.key.verify(data, file.key.sign(data, undefined), undefined)).toBe(true)
    const [, base64 = ''] = readFileSync(`${at(name)}.pub`, 'utf8').split(' ')
    expect(file.key.getPublicSSH().toString('base64')).toBe(base64)
  })

  test("openssl's Ed25519, plain and encrypted", async () => {
    const plain = generateKeyPairSync('ed25519').privateKey
    const pem = { type: 'pkcs8', format: 'pem' } as const
    const open = put('openssl', plain.export(pem).toString())
    const shut = put(
      'openssl.locked',
      plain.export({ ...pem, cipher: 'aes-256-cbc', passphrase: PASSPHRASE }).toString(),
    )
    // OpenSSH must find the key that we made of it the same.
    const read = async (path: string, passphrase?: Secret): Promise<string> => {
      const file = await readKey(path, passphrase)
      return file.kind === 'private' ? file.key.getPublicSSH().toString('base64') : file.kind
    }
    expect(await read(open)).toMatch(/^AAAAC3NzaC1lZDI1NTE5/)
    expect(await read(shut, right)).toBe(await read(open))
    expect((await refusal(shut, wrong)).message).toContain('the passphrase is wrong')
  })

  test('a passphrase that is not needed is not asked for', async () => {
    const never = new Secret(() => {
      throw new Error('asked')
    })
    expect((await readKey(at('ed25519'), never)).kind).toBe('private')
  })

  test('CRLF', async () => {
    const text = readFileSync(at('ed25519'), 'latin1').replaceAll('\n', '\r\n')
    expect((await readKey(put('crlf', text))).kind).toBe('private')
  })
})

describe('refused, naming the file and the cure', () => {
  test.each(locked)('%s without a passphrase', async name => {
    const error = await refusal(at(name))
    expect(error.message).toContain('is encrypted, and no passphrase was given')
    expect(error.hint).toContain('RAMPART_KEY_PASSPHRASE')
  })

  test.each(locked)('%s with a wrong passphrase', async name => {
    const error = await refusal(at(name), wrong)
    expect(error.message).toContain('the passphrase is wrong')
  })

  test('a public key', async () => {
    const error = await refusal(at('ed25519.pub'))
    expect(error.message).toContain('is a public key')
    expect(error.hint).toContain(`Name the private key: ${at('ed25519')}`)
  })

  test.each([0o640, 0o644, 0o604, 0o660, 0o777])('mode %o', async mode => {
    const error = await refusal(put(`mode${mode}`, readFileSync(at('ed25519'), 'latin1'), mode))
    expect(error.message).toMatch(/is open to others \(mode 0\d{3}\)/)
    expect(error.hint).toContain('chmod 600')
  })

  test.each([0o600, 0o400])('mode %o is fine', async mode => {
    expect((await readKey(put(`mode${mode}`, readFileSync(at('ed25519'), 'latin1'), mode))).kind).toBe(
      'private',
    )
  })

  test('a certificate', async () => {
    execFileSync('ssh-keygen', ['-q', '-s', at('ed25519'), '-I', 'me', '-n', 'root', at('ecdsa256.pub')], {
      stdio: 'ignore',
    })
    const error = await refusal(at('ecdsa256-cert.pub'))
    expect(error.message).toContain('is a certificate')
    expect(error.hint).toContain('transport: openssh')
  })

  test.each(['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'])(
    'a FIDO key, %s',
    async type => {
      const string = (value: string | Buffer): Buffer => {
        const length = Buffer.alloc(4)
        length.writeUInt32BE(value.length)
        return Buffer.concat([length, Buffer.from(value)])
      }
      const publicKey = Buffer.concat([string(type), string('k'.repeat(32)), string('ssh:')])
      const body = Buffer.concat([
        Buffer.from('openssh-key-v1\0'),
        ...[string('none'), string('none'), string(''), Buffer.from([0, 0, 0, 1])],
        ...[string(publicKey), string('x'.repeat(64))],
      ])
      const text = `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`
      for (const path of [put('sk', text), put('sk.pub', `${type} ${publicKey.toString('base64')} me`)]) {
        const error = await refusal(path)
        expect(error.message).toContain(`is a FIDO key (${type})`)
        expect(error.hint).toContain('transport: openssh')
      }
    },
  )

  test.each([
    ['empty', ''],
    ['garbage', 'hello\n'],
    [
      'cut',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
    ],
    ['headless', '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n'],
    ['huge', 'x'.repeat(2 ** 20 + 1)],
  ])('what is no key: %s', async (name, text) => {
    expect((await refusal(put(`no-${name}`, text))).hint).toBeDefined()
  })

  test('a file that is not there, and a folder', async () => {
    expect((await refusal(at('missing'))).message).toContain('no such file (ENOENT)')
    mkdirSync(at('folder'))
    expect((await refusal(at('folder'))).message).toContain('it is a folder (EISDIR)')
  })
})

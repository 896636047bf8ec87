import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createHostKeyCheck, failClosed, fingerprint } from '../../src/transport/ssh/host-key.ts'
import { parseKnownHosts, typeOfKey } from '../../src/transport/ssh/known-hosts.ts'
import { createKnownHostsFiles } from '../../src/transport/ssh/known-hosts-files.ts'
import { newKey, parsed } from '../support/ssh-server.ts'

const dir = mkdtempSync(join(tmpdir(), 'rampart-verifier-'))
const at = (name: string): string => join(dir, name)
afterAll(() => rmSync(dir, { recursive: true }))

describe('the verifier', () => {
  const key = parsed(newKey()).getPublicSSH()
  const verdicts: boolean[] = []
  const ask = (check: unknown): boolean | undefined => {
    verdicts.length = 0
    failClosed(check as (key: Buffer) => boolean)(key, verdict => verdicts.push(verdict))
    expect(verdicts).toHaveLength(1)
    return verdicts[0]
  }

  test('lets through exactly true', () => {
    expect(ask(() => true)).toBe(true)
  })

  test.each([
    ['false', () => false],
    ['nothing', () => undefined],
    ['null', () => null],
    ['0', () => 0],
    ['1', () => 1],
    ['a word', () => 'true'],
    ['an object', () => ({})],
    ['a promise of true', async () => true],
    ['a promise that rejects', () => Promise.reject(new Error('x')).catch(() => undefined)],
    [
      'a throw',
      () => {
        throw new Error('x')
      },
    ],
  ])('refuses %s, as ssh2 would not', (_, check) => {
    expect(ask(check)).toBe(false)
  })

  test('a check cannot be asynchronous by type', () => {
    // @ts-expect-error a promise is no boolean
    failClosed(async () => true)(key, verdict => expect(verdict).toBe(false))
    expect.assertions(1)
  })

  const check = (acceptNew: boolean, text = '') =>
    createHostKeyCheck({
      who: 'web',
      names: { dialled: 'web', others: [], loose: [] },
      known: [parseKnownHosts(text, 'f')],
      acceptNew,
      file: at('known_hosts'),
      comment: '',
      files: createKnownHostsFiles(),
    })

  test('pins the first key: another one at a later key exchange is refused, known or not', () => {
    const second = parsed(newKey()).getPublicSSH()
    const line = (of: Buffer): string => `web ${typeOfKey(of)} ${of.toString('base64')}\n`
    const keeper = check(true, line(key) + line(second))
    const answers: boolean[] = []
    for (const shown of [key, key, second, key]) keeper.verifier(shown, verdict => answers.push(verdict))
    expect(answers).toEqual([true, true, false, false])
    expect(keeper.refusal?.message).toContain('another host key in the middle of the connection')
  })

  test('writes nothing by itself', async () => {
    const keeper = check(true)
    keeper.verifier(key, verdict => expect(verdict).toBe(true))
    expect(() => readFileSync(at('known_hosts'))).toThrow('ENOENT')
    await keeper.store()
    expect(readFileSync(at('known_hosts'), 'utf8')).toContain('web ssh-ed25519 ')
  })

  test('storing looks again: another run may have met another key', async () => {
    const keeper = check(true)
    keeper.verifier(key, verdict => expect(verdict).toBe(true))
    const second = parsed(newKey()).getPublicSSH()
    writeFileSync(at('known_hosts'), `web ssh-ed25519 ${second.toString('base64')}\n`)
    await expect(keeper.store()).rejects.toThrow('has changed')
  })

  test('prints fingerprints as OpenSSH does', () => {
    writeFileSync(at('x.pub'), `ssh-ed25519 ${key.toString('base64')} x\n`)
    expect(execFileSync('ssh-keygen', ['-lf', at('x.pub')]).toString()).toContain(fingerprint(key))
  })
})

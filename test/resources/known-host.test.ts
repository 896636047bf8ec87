import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { knownHost } from '../../src/resources/index.ts'
import { parsePublicKey } from '../../src/resources/parameters/public-key.ts'
import type { WantedHostKey } from '../../src/resources/parts/known-host-lines.ts'
import { withHostKey } from '../../src/resources/parts/known-host-lines.ts'
import { bench } from '../support/apply.ts'
import { bare, publicKey } from '../support/keys.ts'
import type { PrivateSystem } from '../support/private-system.ts'
import { privateSystem } from '../support/private-system.ts'

const one = bare(publicKey('ed25519', 'x'))
const two = bare(publicKey('ed25519', 'x'))
const rsa = bare(publicKey('rsa', 'x'))
let system: PrivateSystem
beforeAll(async () => {
  system = await privateSystem()
})
afterAll(() => system[Symbol.dispose]())

describe('a text and its keys', () => {
  const edit = (
    before: string,
    given: Partial<Omit<WantedHostKey, 'key'>> & { key?: string | undefined },
  ) => {
    const { key = one, ...rest } = given
    const state = rest.state ?? 'present'
    const parsed = 'key' in given && given.key === undefined ? undefined : parsePublicKey(key)
    return withHostKey(before, { names: ['a'], isAuthority: false, ...rest, state, key: parsed })
  }

  test.each<[string, string, Parameters<typeof edit>[1], string]>([
    ['appends', `b ${two}\n`, {}, `b ${two}\na ${one}\n`],
    ['ends the last line first', `# x`, {}, `# x\na ${one}\n`],
    ['keeps it', `a ${one} remark\n`, {}, `a ${one} remark\n`],
    ['knows it among others', `b,A,c ${one}\n`, {}, `b,A,c ${one}\n`],
    ['takes the place of an older one', `a ${two}\n`, {}, `a ${one}\n`],
    ['leaves the others of that line', `a,b ${two}\n`, {}, `b ${two}\na ${one}\n`],
    ['leaves keys of another type', `a ${rsa}\n`, {}, `a ${rsa}\na ${one}\n`],
    ['leaves what is revoked', `@revoked a ${two}\n`, {}, `@revoked a ${two}\na ${one}\n`],
    ['puts missing names on one line', `a ${one}\n`, { names: ['a', 'b', 'c'] }, `a ${one}\nb,c ${one}\n`],
    ['keeps it once', `a ${one}\na ${one}\n`, {}, `a ${one}\n`],
    ['adds an authority', `a ${two}\n`, { isAuthority: true }, `a ${two}\n@cert-authority a ${one}\n`],
    [
      'leaves other authorities',
      `@cert-authority a ${two}\n`,
      { isAuthority: true },
      `@cert-authority a ${two}\n@cert-authority a ${one}\n`,
    ],
    ['removes it', `a,b ${one}\na ${two}\n`, { state: 'absent' }, `b ${one}\na ${two}\n`],
    ['removes all of a name', `a,b ${one}\na ${rsa}\n`, { state: 'absent', key: undefined }, `b ${one}\n`],
  ])('%s', (_, before, given, after) => {
    expect(edit(before, given)).toBe(after)
    expect(edit(after, given)).toBe(after)
  })
})

test('keys for all are found by ssh-keygen, hashed ones too', async () => {
  using host = bench(system.far())
  const path = '/etc/ssh/ssh_known_hosts'
  const wanted = knownHost({ host: ['git.example.com', '192.0.2.9'], port: 2222, key: `${one} remark` })
  await host.converge(wanted)
  expect(system.inside(`stat -c %a ${path}; ssh-keygen -F '[git.example.com]:2222' -f ${path}`)).toContain(
    one,
  )
  system.inside(`ssh-keygen -q -H -f ${path} 2>/dev/null; rm ${path}.old`)
  expect(system.inside(`cat ${path}`)).not.toContain('example')
  expect(await host.converge(wanted)).toBeUndefined()
  await host.converge(knownHost({ host: 'git.example.com', port: 2222, key: two }))
  const found = system.inside(`ssh-keygen -F '[git.example.com]:2222' -f ${path}`)
  expect([found.includes(two), found.includes(one)]).toEqual([true, false])
  await host.converge(knownHost({ host: ['git.example.com', '192.0.2.9'], port: 2222, state: 'absent' }))
  expect(system.inside(`cat ${path}`)).toBe('')
})

test('keys for a user are in its home, and its own', async () => {
  using host = bench(system.far())
  system.inside(`mkdir -p /etc/home/who; chown daemon:daemon /etc/home/who
sed -i 's#^daemon:.*#daemon:x:1:1::/etc/home/who:/bin/sh#' /etc/passwd`)
  const wanted = knownHost({ host: 'git.example.com', key: one, user: 'daemon' })
  const drift = await host.converge(wanted)
  expect(drift?.diff).toMatchObject({ kind: 'text', changes: { folder: ['absent', '0700'] } })
  expect(system.inside('cd /etc/home/who/.ssh; stat -c "%n %a %U:%G" . known_hosts; cat known_hosts')).toBe(
    `. 700 daemon:daemon\nknown_hosts 644 daemon:daemon\ngit.example.com ${one}\n`,
  )
  expect(await host.converge(wanted)).toBeUndefined()
  const nobody = knownHost({ host: 'x', key: one, user: 'rampart-none' })
  await expect(nobody.check(host.probe)).rejects.toThrow(/there is no user rampart-none/)
})

test('what ssh-keyscan prints of a key is one', () => {
  expect(execFileSync('ssh-keygen', ['-l', '-f', '-'], { input: one }).toString()).toContain('ED25519')
  expect(knownHost({ host: 'a', key: one }).id).toBe('knownHost a ssh-ed25519')
  expect(knownHost({ host: '*.a', key: one, certAuthority: true, port: 23, user: 'x' }).id).toBe(
    'knownHost [*.a]:23 authority ssh-ed25519 of x',
  )
})

test.each<[string, object]>([
  ['host', { host: 'a b' }],
  ['host', { host: '-a' }],
  ['host', { host: [] }],
  ['host', { host: '*.a' }],
  ['key', { key: 'ssh-ed25519 AAAA' }],
  ['key', { key: undefined }],
  ['key', { key: `no-pty ${one}` }],
  ['port', { port: 0 }],
  ['user', { user: 'a b' }],
])('a wrong %s is refused by its name', (name, given) => {
  expect(() => knownHost({ host: 'a', key: one, ...given })).toThrow(`knownHost({…}).${name}`)
})

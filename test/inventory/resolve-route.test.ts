import { readFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { resolveRoute } from '../../src/inventory/resolve-route.ts'
import { sshFilesMatter } from '../../src/inventory/ssh-files.ts'
import { showError } from '../../src/model/error.ts'
import type { SshRoute } from '../../src/model/route.ts'
import { Secret } from '../../src/model/secret.ts'
import { folderWith, hostOf, inventoryOf, known } from './inventory-of.ts'

const me = userInfo().username
const agent = '/run/agent.sock'

beforeEach(() => vi.stubEnv('SSH_AUTH_SOCK', agent))
afterEach(() => vi.unstubAllEnvs())

function way({ user, addresses, port, key, via }: SshRoute): string {
  const keyed = key?.from === 'file' ? key.path : (key?.from ?? 'open')
  return `${user}@${addresses.join('|')}:${port} ${keyed}${via === undefined ? '' : ` < ${way(via)}`}`
}

/** The way to the host `a`, of which the inventory says this, by this ssh_config. FOLDER is where the keys lie. */
async function resolved(said: string, config: string): Promise<string> {
  const folder = folderWith({
    key: 'k',
    'other key': 'k',
    'token.pub': 'sk-ssh-ed25519@openssh.com AAAA',
    'a.example.com': 'k',
    config,
  })
  const text = `all:\n  hosts:\n    a: { ${said.replaceAll('FOLDER', folder)} }\n    j: { address: 10.0.0.9 }\n`
  const host = await hostOf(text, 'a')
  return resolveRoute(host, { config: join(folder, 'config') }).then(
    route => (route.transport === 'ssh' ? way(route) : route.transport).replaceAll(folder, 'FOLDER'),
    error => showError(error).replaceAll(folder, 'FOLDER'),
  )
}

const only = (what: string) =>
  `inventory/hosts.yaml:3:5: the way to a needs ${what}, which only OpenSSH can do\n  Write \`transport: openssh\` for a, or say in the inventory how to reach it.`

describe('what the inventory leaves open is what ssh says', () => {
  test.each([
    ['', '', `${me}@a:22 open`],
    ['', 'Host a\n HostName a.example.com\n User jo\n Port 2222\n', 'jo@a.example.com:2222 open'],
    ['user: root, port: 22', 'Host a\n User jo\n Port 2222\n', 'root@a:22 open'],
    // As ssh and Ansible do: the files are asked for what ssh would be called with.
    ['address: 10.0.0.1', 'Host 10.0.*\n User jo\nHost a\n Port 2222\n', 'jo@10.0.0.1:22 open'],
    ['address: 10.0.0.1', 'Host 10.0.0.1\n HostName 10.0.0.2\n', `${me}@10.0.0.1:22 open`],
    ['user: jo', 'Match user jo\n Port 2222\n', 'jo@a:2222 open'],
    ['', 'Host a\n IdentityFile FOLDER/key\n', `${me}@a:22 FOLDER/key`],
    [
      '',
      'Host a\n IdentityFile FOLDER/none\n IdentityFile "FOLDER/other key"\n',
      `${me}@a:22 FOLDER/other key`,
    ],
    [
      '',
      'Host a\n HostName a.example.com\n IdentityFile FOLDER/%h\n',
      `${me}@a.example.com:22 FOLDER/a.example.com`,
    ],
    ['', 'Host a\n IdentityFile FOLDER/none\n', `${me}@a:22 open`],
    ['', 'Host a\n IdentityFile FOLDER/token.pub\n', `${me}@a:22 FOLDER/token.pub`],
    ['key: FOLDER/key', 'Host a\n IdentityFile FOLDER/other\n CertificateFile x\n', `${me}@a:22 FOLDER/key`],
    ['', `Host a\n IdentityAgent ${agent}\n`, `${me}@a:22 open`],
    ['', 'Host a\n ProxyJump jo@b:99\nHost b\n HostName 10.0.0.2\n', `${me}@a:22 open < jo@10.0.0.2:99 open`],
    ['', 'Host a\n ProxyJump b,c\n', `${me}@a:22 open < ${me}@c:22 open < ${me}@b:22 open`],
    [
      '',
      'Host a\n ProxyJump b\nHost b\n ProxyJump c\n',
      `${me}@a:22 open < ${me}@b:22 open < ${me}@c:22 open`,
    ],
    ['', 'Host a\n ProxyJump none\n', `${me}@a:22 open`],
    ['via: j', 'Host a\n ProxyJump b\nHost 10.*\n User jo\n', `${me}@a:22 open < jo@10.0.0.9:22 open`],
    ['via: j', 'Host a\n ProxyCommand nc %h %p\n', `${me}@a:22 open < ${me}@10.0.0.9:22 open`],
    ['transport: openssh', 'Host a\n ProxyCommand nc %h %p\n', 'openssh'],
    ['transport: docker', 'Host a\n ProxyCommand nc %h %p\n', 'docker'],
    ['', 'Host a\n ProxyCommand nc %h %p\n', only('ProxyCommand nc %h %p')],
    ['', 'Host a\n CertificateFile ~/id-cert.pub\n', only('~/id-cert.pub')],
    ['', 'Host a\n PKCS11Provider /usr/lib/p11.so\n', only('PKCS11Provider /usr/lib/p11.so')],
    ['', 'Host a\n IdentityAgent ~/other.sock\n', only(`IdentityAgent ${homedir()}/other.sock`)],
    ['', 'Host a\n HostKeyAlias b\n', only('HostKeyAlias b')],
    [
      '',
      'Host a\n IdentityAgent ~/other.sock\n IdentityFile FOLDER/token.pub\n',
      only(`IdentityAgent ${homedir()}/other.sock`),
    ],
    ['', 'Host a\n IdentityAgent ~/other.sock\n IdentityFile FOLDER/key\n', `${me}@a:22 FOLDER/key`],
    ['', 'Host a\n IdentityAgent none\n', `${me}@a:22 open`],
    [
      '',
      'Host a\n ProxyJump b\nHost b\n ProxyJump a\n',
      'inventory/hosts.yaml:3:5: ssh_config sends the way to a in a circle through a\n  Write `ProxyJump none` for the jump host in ~/.ssh/config.',
    ],
    [
      '',
      'Foo bar\n',
      'inventory/hosts.yaml:3:5: ssh cannot tell how to reach a: FOLDER/config: line 1: Bad configuration option: foo\n  Try it: ssh -G a',
    ],
  ])('{ %s } with %s', async (said, config, expected) => {
    expect(await resolved(said, config)).toBe(expected)
  })
})

test('a route is asked for once, and so is a jump that many share', async () => {
  const folder = folderWith({ config: 'Match exec "echo %n >> FOLDER/asked"\n User jo\n' })
  const fleet = await inventoryOf('all: { hosts: { j: {}, "n[01:30]": { via: j } } }')
  const config = join(folder, 'config')
  const ask = () => Promise.all(fleet.select('n*').map(host => resolveRoute(host, { config })))
  const routes = await ask()
  expect(await ask()).toEqual(routes)
  expect(new Set(routes.map(route => (route.transport === 'ssh' ? route.via : undefined))).size).toBe(1)
  const asked = readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n').sort()
  expect(asked).toEqual(['j', ...fleet.select('n*').map(host => host.name)])
})

test('where there is no ssh, what is open stays open', async () => {
  vi.stubEnv('PATH', folderWith({}))
  const fleet = await inventoryOf('all: { hosts: { a: {} } }')
  const route = await resolveRoute(known(fleet, 'a'), { config: '/dev/null' })
  expect(route).toMatchObject({ addresses: ['a'], port: undefined, user: undefined, key: undefined })
})

test("a passphrase goes with a key that only ssh's files name", async () => {
  const folder = folderWith({ key: 'k', config: 'IdentityFile FOLDER/key\n' })
  const config = join(folder, 'config')
  const passphrase = new Secret('p')
  const route = await resolveRoute(await hostOf('all: { hosts: { a: } }', 'a'), { config, passphrase })
  expect(route).toMatchObject({ key: { from: 'file', path: `${folder}/key`, passphrase } })
})

describe('ssh is asked only where its files say anything that matters', () => {
  test.each([
    ['nothing', {}, false],
    [
      "Debian's own",
      { config: 'Include FOLDER/d/*.conf\nHost *\n  SendEnv LANG LC_*\n  HashKnownHosts yes\n' },
      false,
    ],
    ['comments', { config: '# User jo\n\n' }, false],
    ['a user', { config: 'Host x\n\tUser jo\n' }, true],
    ['with =', { config: 'port=22\n' }, true],
    ['a match', { config: 'Match all\n' }, true],
    ['in an included file', { config: 'Include FOLDER/d/*.conf\n', 'd/a.conf': 'ProxyJump b\n' }, true],
    ['in a file beside', { config: 'Include "d/a.conf"\n', 'd/a.conf': 'HostName b\n' }, true],
    ['not in a file of another name', { config: 'Include d/*.conf\n', 'd/a.txt': 'HostName b\n' }, false],
    ['in a circle', { config: 'Include config\n' }, false],
    ['where we cannot follow', { config: 'Include */x.conf\n' }, true],
  ])('%s', (_, files, matters) => {
    const folder = folderWith(files)
    expect(sshFilesMatter([join(folder, 'config')])).toBe(matters)
  })

  test('what cannot be read may say anything', () => {
    const folder = folderWith({ 'config/x': '' })
    expect(sshFilesMatter([join(folder, 'config')])).toBe(true)
  })
})

import { mkdtemp, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { command } from '../../src/controller/command.ts'
import type { ReachedHost } from '../../src/lab/files.ts'
import { inventoryOf, knownHostsOf, writeFiles } from '../../src/lab/files.ts'
import { lab } from '../../src/lab/place.ts'

const hosts: readonly ReachedHost[] = [
  {
    name: 'bastion',
    address: { v4: '172.30.0.10', v6: 'fd30::10' },
    via: undefined,
    group: undefined,
    hostKeys: ['ssh-ed25519 AAAA1', 'ssh-rsa AAAA2'],
  },
  {
    name: 'dgx01',
    address: { v4: '172.31.0.11', v6: undefined },
    via: 'bastion',
    group: 'dgx',
    hostKeys: ['ssh-ed25519 AAAA3'],
  },
]

test('the inventory says who is reached how, with which key', () => {
  const here = lab({ cwd: '/home/me: # "too"' })
  expect(parse(inventoryOf(here, hosts))).toEqual({
    all: {
      vars: { user: 'root', key: here.files.key, known_hosts: here.files.knownHosts },
      hosts: { bastion: { address: '172.30.0.10' } },
      children: { dgx: { hosts: { dgx01: { address: '172.31.0.11', via: 'bastion' } } } },
    },
  })
})

test('known_hosts has every key under the name and every address', () => {
  expect(knownHostsOf(hosts)).toBe(
    [
      'bastion,172.30.0.10,fd30::10 ssh-ed25519 AAAA1',
      'bastion,172.30.0.10,fd30::10 ssh-rsa AAAA2',
      'dgx01,172.31.0.11 ssh-ed25519 AAAA3',
      '',
    ].join('\n'),
  )
})

test('ssh reads its configuration as meant, in a folder with spaces and percent signs too', async () => {
  const here = lab({ cwd: join(await mkdtemp(join(tmpdir(), 'rampart-')), 'my 100%h lab') })
  await writeFiles(here, hosts)
  const { stdout } = await command(['ssh', '-G', '-F', here.files.sshConfig, 'dgx01'])
  const said = stdout.split('\n')
  expect(said).toEqual(
    expect.arrayContaining([
      'hostname 172.31.0.11',
      'user root',
      'port 22',
      'proxyjump bastion',
      'hostkeyalias dgx01',
      'identitiesonly yes',
      'stricthostkeychecking true',
    ]),
  )
  // Of the key's path `ssh -G` shows the tokens before they are expanded: %% is one percent sign.
  const escaped = (path: string) => path.replaceAll('%', '%%')
  expect(said).toContain(`identityfile ${escaped(here.files.key)}`)
  expect(said.find(line => line.startsWith('userknownhostsfile'))).toContain(here.files.knownHosts)
})

test('files are written once, for nobody else to read, and not again while they say the same', async () => {
  const here = lab({ cwd: await mkdtemp(join(tmpdir(), 'rampart-')) })
  expect(await writeFiles(here, hosts)).toBe(true)
  const before = await stat(here.files.inventory)
  expect(before.mode & 0o777).toBe(0o600)
  expect(await readFile(here.files.ignore, 'utf8')).toBe('*\n')
  expect(await writeFiles(here, hosts)).toBe(false)
  expect((await stat(here.files.inventory)).mtimeMs).toBe(before.mtimeMs)
  expect(await writeFiles(here, hosts.slice(0, 1))).toBe(true)
})

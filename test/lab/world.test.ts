import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { inventoryOf } from '../../src/lab/files.ts'
import { wantedHosts } from '../../src/lab/hosts.ts'
import type { LabEvent } from '../../src/lab/index.ts'
import { lab } from '../../src/lab/place.ts'
import { knownNames, repositoryOf, worldNames } from '../../src/lab/world/names.ts'
import { ensurePrograms } from '../../src/lab/world/programs.ts'
import type { WhichWorld } from '../../src/lab/world/which.ts'
import { whichWorld } from '../../src/lab/world/which.ts'
import type { LabVariables } from '../../src/lab/world/yaml.ts'

afterEach(() => vi.unstubAllEnvs())

test('the world is one more host, the last, which playbooks do not know', () => {
  const hosts = wantedHosts(1, true)
  expect(hosts.map(({ name }) => name)).toEqual(['bastion', 'dgx01', 'world'])
  expect(hosts[2]).toMatchObject({ numbers: { public: 2 }, outside: true, engine: false })
})

test('every vendor’s name leads to the world, and the web’s name to the bastion in both families', async () => {
  const network = { name: 'x-public', v4: '172.30.4', v6: 'fd30:0:0:4' }
  const names = await knownNames(network, false)
  expect(names.filter(({ address }) => address === '172.30.4.2').map(({ name }) => name)).toEqual(worldNames)
  expect(names.filter(({ name }) => name === 'teleport.lab.test').map(({ address }) => address)).toEqual([
    '172.30.4.10',
    'fd30:0:0:4::10',
  ])
  for (const vendor of ['tailscale', 'docker', 'teleport', 'openresty']) {
    expect(worldNames).toContain(repositoryOf(vendor))
  }
})

test.each<[readonly WhichWorld[], WhichWorld | undefined, WhichWorld]>([
  [[], undefined, true],
  [[], false, false],
  [[], 'online', 'online'],
  [[false, false], undefined, false],
  [[false, false], false, false],
  [[true, true], undefined, true],
  [['online'], undefined, 'online'],
  // One that another version of rampart made, which knew of no world.
  [[false, true], undefined, true],
])('hosts made for %j, told %j: %j', (found, told, wanted) => {
  const hosts = found.map(world => ({ world }))
  expect(whichWorld(lab(), hosts, told)).toBe(wanted)
})

test.each<[WhichWorld, WhichWorld, string]>([
  [false, true, 'was made without a world'],
  [true, false, 'was made with a world'],
  [true, 'online', 'was made with a world'],
  ['online', false, 'was made --online'],
])('a lab made for %j does not become %j', (has, told, words) => {
  expect(() => whichWorld(lab({ name: 'mine' }), [{ world: has }], told)).toThrow(words)
})

test('variables are in the inventory where they belong, secrets as files', () => {
  const host = { address: { v4: '172.30.0.10', v6: undefined }, hostKeys: [] }
  const hosts = [
    { ...host, name: 'bastion', via: undefined, group: undefined },
    { ...host, name: 'dgx01', via: 'bastion', group: 'dgx' },
    { ...host, name: 'world', via: undefined, group: undefined, outside: true as const },
  ]
  const variables: LabVariables = {
    all: { tailscale: { auth_key: { file: '/a "quoted" path' } }, 'odd: name': null, none: {} },
    hosts: { bastion: { 'forward-proxy': { listen: ['172.31.0.10'], port: 8888 }, yes: true } },
    groups: { dgx: { note: 'a: b # c' } },
  }
  const text = inventoryOf(lab({ cwd: '/home/me' }), hosts, variables)
  const read = parse(text, {
    customTags: [{ tag: '!file', resolve: (path: string) => `file ${path}` }],
  })
  expect(read.all.vars).toMatchObject({ tailscale: { auth_key: 'file /a "quoted" path' }, none: {} })
  expect(read.all.vars).toHaveProperty(['odd: name'], null)
  expect(read.all.hosts).toEqual({
    bastion: { address: '172.30.0.10', 'forward-proxy': { listen: ['172.31.0.10'], port: 8888 }, yes: true },
  })
  expect(read.all.children.dgx).toEqual({
    vars: { note: 'a: b # c' },
    hosts: { dgx01: { address: '172.30.0.10', via: 'bastion' } },
  })
})

/** What the step `programs` says where `go` is this script, or is not there. */
async function withoutGo(script?: string) {
  const bin = await mkdtemp(join(tmpdir(), 'rampart-bin-'))
  if (script !== undefined) {
    await writeFile(join(bin, 'go'), `#!/bin/sh\n${script}\n`)
    await chmod(join(bin, 'go'), 0o755)
  }
  vi.stubEnv('PATH', bin)
  vi.stubEnv('XDG_CACHE_HOME', await mkdtemp(join(tmpdir(), 'rampart-cache-')))
  const told: LabEvent[] = []
  const { folders, missing } = await ensurePrograms({ install: false, say: event => told.push(event) })
  return { folders, missing, last: told.at(-1) }
}

test.each([
  [undefined, 'there is no Go on this machine (1.21 or newer builds it)'],
  [
    'echo go version go1.19.8 linux/amd64',
    'this machine’s Go is too old (1.21 or newer builds it): go version',
  ],
  [
    'case $1 in version) echo go version go1.26.8 linux/amd64;; *) echo "no route to the modules" >&2; exit 1;; esac',
    'Go cannot build it: no route to the modules',
  ],
])('with %j for a Go it is said in one line what cannot be shown', async (script, why) => {
  const { folders, missing, last } = await withoutGo(script)
  expect(folders).toEqual([])
  expect(missing).toHaveLength(2)
  expect(missing[0]).toContain(`tailscale cannot be shown: ${why}`)
  expect(missing[1]).toContain(`teleport-bastion and teleport-agent cannot be shown: ${why}`)
  expect(last).toMatchObject({ step: 'programs', state: 'done', changed: false })
  expect(last?.state === 'done' && last.detail?.split('\n')).toHaveLength(1)
})

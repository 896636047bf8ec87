import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { makeKey } from '../support/sshd.ts'
import { readInventory } from './door.ts'
import { useLab } from './lab.ts'
import { litter, until } from './look.ts'
import { FILTERS } from './mistakes/command-line.ts'
import { LISTS } from './mistakes/lists.ts'
import type { Files, Mistake, Words } from './mistakes/mistaken.ts'
import { HEAD, STACK, said, withList } from './mistakes/mistaken.ts'
import { changed, mark } from './mistakes/unchanged.ts'
import { VARIABLES } from './mistakes/variables.ts'
import { KEYS, REFUSED } from './mistakes/way-in.ts'

const lab = useLab({ name: 'mistakes', nodes: 1 })
vi.setConfig({ testTimeout: 120_000 })

const keys = mkdtempSync(join(tmpdir(), 'rampart-keys-'))
afterAll(() => rmSync(keys, { recursive: true }))

let words: Words
beforeAll(async () => {
  const { hosts, children } = readInventory(lab).all
  const open = join(keys, 'open')
  copyFileSync(lab.files.key, open)
  chmodSync(open, 0o644)
  const stranger = readFileSync(`${makeKey(join(keys, 'stranger'), 'ed25519')}.pub`, 'utf8')
  words = {
    $KEY: lab.files.key,
    $KNOWN: lab.files.knownHosts,
    $OPEN: open,
    $SEALED: makeKey(join(keys, 'sealed'), 'ed25519', 'passphrase'),
    $STRANGER: stranger.split(' ').slice(0, 2).join(' '),
    $PASSWORD: readFileSync(lab.files.password, 'utf8').trim(),
    $BASTION: hosts.bastion.address,
    $NODE: children.dgx.hosts.dgx01.address,
    $PORT: '22',
  }
  await mark(lab, 'bastion')
})

const HEADING = /^\w+\.ts · \d hosts? of inventory · run \S+\n?/

/** One message, with all that was to be changed left as it was. */
async function expectMistake([, files, args, shown, env]: Mistake): Promise<void> {
  const { code, stdout, stderr } = await said(files, args, words, env)
  expect({ code, stderr }).toEqual({ code: 1, stderr: `error: ${shown}` })
  expect(stdout.replace(HEADING, '')).toBe('')
  expect(stderr).not.toMatch(STACK)
  expect(await changed(lab, 'bastion')).toBe('')
}

test.each(FILTERS)('on the command line: %s', (...mistake) => expectMistake(mistake))
test.each(LISTS)('in a list of tasks: %s', (...mistake) => expectMistake(mistake))
test.each(VARIABLES)('in variables and templates: %s', (...mistake) => expectMistake(mistake))
test.each(KEYS)('in the way to a host: %s', (...mistake) => expectMistake(mistake))

/** What is said of hosts, below the heading and above the plays. */
const ofHosts = (stdout: string): string => stdout.replace(HEADING, '').split('\n\n')[0]?.trim() ?? ''

test.each(REFUSED)('a host that does not let us in: %s', async (_, files, flags, env, code, shown) => {
  const told = await said(files, ['run', 'site.ts', ...flags], words, env)
  expect({ code: told.code, stderr: told.stderr, shown: ofHosts(told.stdout) }).toEqual({
    code,
    stderr: '',
    shown,
  })
  expect(told.stdout).toMatch(new RegExp(`RECAP[^]* bastion  .* Exit code ${code}: a host `, 's'))
  expect(told.stdout).not.toMatch(STACK)
  expect(await changed(lab, 'bastion')).toBe('')
})

/** The bastion, and one at whose door nobody answers. */
const TWO: Files = {
  'inventory/hosts.yaml': `all:
  vars: { user: root, key: $KEY, known_hosts: $KNOWN }
  hosts:
    bastion: { address: $BASTION }
    gone: { address: $BASTION, port: 1 }
`,
  'site.ts': `${HEAD}export default playbook(
  play('One', { hosts: 'all' }, [task('look', { check: () => inSync() })]),
  play('Two', { hosts: 'gone' }, [task('more', { check: () => inSync() }, { tags: ['www'] })]),
)
`,
}
const GONE = `unreachable       gone
      gone ($BASTION:1) cannot be reached: connection refused (ECONNREFUSED)
      → Is its sshd running, and is the port right?`

test('a name that no server knows', async () => {
  const files = { ...TWO, 'inventory/hosts.yaml': 'all: { hosts: { gone: { address: gone.invalid } } }\n' }
  const { code, stdout } = await said(files, [], words)
  expect(code).toBe(4)
  expect(ofHosts(stdout)).toMatch(
    /^unreachable +gone\n +gone \(gone\.invalid\) cannot be reached: (no such name \(ENOTFOUND\)|the name server does not answer \(EAI_AGAIN\))\n +→ Check the name, or give an `address`\.$/,
  )
})

describe('of two hosts one cannot be reached', () => {
  test('the other goes on, and the exit code tells', async () => {
    const { code, stdout, stderr } = await said(TWO, [], words)
    expect({ code, stderr, shown: ofHosts(stdout) }).toEqual({ code: 4, stderr: '', shown: GONE })
    expect(stdout).toMatch(/ {2}ok +\S+ {2}bastion {2}look\n/)
    expect(stdout).toMatch(/ {2}bastion +1 .*\n {2}gone +0 .*\n\n.* 1 unreachable \(gone\)/)
  })

  test('what only that one has is no mistake, and what nobody has is one', async () => {
    const tagged = await said(TWO, ['run', 'site.ts', '-t', 'www'], words)
    expect({ code: tagged.code, stderr: tagged.stderr }).toEqual({ code: 4, stderr: '' })
    const misspelt = await said(TWO, ['run', 'site.ts', '-t', 'wwww'], words)
    expect({ code: misspelt.code, stderr: misspelt.stderr }).toEqual({
      code: 1,
      stderr: 'error: --tags: no task of this playbook has the tag "wwww"\n  → Did you mean "www"?',
    })
  })
})

test('a host that another run holds is left out, and its holder is named', async () => {
  const slow = withList(
    "[task('hold', { check: () => drift({ kind: 'fields', changes: {} }, [run`touch /run/held; until [ -e /run/free ]; do sleep 0.1; done`], { always: true }) })]",
  )
  const holder = said(slow, [], words)
  await until(lab, 'bastion', 'test -e /run/held')
  const { code, stdout } = await said({}, [], words)
  await lab.inside('bastion', 'touch /run/free')
  expect(code).toBe(3)
  expect(ofHosts(stdout)).toMatch(
    /^refused +bastion\n +bastion is held by \S+@\S+'s run \d{8}T\d{6}Z-[\da-f]{6}, which gave a sign of life … ago\n +→ Wait for it to end\. A run that has died is taken over … after its last sign of life\.$/,
  )
  expect(stdout).toMatch(/RECAP.* bastion +0 .* Exit code 3: a host failed\.$/s)
  expect(await holder).toMatchObject({ code: 0 })
  await lab.inside('bastion', 'rm -rf /var/lib/rampart /run/held /run/free')
  await mark(lab, 'bastion')
})

test('with --json a mistake found on a host is an error event between the others', async () => {
  const { code, stdout, stderr } = await said({}, ['run', 'site.ts', '--json', '-t', 'wwww'], words)
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  const events = stdout.split('\n').map(line => JSON.parse(line))
  expect(events.map(({ event }) => event)).toEqual(['start', 'host', 'error', 'recap'])
  expect(events[2]).toMatchObject({ name: 'UsageError', hint: 'Did you mean "www"?' })
  expect(events[3]).toMatchObject({ exitCode: 1, hosts: { bastion: { changed: 0, failed: 0 } } })
})

test('-v shows the stack of what a playbook threw, and of nothing else', async () => {
  const thrown = await said(withList('host => host.name.match(/rack/)[0]'), ['run', 'site.ts', '-v'], words)
  expect(thrown.stderr).toMatch(/^error: site\.ts:6:\d+: Cannot read .*\n +at .*site\.ts:6:\d+\)?\n/)
  const told = await said({}, ['run', 'site.ts', '-v', '-t', 'wwww'], words)
  expect(told.stderr).not.toMatch(STACK)
})

test('a listing finds the same mistakes, and asks nobody', async () => {
  for (const [, files, args, shown] of [...FILTERS, ...VARIABLES.slice(0, 3)]) {
    const { code, stderr } = await said(
      files,
      ['list', ...(args.length === 0 ? ['site.ts'] : args.slice(1))],
      words,
    )
    expect({ code, stderr }).toEqual({ code: 1, stderr: `error: ${shown}` })
  }
})

test('none of this has left anything on the host', async () => {
  expect(await litter(lab, 'bastion')).toBe('')
})

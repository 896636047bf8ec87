import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Sshd } from '../support/sshd.ts'
import { startSshd } from '../support/sshd.ts'
import { COMMAND_LINE } from './mistakes/command-line.ts'
import { INVENTORY } from './mistakes/inventory.ts'
import { LOADING } from './mistakes/loading.ts'
import type { Mistake, Words } from './mistakes/mistaken.ts'
import { STACK, said } from './mistakes/mistaken.ts'

let sshd: Sshd
let words: Words
beforeAll(async () => {
  sshd = await startSshd()
  words = {
    $KEY: sshd.key,
    $KNOWN: sshd.knownHosts,
    $BASTION: '127.0.0.1',
    $NODE: '127.0.0.1',
    $PORT: String(sshd.port),
  }
})
afterAll(() => sshd.stop())

/** One message, and nobody was dialled. */
async function expectMistake([, files, args, shown]: Mistake): Promise<void> {
  const { code, stdout, stderr } = await said(files, args, words)
  expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `error: ${shown}` })
  expect(stderr).not.toMatch(STACK)
  expect(sshd.log()).not.toContain('Connection from')
}

test.each(COMMAND_LINE)('on the command line: %s', (...mistake) => expectMistake(mistake))
test.each(INVENTORY)('in the inventory: %s', (...mistake) => expectMistake(mistake))
test.each(LOADING)('in a playbook, when it is loaded: %s', (...mistake) => expectMistake(mistake))

test.each<[what: string, args: readonly string[], name: string]>([
  ['of the command line', ['run', 'site.ts', '--json', '--limti'], 'UsageError'],
  ['of the selection', ['run', 'site.ts', '--json', '-l', 'bastoin'], 'UsageError'],
  ['of the playbook', ['run', 'stie.ts', '--json'], 'PlaybookError'],
  ['of a listing', ['list', 'stie.ts', '--json'], 'PlaybookError'],
])('with --json a mistake %s is an error event before the recap', async (_, args, name) => {
  const { code, stdout, stderr } = await said({}, args, words)
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  expect(stdout.split('\n').map(line => JSON.parse(line))).toEqual([
    expect.objectContaining({ event: 'error', name, message: expect.any(String), hint: expect.any(String) }),
    { event: 'recap', hosts: {}, exitCode: 1, ms: expect.any(Number) },
  ])
})

test('a run without a mistake dials the host: the proof above proves something', async () => {
  const { stdout } = await said({}, ['run', 'site.ts', '--check'], words)
  expect(stdout).toContain('DRY RUN')
  expect(sshd.log()).toContain('Connection from')
})

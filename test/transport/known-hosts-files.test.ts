import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { HostKeyRefused } from '../../src/model/error.ts'
import { createKnownHostsFiles } from '../../src/transport/ssh/known-hosts-files.ts'

const dir = mkdtempSync(join(tmpdir(), 'rampart-known-hosts-'))
const at = (name: string): string => join(dir, name)
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh'
afterAll(() => rmSync(dir, { recursive: true }))

test('files that are not there are empty', async () => {
  expect(await createKnownHostsFiles().read([at('missing'), at('missing/below')])).toEqual([])
})

test('a file that cannot be read refuses everybody', async () => {
  mkdirSync(at('folder'))
  const error = await createKnownHostsFiles()
    .read([at('folder')])
    .catch((refused: Error) => refused)
  expect(error).toBeInstanceOf(HostKeyRefused)
  expect((error as Error).message).toBe(`${at('folder')} cannot be read: it is a folder (EISDIR)`)
})

test.skipIf(process.getuid?.() === 0)('a file without permission refuses everybody', async () => {
  writeFileSync(at('secret'), `h ${KEY}\n`)
  chmodSync(at('secret'), 0)
  await expect(createKnownHostsFiles().read([at('secret')])).rejects.toThrow('permission denied (EACCES)')
})

test('a file is parsed once, until it changes', async () => {
  writeFileSync(at('cached'), `h ${KEY}\n`)
  const files = createKnownHostsFiles()
  const [first] = await files.read([at('cached')])
  expect((await files.read([at('cached')]))[0]).toBe(first)
  writeFileSync(at('cached'), `h ${KEY}\nx ${KEY}\n`)
  const [second] = await files.read([at('cached')])
  expect(second).not.toBe(first)
  expect(second?.lookup('x')).toHaveLength(1)
})

test('a new file and its folder are for us alone', async () => {
  await createKnownHostsFiles().append(at('state/deep/known_hosts'), () => `h ${KEY}`)
  expect(readFileSync(at('state/deep/known_hosts'), 'utf8')).toBe(`h ${KEY}\n`)
  expect(statSync(at('state/deep/known_hosts')).mode & 0o777).toBe(0o600)
  expect(statSync(at('state/deep')).mode & 0o777).toBe(0o700)
})

test('a line goes behind a last line without a newline, and the mode stays', async () => {
  writeFileSync(at('open'), `# mine\nx ${KEY}`, { mode: 0o644 })
  await createKnownHostsFiles().append(at('open'), () => `h ${KEY}`)
  expect(readFileSync(at('open'), 'utf8')).toBe(`# mine\nx ${KEY}\nh ${KEY}\n`)
  expect(statSync(at('open')).mode & 0o777).toBe(0o644)
})

test('who decides sees what others have appended', async () => {
  const files = createKnownHostsFiles()
  const appendOnce = (): Promise<void> =>
    files.append(at('turns'), ([now]) => (now?.lookup('h').length ? undefined : `h ${KEY}`))
  await Promise.all(Array.from({ length: 20 }, appendOnce))
  expect(readFileSync(at('turns'), 'utf8')).toBe(`h ${KEY}\n`)
})

test('a decision that throws writes nothing and does not hold up the next', async () => {
  const files = createKnownHostsFiles()
  const refused = files.append(at('thrown'), () => {
    throw new HostKeyRefused('no')
  })
  const next = files.append(at('thrown'), () => `h ${KEY}`)
  await expect(refused).rejects.toThrow('no')
  await next
  expect(readFileSync(at('thrown'), 'utf8')).toBe(`h ${KEY}\n`)
})

test('several runs append whole lines at once', async () => {
  const files = [createKnownHostsFiles(), createKnownHostsFiles(), createKnownHostsFiles()]
  await Promise.all(
    files.flatMap((run, number) =>
      Array.from({ length: 100 }, (_, n) => run.append(at('runs'), () => `h${number}-${n} ${KEY}`)),
    ),
  )
  const lines = readFileSync(at('runs'), 'utf8').trimEnd().split('\n')
  expect(lines).toHaveLength(300)
  expect(new Set(lines).size).toBe(300)
  for (const line of lines) expect(line).toMatch(/^h\d-\d+ ssh-ed25519 \S+$/)
})

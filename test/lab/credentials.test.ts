import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { command } from '../../src/controller/command.ts'
import { ensureCredentials } from '../../src/lab/credentials.ts'
import { lab } from '../../src/lab/place.ts'

const means = { install: false, say: () => undefined }
const somewhere = async () => lab({ cwd: await mkdtemp(join(tmpdir(), 'rampart-')) })

test('a key and a password are made once', async () => {
  const here = await somewhere()
  const { changed, ...made } = await ensureCredentials(here, means)
  expect(changed).toBe(true)
  expect(made.publicKey).toMatch(/^ssh-ed25519 \S+ rampart-lab$/)
  expect(made.password).toMatch(/^[\w-]{16}$/)
  expect((await stat(here.files.key)).mode & 0o777).toBe(0o600)
  expect((await stat(here.files.password)).mode & 0o777).toBe(0o600)
  const { stdout } = await command(['ssh-keygen', '-y', '-f', here.files.key])
  expect(stdout.trim()).toBe(made.publicKey)
  expect(await ensureCredentials(here, means)).toEqual({ ...made, changed: false })
})

test.each([
  ['the private half is lost', 'key', undefined],
  ['the public half is lost', 'publicKey', undefined],
  ['the private half was cut short', 'key', ''],
] as const)('when %s, there is a new pair', async (_, file, left) => {
  const here = await somewhere()
  const before = await ensureCredentials(here, means)
  if (left === undefined) await rm(here.files[file])
  else await writeFile(here.files[file], left)
  const after = await ensureCredentials(here, means)
  expect(after).toMatchObject({ changed: true, password: before.password })
  expect(after.publicKey).not.toBe(before.publicKey)
  const { stdout } = await command(['ssh-keygen', '-y', '-f', here.files.key])
  expect(stdout.trim()).toBe((await readFile(here.files.publicKey, 'utf8')).trim())
})

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RampartError } from '../../src/model/error.ts'
import { file } from '../../src/resources/index.ts'
import { bench, drifted, isRoot } from '../support/apply.ts'
import { CORPUS } from '../support/injection.ts'
import { givenIn, variants } from '../support/reference/given.ts'
import { typeOf } from '../support/reference/page.ts'
import { readSources } from '../support/reference/sources.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const examples = readSources()
  .filter(({ name }) => typeOf(name) !== undefined)
  .map(({ name, example = '' }) => [name, example] as const)

let room: string
beforeAll(() => {
  room = mkdtempSync(join(tmpdir(), 'rampart-everywhere-'))
  chmodSync(room, 0o755)
  // Cures change nothing: no program does anything, but for the one that leaves the canary.
  const tools = join(room, 'tools')
  mkdirSync(tools)
  writeFileSync(join(tools, '.nothing'), '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  for (const folder of ['/usr/bin', '/usr/sbin'])
    for (const name of readdirSync(folder))
      if (name !== 'touch' && !existsSync(join(tools, name))) symlinkSync('.nothing', join(tools, name))
  symlinkSync('/usr/bin/touch', join(tools, 'touch'))
})
afterAll(() => rmSync(room, { recursive: true, force: true }))

/** Where nothing can be written but in the folder for temporary files: a cure may also write by itself. */
const READ_ONLY = `mount --make-rprivate / && mount --bind ${tmpdir()} ${tmpdir()} && mount -o remount,bind,ro / &&
mount -o remount,bind,ro /proc && exec "$@"`
const sealed = (program: string) => ({
  sh: ['unshare', '-m', '-n', '-u', 'sh', '-c', READ_ONLY, 'sh', program] as const,
})

/** Whatever looks like a path stays one. */
const into = (evil: string) => (text: string) =>
  text.startsWith('/')
    ? join(dirname(text), evil.replaceAll('/', '_'))
    : /^https?:/.test(text)
      ? `${text}?${evil}`
      : evil

/** Each text of each example, in turn, is something that a shell would take for its own. A third of the corpus for each. */
test.skipIf(!isRoot).each(examples)(
  'every text of %s stays a value',
  { timeout: 120_000 },
  async (name, example) => {
    const { make, given } = givenIn(name, example)
    const canary = join(room, `canary-${name}`)
    const env = { ...process.env, CANARY: canary }
    using looks = bench({ sh: ['dash'], env })
    using cures = bench({ ...sealed('dash'), env: { ...env, PATH: join(room, 'tools') } })
    const timeout = 'timeout' in (typeOf(name)?.spec.shape ?? {}) ? { timeout: 1 } : {}
    for (const [i, evil] of CORPUS.entries()) {
      const wanted = variants(given, into(evil)).filter((_, leaf) => leaf % 3 === i % 3)
      const checks = wanted.map(async ([, value]) =>
        make({ ...(value as object), ...timeout }).check(looks.probe),
      )
      for (const plan of await Promise.allSettled(checks)) {
        if (plan.status === 'rejected' && !RampartError.is(plan.reason)) throw plan.reason
        if (plan.status === 'fulfilled' && plan.value.status === 'drift') await cures.apply(plan.value.cure)
        expect(existsSync(canary), JSON.stringify(evil)).toBe(false)
      }
    }
  },
)

test.skipIf(!isRoot)(
  'where cures are tried nothing can be changed, and the canary would be seen',
  async () => {
    const canary = join(room, 'seen')
    const far = { ...sealed('dash'), env: { PATH: join(room, 'tools'), CANARY: canary } }
    using host = bench({ ...far, env: { ...far.env, PATH: process.env['PATH'] } })
    const { stdout } = await host.apply([
      { script: `{ echo x >/etc/rampart-canary; } 2>/dev/null; touch ${canary}` } as never,
    ])
    expect([stdout, existsSync('/etc/rampart-canary'), existsSync(canary)]).toEqual(['', false, true])
  },
)

test('a name of 255 bytes and ten megabytes of anything come through byte for byte', async () => {
  using host = new ScratchHost()
  const session = await host.session()
  const path = host.path(`-${'🦀'.repeat(50)}'"$(id)\n${'x'.repeat(255 - 209)}`)
  expect(Buffer.byteLength(path.slice(host.home.length + 1))).toBe(255)
  const content = Buffer.alloc(10_000_000, "\0\u0001'$(id)`\n\r\\🦀\xff", 'latin1')
  const wanted = file({ path, content })
  const plan = drifted(await wanted.check({ ask: session.epoch.asker('') } as never))
  await session.write(plan.cure, { user: '' })
  expect(readFileSync(path).equals(content)).toBe(true)
  expect(await wanted.check({ ask: session.epoch.asker('') } as never)).toEqual({ status: 'in-sync' })
  expect(execFileSync('ls', [host.home], { encoding: 'utf8' })).not.toContain('rampart-')
  await session.close()
})

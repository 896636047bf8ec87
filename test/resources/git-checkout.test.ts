import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { Secret } from '../../src/model/secret.ts'
import { gitCheckout } from '../../src/resources/index.ts'
import { bench, drifted, fars, isRoot } from '../support/apply.ts'
import { useGit } from '../support/git.ts'

const { room, place, far, git, head, upstream } = useGit()

test.each(Object.entries(fars).filter(([name]) => name !== 'busybox alone'))(
  'over %s: a branch is checked out, followed, and mended',
  async (_, { sh }) => {
    using host = bench(far(sh))
    const from = upstream()
    const dest = join(place(), "it's", 'an app')
    const wanted = gitCheckout({ repo: from.path, dest })
    const made = await host.converge(wanted)
    expect(made?.diff).toEqual({
      kind: 'fields',
      changes: { commit: ['absent', `${from.second.slice(0, 12)} (branch main)`] },
    })
    expect(git(dest, 'symbolic-ref', '--short', 'HEAD')).toBe('main')
    expect(await host.converge(wanted)).toBeUndefined()
    const third = from.commit('3')
    await host.converge(wanted)
    expect([head(dest), readFileSync(join(dest, 'app'), 'utf8')]).toEqual([third, '3'])
    git(dest, 'checkout', '-q', 'v1')
    await host.converge(wanted)
    expect(head(dest)).toBe(third)
  },
)

test('a tag, a commit and a depth', async () => {
  using host = bench(far())
  const from = upstream()
  const dest = join(place(), 'app')
  await host.converge(gitCheckout({ repo: from.path, dest, tag: 'v1', depth: 1 }))
  expect([head(dest), git(dest, 'rev-list', '--count', 'HEAD')]).toEqual([from.first, '1'])
  expect(await host.converge(gitCheckout({ repo: from.path, dest, ref: 'v1', depth: 1 }))).toBeUndefined()
  // A third one, so that it is neither at the end of a branch nor a tag.
  from.commit('3')
  const wanted = gitCheckout({ repo: from.path, dest, commit: from.second, depth: 1 })
  await host.converge(wanted)
  expect([head(dest), git(dest, 'rev-list', '--count', 'HEAD')]).toEqual([from.second, '1'])
  const before = host.asked.length
  rmSync(from.path, { recursive: true })
  expect(await wanted.check(host.probe)).toEqual(inSync())
  expect(host.asked.slice(before).join()).not.toContain('ls-remote')
})

test('checkouts are looked at by one command', async () => {
  using host = bench(far())
  const from = upstream()
  const all = ['a', 'b', 'c'].map(name =>
    gitCheckout({ repo: from.path, dest: join(room(), `many-${name}`), commit: from.first }),
  )
  for (const one of all) await host.converge(one)
  const before = host.asked.length
  expect(await Promise.all(all.map(one => one.check(host.probe)))).toEqual(all.map(() => inSync()))
  expect(host.asked.length - before).toBe(1)
})

test('it is left where it is if it is not to be updated', async () => {
  using host = bench(far())
  const from = upstream()
  const dest = join(place(), 'app')
  const wanted = gitCheckout({ repo: from.path, dest, update: false })
  await host.converge(wanted)
  from.commit('3')
  writeFileSync(join(dest, 'app'), 'mine')
  expect(await wanted.check(host.probe)).toEqual(inSync())
})

test('nothing of somebody’s work is lost, but by force', async () => {
  using host = bench(far())
  const from = upstream()
  const dest = join(place(), 'app')
  const wanted = gitCheckout({ repo: from.path, dest })
  const forced = gitCheckout({ repo: from.path, dest, force: true })
  await host.converge(wanted)
  writeFileSync(join(dest, 'untracked'), '')
  expect(await host.converge(wanted)).toBeUndefined()

  writeFileSync(join(dest, 'app'), 'mine')
  await expect(wanted.check(host.probe)).rejects.toThrow(/has local changes: M app$/)
  expect((await host.converge(forced))?.diff).toMatchObject({
    changes: { 'local changes': [' M app', 'none'] },
  })
  expect(readFileSync(join(dest, 'app'), 'utf8')).toBe('2')

  writeFileSync(join(dest, 'app'), 'mine')
  git(dest, 'commit', '-q', '-a', '-m', 'mine')
  await expect(wanted.check(host.probe)).rejects.toThrow(/is at a commit of its own/)
  await host.converge(forced)
  expect([head(dest), existsSync(join(dest, 'untracked'))]).toEqual([from.second, true])

  // What upstream took back was never somebody's own here.
  git(from.path, 'reset', '-q', '--hard', 'v1')
  const other = from.commit('another 2')
  await host.converge(wanted)
  expect(head(dest)).toBe(other)
})

test('it comes from elsewhere now', async () => {
  using host = bench(far())
  const [from, other] = [upstream(), upstream()]
  const dest = join(place(), 'app')
  await host.converge(gitCheckout({ repo: from.path, dest }))
  git(dest, 'remote', 'set-url', 'origin', 'https://me:poison@git.example.com/x')
  const drift = await host.converge(gitCheckout({ repo: other.path, dest }))
  expect(drift?.diff).toMatchObject({ changes: { repo: ['https://me:***@git.example.com/x', other.path] } })
  expect(git(dest, 'config', 'remote.origin.url')).toBe(other.path)
})

test('its submodules', async () => {
  using host = bench(far())
  const [from, lib] = [upstream(), upstream()]
  git(from.path, 'submodule', '--quiet', 'add', lib.path, 'lib')
  git(from.path, 'commit', '-q', '-m', 'lib')
  const dest = join(place(), 'app')
  await host.converge(gitCheckout({ repo: from.path, dest }))
  expect(existsSync(join(dest, 'lib/app'))).toBe(false)
  const wanted = gitCheckout({ repo: from.path, dest, submodules: true })
  const drift = await host.converge(wanted)
  expect(drift?.diff).toEqual({ kind: 'fields', changes: { submodules: ['lib', 'checked out'] } })
  git(join(dest, 'lib'), 'checkout', '-q', 'v1')
  await host.converge(wanted)
  expect(head(join(dest, 'lib'))).toBe(lib.second)
})

test('what was cut is picked up', async () => {
  using host = bench(far())
  const from = upstream()
  const dest = place()
  git(dest, 'init', '-q')
  await host.converge(gitCheckout({ repo: from.path, dest, ref: 'main' }))
  expect(head(dest)).toBe(from.second)
})

test.skipIf(!isRoot)('it is another user’s', async () => {
  using host = bench(far())
  const from = upstream()
  execFileSync('chown', ['-R', 'daemon:', from.path])
  const dest = join(place(), 'app')
  const wanted = gitCheckout({ repo: from.path, dest, user: 'daemon' })
  await host.converge(wanted)
  expect(statSync(join(dest, 'app')).uid).toBe(statSync(dest).uid)
  expect(statSync(dest).uid).not.toBe(0)
  const asRoot = gitCheckout({ repo: `file://${from.path}`, dest, commit: from.second })
  await expect(asRoot.check(host.probe)).rejects.toThrow(/git does not look at .*dubious ownership/)
})

test('what cannot be is an error with its cure', async () => {
  using host = bench(far())
  const from = upstream()
  const full = place()
  writeFileSync(join(full, 'x'), '')
  const check = (spec: Partial<Parameters<typeof gitCheckout>[0]>) =>
    gitCheckout({ repo: from.path, dest: join(full, 'app'), ...spec }).check(host.probe)
  await expect(check({ dest: full })).rejects.toThrow(/is a folder with other things in it/)
  await expect(check({ dest: join(full, 'x') })).rejects.toThrow(/x is no folder/)
  await expect(check({ ref: 'nowhere' })).rejects.toThrow(/has no nowhere$/)
  await expect(check({ tag: 'main' })).rejects.toThrow(/has no tag main$/)
  await expect(check({ repo: '/nowhere.git' })).rejects.toThrow(/\/nowhere.git does not answer/)
  using bare = bench(fars['busybox alone'])
  await expect(
    gitCheckout({ repo: '/x', dest: '/x', commit: from.first }).check(bare.probe),
  ).rejects.toMatchObject({ message: 'the host has no git' })
  const absent = drifted(await check({ commit: 'f'.repeat(40) }))
  expect((await host.apply(absent.cure)).code).not.toBe(0)
})

test.each<[object, RegExp]>([
  [{ repo: 'https://me:secret@example.com/x' }, /give it as password, a Secret/],
  [{ repo: '--upload-pack=touch x' }, /expected an address/],
  [{ repo: 'ext::sh -c x' }, /expected an address/],
  [{ ref: '--force' }, /expected the name of a branch/],
  [{ ref: 'a..b' }, /expected the name of a branch/],
  [{ commit: 'abc123' }, /the whole id of a commit/],
  [{ ref: 'main', tag: 'v1' }, /give one of ref, tag and commit/],
  [{ key: 'AAAA' }, /expected a private key as a Secret/],
  [{ password: new Secret('x') }, /only an http address takes one/],
  [{ knownHosts: ["x' ssh-ed25519 AAAA"] }, /expected a host's names and its key/],
])('%j is refused', (spec, message) => {
  expect(() => gitCheckout({ repo: '/x', dest: '/y', ...spec } as never)).toThrow(message)
})

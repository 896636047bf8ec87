import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { read, run } from '../../src/index.ts'
import { busyboxPath } from '../support/far.ts'
import { ScratchHost } from '../support/scratch-host.ts'

const me = { user: '' }

/** Only what Alpine has, and flock(1), which Debian's busybox leaves out. */
function alpine(): string {
  const path = busyboxPath()
  chmodSync(path, 0o755)
  const flock = execFileSync('sh', ['-c', 'command -v flock'], { encoding: 'utf8' }).trim()
  if (!existsSync(`${path}/flock`)) symlinkSync(flock, `${path}/flock`)
  return path
}

describe.each<[string, () => ScratchHost]>([
  ['dash', () => new ScratchHost('/bin/dash')],
  ['bash', () => new ScratchHost('/bin/bash')],
  ['busybox', () => new ScratchHost('/bin/busybox sh', 'scratch', alpine())],
])('under %s', (_, makeHost) => {
  const state = (host: ScratchHost, name: string): string => host.path(`.local/state/rampart/${name}`)
  const note = (id: string) => ({ ...me, note: new Map([[id, `reload ${id}`]]) })
  const put = (host: ScratchHost, name: string) =>
    ({ path: host.path(name), content: 'new', mode: '0644' }) as const

  test('a handler that was woken stays woken when a later change that wakes it too fails', async () => {
    using host = makeHost()
    const session = await host.session()
    await session.write([run`true`], note('aaaa'))
    await expect(session.write([put(host, 'no/dir')], note('aaaa'))).rejects.toThrow('exited')
    expect(readdirSync(state(host, 'pending'))).toEqual(['aaaa'])
    await session.close()
  })

  test('a handler is forgotten only if certainly nothing was changed', async () => {
    using host = makeHost()
    const session = await host.session()
    await expect(session.write([put(host, 'no/dir')], note('file'))).rejects.toThrow('exited')
    await expect(session.write([run`false`, put(host, 'x')], note('half'))).rejects.toThrow('exited 1')
    expect(readdirSync(state(host, 'pending'))).toEqual(['half'])
    await session.close()
  })

  test('handlers that another user wakes or runs are remembered where the next run looks', async () => {
    using host = makeHost()
    const session = await host.session()
    await session.write([run`true`], { user: 'other', note: new Map([['aaaa', 'x']]) })
    await session.close()
    const next = await host.session('next')
    expect([...next.hello.pending]).toEqual(['aaaa'])
    await next.write([run`true`], { user: 'other', strike: ['aaaa'] })
    expect(readdirSync(state(host, 'pending'))).toEqual([])
    await next.close()
  })

  test('what a secret step prints is told and not kept, whatever else is', async () => {
    using host = makeHost()
    const session = await host.session()
    const secret = run({ secret: true })`echo hidden; echo hidden >&2`
    expect(await session.write([run`echo open`, secret], me)).toMatchObject({ stdout: 'open\nhidden\n' })
    await session.write([run`echo open`], me)
    const receipts = state(host, 'receipts/test')
    expect(readdirSync(receipts).sort()).toEqual(['1', '1.told', '2', '2.err', '2.out'])
    expect(readFileSync(`${receipts}/2.out`, 'utf8')).toBe('open\n')
    expect(await session.say('_recall 1; _recall 2', '', 10_000)).toBe('cut\nexit 0\nopen\n')
    await session.close()
    expect(existsSync(receipts)).toBe(false)
  })

  test('a mutation whose receipt is there already is not begun', async () => {
    using host = makeHost()
    const session = await host.session()
    await session.write([run`true`], me)
    const receipts = state(host, 'receipts/test')
    execFileSync('cp', ['-p', `${receipts}/1`, `${receipts}/2`])
    const again = session.write([put(host, 'twice')], me)
    await expect(again).rejects.toThrow('it could not be begun: it exited 125')
    expect(existsSync(host.path('twice'))).toBe(false)
    await session.close()
  })

  test('what a mutation left is kept if its end was not seen', async () => {
    using host = makeHost()
    const session = await host.session()
    const slow = session.write([run({ timeout: 0.3 })`sleep 1.5`], me)
    await expect(slow).rejects.toMatchObject({ underWay: true })
    await session.close()
    await sleep(1500)
    expect(readFileSync(state(host, 'receipts/test/1'), 'utf8')).toMatch(/^start .*\nstep 0\nexit 0\n$/)
  })

  test('what a write replaced is kept, however old it was', async () => {
    using host = makeHost()
    const session = await host.session()
    for (const name of ['one', 'two']) {
      await session.write([{ ...put(host, name), content: 'old' }], me)
      utimesSync(host.path(name), 0, 0)
      await session.write([put(host, name)], me)
    }
    await session.close()
    const kept = readdirSync(state(host, 'backup')).filter(name => name !== 'index')
    expect(kept.map(name => readFileSync(state(host, `backup/${name}`), 'utf8'))).toEqual(['old'])
  })

  test('a command finds none of our words in its own', async () => {
    using host = makeHost()
    const session = await host.session()
    for (const options of [{}, { stdin: 'x' }, { unit: true }]) {
      expect((await session.write([run(options)`echo "$#"; return 0`], me)).stdout).toBe('0\n')
    }
    await session.close()
  })

  test('a mutation can fail in any way that a script can, and the next one runs', async () => {
    using host = makeHost()
    const session = await host.session()
    for (const script of [
      run`if`,
      run`exit 9`,
      run`return 9`,
      run`shift 99; exit 9`,
      run`set -e; false; true`,
      run`IFS=0; _code=0 _receipt=x _state=x; exit 9`,
      run`exec 1>&- 2>&-; exit 9`,
      run`trap 'exit 9' EXIT; exit 8`,
    ]) {
      await expect(session.write([script], me), script.script).rejects.toMatchObject({ name: 'StepFailed' })
    }
    expect((await session.write([run`echo well`], me)).stdout).toBe('well\n')
    await session.close()
  })

  test.each<[string, (host: ScratchHost) => void, RegExp]>([
    [
      'whose lock is not ours to write',
      host => writeFileSync(state(host, 'lock'), '', { mode: 0o444 }),
      /scratch cannot be locked: .*[Pp]ermission denied/,
    ],
    [
      'without room for our things',
      host => chmodSync(state(host, ''), 0o555),
      /scratch cannot be locked: .*[Pp]ermission denied/,
    ],
  ])('a host %s says so at once', async (_, spoil, message) => {
    using host = makeHost()
    mkdirSync(state(host, ''), { recursive: true })
    spoil(host)
    await expect(host.session()).rejects.toMatchObject({
      name: 'CheckFailed',
      message: expect.stringMatching(message) as string,
    })
    expect(host.connected).toBe(1)
  })

  test('a line that is lost is locked again at once', async () => {
    using host = makeHost()
    const session = await host.session()
    const write = session.write([run({ stdin: 'word' })`cat; sleep 1`], me)
    await sleep(300)
    host.cut()
    expect((await write).stdout).toBe('word')
    expect((await session.epoch.ask(read`echo here`, '')).stdout).toBe('here\n')
    await session.close()
  })
})

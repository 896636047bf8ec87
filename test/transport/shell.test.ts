import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { ConnectionLost, HostUnreachable } from '../../src/model/error.ts'
import type { Channel } from '../../src/transport/channel.ts'
import { ShellEnded } from '../../src/transport/channel.ts'
import { openShell } from '../../src/transport/shell.ts'
import type { Ending, Shell } from '../../src/transport/transport.ts'
import { exchange, exited, run, script } from '../support/far.ts'
import { link, silence } from '../support/link.ts'

const folder = mkdtempSync(join(tmpdir(), 'rampart-shell-'))
const shells: Shell[] = []
afterEach(async () => {
  await Promise.all(shells.splice(0).map(shell => shell.close()))
})
afterAll(() => rmSync(folder, { recursive: true }))

function open(channel: Channel | Promise<Channel>, greeting = 5000): Shell {
  const shell = openShell(channel, { greeting })
  shells.push(shell)
  return shell
}

const kinds = async (endings: readonly Promise<Ending>[]): Promise<readonly string[]> =>
  (await Promise.all(endings)).map(ending => ending.kind)

const lost = new ConnectionLost('cut by the test')

describe('before there is a channel', () => {
  test('scripts wait for it', async () => {
    const shell = open(sleep(50).then(link))
    expect(shell.frames).toBe(0)
    expect(await run(shell, 'echo hi')).toMatchObject({ stdout: 'hi\n' })
    expect(shell.frames).toBe(1)
  })

  test('its failure rejects them, and the later ones', async () => {
    const error = new HostUnreachable('nobody there')
    const shell = open(Promise.reject(error))
    await expect(run(shell, 'echo hi')).rejects.toBe(error)
    await expect(run(shell, 'echo hi')).rejects.toBe(error)
    expect(await shell.closed).toBe(error)
    expect(shell.frames).toBe(0)
  })

  test('closing starts nothing, and destroys the channel that comes too late', async () => {
    const late = link()
    const shell = open(sleep(50).then(() => late))
    const endings = shell.exchange([script('echo hi')])
    await shell.close()
    expect(await kinds(endings)).toEqual(['never-started'])
    await late.ended
    expect(late.stdin.destroyed).toBe(true)
  })
})

describe('before the greeting', () => {
  test('silence rejects', async () => {
    const shell = open(silence(), 200)
    await expect(run(shell, 'echo hi')).rejects.toMatchObject({
      name: 'LoginRefused',
      message: 'the login shell did not start /bin/sh within 0.2 s',
    })
    await expect(run(shell, 'echo hi')).rejects.toMatchObject({ name: 'LoginRefused' })
  })

  test.each([
    [
      'an exit code',
      new ShellEnded({ code: 1 }),
      'the login shell ended (exit code 1) without starting /bin/sh',
    ],
    [
      'a signal',
      new ShellEnded({ signal: 'SIGKILL' }),
      'the login shell ended (SIGKILL) without starting /bin/sh',
    ],
    ['neither', new ShellEnded({}), 'the login shell ended without starting /bin/sh'],
  ])('its end by %s rejects', async (_, cause, message) => {
    const channel = silence()
    const endings = open(channel).exchange([script('echo hi')])
    channel.end(cause)
    await expect(Promise.all(endings)).rejects.toMatchObject({ name: 'LoginRefused', message, cause })
  })

  test('a lost connection loses what was sent: the greeting may have been on its way', async () => {
    const channel = silence()
    const shell = open(channel)
    const endings = shell.exchange([script('echo hi')])
    await sleep(10)
    channel.end(lost)
    expect(await Promise.all(endings)).toEqual([{ kind: 'lost', cause: lost }])
    expect(await kinds(shell.exchange([script('echo hi')]))).toEqual(['never-started'])
  })

  test('a lost connection starts nothing of what was not sent', async () => {
    const channel = silence()
    const endings = open(channel).exchange([script('echo hi')])
    channel.destroy()
    channel.end(lost)
    const [ending] = await Promise.all(endings)
    expect(['lost', 'never-started']).toContain(ending?.kind)
  })
})

describe('a shell', () => {
  test('sends what is asked in one turn in one write, its own beginning included', async () => {
    const channel = link()
    const shell = open(channel)
    const endings = [
      ...shell.exchange([script('echo one'), script('cat', { stdin: [Buffer.from('two\n')] })]),
      ...shell.exchange([script('echo three')]),
    ]
    const outputs = (await Promise.all(endings)).map(ending => exited(ending).stdout)
    expect(outputs.join('')).toBe('one\ntwo\nthree\n')
    expect([channel.writes, shell.frames]).toEqual([1, 2])
    await exchange(shell, 'true', script('cat', { stdin: [Buffer.alloc(30_000)] }), 'true')
    expect([channel.writes, shell.frames]).toEqual([2, 3])
  })

  test('refuses a NUL, and the scripts beside it go on', async () => {
    const shell = open(link())
    const [bad, good] = await Promise.all(shell.exchange([script('echo a\0b'), script('echo good')]))
    expect(bad).toMatchObject({ kind: 'never-started', cause: { name: 'PlaybookError' } })
    expect(good && exited(good).stdout).toBe('good\n')
  })

  test('refuses input for what runs in the shell itself', async () => {
    const given = script('cat', { inShell: true, stdin: [Buffer.from('x')] })
    const [bad] = await Promise.all(open(link()).exchange([given]))
    expect(bad).toMatchObject({ kind: 'never-started', cause: { name: 'PlaybookError' } })
  })

  test('does not hear what a child left behind says while no script is under way', async () => {
    const shell = open(link())
    await run(shell, '(sleep 0.2; echo late; echo late >&2) &')
    await sleep(500)
    expect(await run(shell, 'echo now')).toEqual({ code: 0, stdout: 'now\n', stderr: '' })
  })

  test('waits for a script without end only as long as is possible', async () => {
    const shell = open(link())
    expect(await run(shell, 'sleep 0.2; echo done', { timeout: Number.POSITIVE_INFINITY })).toMatchObject({
      stdout: 'done\n',
    })
  })

  test('leaves no timer', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length
    const before = timers()
    const shell = open(link())
    await run(shell, 'true', { timeout: 600_000 })
    const endings = shell.exchange([script('sleep 1', { timeout: 600_000 })])
    await sleep(20)
    await shell.close()
    expect(await kinds(endings)).toEqual(['lost'])
    expect(timers()).toBeLessThanOrEqual(before)
  })

  test('may be closed twice, and before it has begun', async () => {
    const shell = open(link())
    await Promise.all([shell.close(), shell.close()])
    await shell.close()
    expect(await shell.closed).toMatchObject({ message: 'the shell was closed' })
  })
})

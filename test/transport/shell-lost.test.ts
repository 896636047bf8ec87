import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { ConnectionLost } from '../../src/model/error.ts'
import type { Channel } from '../../src/transport/channel.ts'
import { openShell } from '../../src/transport/shell.ts'
import type { Ending, Shell } from '../../src/transport/transport.ts'
import { exited, run, script } from '../support/far.ts'
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

describe('a connection lost', () => {
  test('between replies: the first is known, the others are lost, the next never start', async () => {
    const channel = link()
    const shell = open(channel)
    const endings = shell.exchange([script('echo one'), script('sleep 1'), script('echo three')])
    expect(exited((await endings[0]) as Ending).stdout).toBe('one\n')
    channel.cut(lost)
    expect(await Promise.all(endings.slice(1))).toEqual([
      { kind: 'lost', cause: lost },
      { kind: 'lost', cause: lost },
    ])
    expect(await Promise.all(shell.exchange([script('echo four')]))).toEqual([
      { kind: 'never-started', cause: lost },
    ])
    expect(await shell.closed).toBe(lost)
  })

  test('in the middle of a reply: it is lost', async () => {
    const channel = link()
    const endings = open(channel).exchange([script('echo begun; sleep 1; echo ended')])
    await sleep(200)
    channel.cut(lost)
    expect(await kinds(endings)).toEqual(['lost'])
  })

  test('in the middle of a frame: nothing of the frame is begun', async () => {
    const channel = link()
    const shell = open(channel)
    await run(shell, 'true')
    const canary = join(folder, 'frame')
    channel.allow(300)
    const endings = shell.exchange([script(`touch ${canary}`), script(`: ${'x'.repeat(1000)}`)])
    await channel.ended
    expect(await kinds(endings)).toEqual(['lost', 'lost'])
    expect(existsSync(canary)).toBe(false)
  })

  test.each([1, 65_536, 300_000])(
    'after %i bytes of an input: no script takes them for all of it',
    async bytes => {
      const channel = link()
      const shell = open(channel)
      await run(shell, 'true')
      const canary = join(folder, `input-${bytes}`)
      channel.allow(bytes + 200)
      const endings = shell.exchange([
        script(`cat >/dev/null; touch ${canary}`, { stdin: [Buffer.alloc(300_001)] }),
        script(`touch ${canary}`),
      ])
      await channel.ended
      const [first, second] = await kinds(endings)
      expect(['lost', 'signalled']).toContain(first) // the far sh may have been heard killing itself
      expect(second).toBe('lost')
      expect(existsSync(canary)).toBe(false)
    },
  )

  test('by the end of its output alone', async () => {
    const channel = link()
    const shell = open(channel)
    await run(shell, 'true')
    const endings = shell.exchange([script('sleep 5')])
    channel.stdout.end()
    expect(await Promise.all(endings)).toMatchObject([
      { kind: 'lost', cause: { message: 'the far shell closed its output' } },
    ])
  })

  test('by a broken pipe of its input alone', async () => {
    const channel = link()
    const shell = open(channel)
    await run(shell, 'true')
    const endings = shell.exchange([script('sleep 5')])
    await sleep(50)
    channel.stdin.destroy(new Error('write EPIPE'))
    expect(await Promise.all(endings)).toMatchObject([
      { kind: 'lost', cause: { message: 'the far shell takes no more input: write EPIPE' } },
    ])
  })

  test('an answer out of turn makes all uncertain', async () => {
    const channel = silence()
    const shell = open(channel)
    const endings = shell.exchange([script('echo one')])
    await sleep(10)
    const nonce = /[0-9a-f]{32}/.exec(String(channel.stdin.read()))?.[0] ?? ''
    for (const stream of [channel.stdout, channel.stderr]) stream.write(`${nonce} 0 0\n`)
    channel.stdout.write(`${nonce} 2 0\n`)
    expect(await Promise.all(endings)).toMatchObject([
      { kind: 'lost', cause: { message: 'the far shell answered out of turn' } },
    ])
  })
})

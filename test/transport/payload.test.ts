import { existsSync, mkdtempSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { openShell } from '../../src/transport/shell.ts'
import type { Ending, Shell } from '../../src/transport/transport.ts'
import { exited, script } from '../support/far.ts'
import { link } from '../support/link.ts'

const folder = mkdtempSync(join(tmpdir(), 'rampart-payload-'))
const shells: Shell[] = []
afterEach(async () => {
  await Promise.all(shells.splice(0).map(shell => shell.close()))
})
afterAll(() => rmSync(folder, { recursive: true }))

function open(): { shell: Shell; ended: Promise<Error> } {
  const channel = link()
  const shell = openShell(channel)
  shells.push(shell)
  return { shell, ended: channel.ended }
}

/** A file of so many bytes that takes no room on the disk. */
function sparse(name: string, size: number): string {
  const path = join(folder, name)
  writeFileSync(path, '')
  truncateSync(path, size)
  return path
}

const MB = 1024 * 1024

describe('a file that is not fit to be sent', () => {
  test.each([
    ['is not there', () => join(folder, 'none'), 'none cannot be sent: ENOENT'],
    ['is a folder', () => folder, 'cannot be sent: it is not a regular file'],
    ['is a device', () => '/dev/zero', '/dev/zero cannot be sent: it is not a regular file'],
    ['is too short', () => sparse('short', 10), 'of 20 bytes it has 10'],
  ])('because it %s keeps back its script alone', async (_, path, message) => {
    const { shell } = open()
    const [before, bad, after] = await Promise.all(
      shell.exchange([
        script('echo before'),
        script('cat', { stdin: [{ source: path(), size: 20 }] }),
        script('cat', { stdin: [Buffer.from('after')] }),
      ]),
    )
    expect(bad).toMatchObject({ kind: 'never-started', cause: { message: expect.stringContaining(message) } })
    expect([before, after].map(ending => exited(ending as Ending).stdout)).toEqual(['before\n', 'after'])
    expect(shell.frames).toBe(1)
  })

  test('is no frame if there is nothing else in it', async () => {
    const { shell } = open()
    const stdin = [{ source: join(folder, 'none'), size: 1 }]
    const [ending] = await Promise.all(shell.exchange([script('cat', { stdin })]))
    expect([ending?.kind, shell.frames]).toEqual(['never-started', 0])
  })
})

describe('a file that changes while it is sent', () => {
  test.each([
    [
      'becomes shorter',
      (path: string) => truncateSync(path, 5 * MB),
      /became shorter .*of 52428800 bytes it has/,
    ],
    ['is emptied', (path: string) => truncateSync(path, 0), /became shorter/],
  ])(
    'because it %s closes the shell, and no script takes what came for all of it',
    async (_, change, message) => {
      const { shell, ended } = open()
      const source = sparse('changing', 50 * MB)
      const canary = join(folder, 'canary')
      const endings = shell.exchange([
        script(`sleep 1.5; cat >/dev/null; touch ${canary}`, { stdin: [{ source, size: 50 * MB }] }),
        script(`touch ${canary}`),
      ])
      await sleep(200)
      change(source)
      const [first, second] = await Promise.all(endings)
      expect(first).toMatchObject({ kind: 'lost', cause: { message: expect.stringMatching(message) } })
      expect(first).toMatchObject({ cause: { message: expect.stringContaining(source) } })
      expect(second?.kind).toBe('lost')
      await ended
      expect(existsSync(canary)).toBe(false)
      expect(await shell.closed).toMatchObject({ message: expect.stringContaining(source) })
    },
  )

  test('if it only grows is sent as long as it was', async () => {
    const { shell } = open()
    const source = sparse('growing', 1000)
    const stdin = [{ source, size: 999 }]
    const [ending] = await Promise.all(shell.exchange([script('wc -c', { stdin })]))
    expect(exited(ending as Ending).stdout.trim()).toBe('999')
  })

  test('if it is removed while it is read is sent whole', async () => {
    const { shell } = open()
    const source = sparse('removed', 20 * MB)
    const endings = shell.exchange([script('sleep 0.3; wc -c', { stdin: [{ source, size: 20 * MB }] })])
    await sleep(150)
    unlinkSync(source)
    const [ending] = await Promise.all(endings)
    expect(exited(ending as Ending).stdout.trim()).toBe(String(20 * MB))
  })
})

describe('a large file', () => {
  test('is sent in bounded memory', { timeout: 120_000 }, async () => {
    const { shell } = open()
    const size = 512 * MB
    const before = process.memoryUsage().rss
    let peak = before
    const sampler = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }, 20)
    const stdin = [{ source: sparse('large', size), size }]
    const [ending] = await Promise.all(shell.exchange([script('wc -c', { stdin, timeout: 120_000 })]))
    clearInterval(sampler)
    expect(exited(ending as Ending).stdout.trim()).toBe(String(size))
    expect((peak - before) / MB).toBeLessThan(150)
  })

  test('that nobody reads leaves the shell in step', async () => {
    const { shell } = open()
    const size = 30 * MB
    const stdin = [{ source: sparse('unread', size), size }]
    const endings = shell.exchange([
      script('exit 3', { stdin }),
      script('cat', { stdin: [Buffer.from('next')] }),
    ])
    expect((await Promise.all(endings)).map(exited).map(({ code, stdout }) => [code, stdout])).toEqual([
      [3, ''],
      [0, 'next'],
    ])
  })

  test('is let go when the shell is closed', async () => {
    const { shell } = open()
    const size = 200 * MB
    const endings = shell.exchange([script('sleep 5', { stdin: [{ source: sparse('let-go', size), size }] })])
    await sleep(200)
    await shell.close()
    expect((await Promise.all(endings)).map(ending => ending.kind)).toEqual(['lost'])
    const files = (): number => process.getActiveResourcesInfo().filter(name => name.includes('FS')).length
    await expect.poll(files).toBe(0)
  })
})

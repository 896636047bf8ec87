import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { revealed, Secret } from '../../src/model/secret.ts'
import type { Channel } from '../../src/transport/channel.ts'
import { LOADER } from '../../src/transport/loader.ts'
import { openShell } from '../../src/transport/shell.ts'
import { Needle } from '../../src/transport/sudo.ts'
import type { Shell } from '../../src/transport/transport.ts'
import { commandsOnly, exchange, login, run, script } from '../support/far.ts'
import type { Sudoer } from '../support/sudoer.ts'
import { createSudoer } from '../support/sudoer.ts'

const shells: Shell[] = []
afterEach(async () => {
  await Promise.all(shells.splice(0).map(shell => shell.close()))
})

function open(channel: Channel, user: string, password?: Secret, becoming = 20_000): Shell {
  const shell = openShell(channel, { become: { user, password }, becoming })
  shells.push(shell)
  return shell
}

const unread = new Secret(() => {
  throw new Error('the password was asked for')
})

describe.skipIf(process.getuid?.() !== 0)('sudo', () => {
  let sudoer: Sudoer
  const folder = mkdtempSync(join(tmpdir(), 'rampart-sudo-'))
  chmodSync(folder, 0o755)
  beforeAll(() => {
    sudoer = createSudoer('a')
  })
  afterAll(() => {
    sudoer.remove()
    rmSync(folder, { recursive: true })
  })

  const WHO = 'id -un; echo "$HOME"; pwd'
  const right = (): Secret => new Secret(sudoer.password)
  const refused = (shell: Shell): Promise<unknown> =>
    run(shell, 'echo never').catch((error: unknown) => error)

  describe('without a password', () => {
    test.each([
      ['none given', undefined],
      ['one given and never looked at', unread],
    ])('costs no turn, %s', async (_, password) => {
      sudoer.allow('USER ALL=(ALL) NOPASSWD: ALL')
      const channel = sudoer.login()
      expect(await run(open(channel, 'root', password), WHO)).toEqual({
        code: 0,
        stdout: 'root\n/root\n/root\n',
        stderr: '',
      })
      expect(channel.written.length).toBe(1)
    })

    test('becomes another user than root', async () => {
      sudoer.allow('USER ALL=(nobody) NOPASSWD: ALL')
      expect((await run(open(sudoer.login(), 'nobody'), 'id -un; pwd')).stdout).toBe('nobody\n/\n')
    })

    test('is not run by who is that user already', async () => {
      sudoer.allow('USER ALL=(ALL) NOPASSWD: ALL')
      const channel = sudoer.login()
      expect((await run(open(channel, sudoer.name, unread), 'id -un')).stdout).toBe(`${sudoer.name}\n`)
      expect([channel.written.length, sudoer.log()]).toEqual([1, ''])
      expect((await run(open(login('sh', LOADER), 'root', unread), 'id -un')).stdout).toBe('root\n')
    })

    test('lets root be someone else where there is no sudo', async () => {
      const PATH = commandsOnly(folder, { id: '/usr/bin/id', su: '/usr/bin/su', dd: '/usr/bin/dd' })
      const shell = open(login('/bin/sh', LOADER, { PATH }), sudoer.name)
      expect((await run(shell, '/usr/bin/id -un; pwd')).stdout).toBe(`${sudoer.name}\n/home/${sudoer.name}\n`)
      expect(await refused(open(login('/bin/sh', LOADER, { PATH }), 'rampart-nobody'))).toMatchObject({
        name: 'BecomeRefused',
        message: 'cannot become rampart-nobody: there is no such user on this host',
      })
    })
  })

  describe('with the right password', () => {
    test.each([
      ['use_pty', 'Defaults:USER use_pty'],
      ['no pty', 'Defaults:USER !use_pty'],
      ['a lecture', 'Defaults:USER lecture=always'],
      ['insults', 'Defaults:USER insults'],
      ['no cached credentials', 'Defaults:USER timestamp_timeout=0'],
    ])('works with %s', async (_, line) => {
      sudoer.allow(line, 'USER ALL=(ALL) ALL')
      expect(await run(open(sudoer.login(), 'root', right()), WHO)).toEqual({
        code: 0,
        stdout: 'root\n/root\n/root\n',
        stderr: '',
      })
    })

    test('runs what was sent too early, once and in order, with its input', async () => {
      sudoer.allow('USER ALL=(ALL) ALL')
      const file = join(folder, 'order')
      const shell = open(sudoer.login(), 'root', right())
      const fed = script(`cat >>${file}`, {
        stdin: [Buffer.from('2\n'), Buffer.alloc(5_000_000, 'x')],
        timeout: 60_000,
      })
      const replies = await Promise.all([
        exchange(shell, `echo 1 >>${file}`),
        exchange(shell, fed),
        exchange(shell, `echo 3 >>${file}; : ${'y'.repeat(70_000)}`),
        exchange(shell, `tail -c 2 ${file}; wc -c <${file}`),
      ])
      expect(replies.at(-1)?.[0]?.stdout.split(/\s+/)).toEqual(['3', '5000006', ''])
      expect(readFileSync(file, 'latin1').slice(0, 5)).toBe('1\n2\nx')
      expect(shell.frames).toBe(4)
    })

    test('writes the password once, to sudo alone, after the prompt', async () => {
      sudoer.allow('USER ALL=(ALL) ALL')
      const channel = sudoer.login()
      await run(open(channel, 'root', right()), 'true')
      expect(channel.written.filter(text => text.includes(sudoer.password))).toEqual([`${sudoer.password}\n`])
      expect(revealed()).toContain(sudoer.password)
    })
  })

  test('shows neither password nor nonce to other users', async () => {
    sudoer.allow('USER ALL=(ALL) ALL')
    const channel = sudoer.login()
    const shell = open(channel, 'root', right())
    const running = run(shell, 'sleep 1')
    const seen = new Set<string>()
    for (let n = 0; n < 60; n++) {
      for (const text of everyProcess()) seen.add(text)
      await sleep(20)
    }
    await running
    const nonce = /[0-9a-f]{32}/.exec(channel.written[0] ?? '')?.[0] ?? 'no nonce'
    const all = [...seen].join('\n')
    expect(all).toContain('sudo\0-S\0-p\0')
    expect(all).not.toContain(sudoer.password)
    expect(all).not.toContain(nonce)
  })

  describe('when closed', () => {
    test('ends, and lets its far processes end', async () => {
      sudoer.allow('USER ALL=(ALL) NOPASSWD: ALL')
      const shell = open(sudoer.login(), 'root')
      const { stdout } = await run(shell, 'echo $$')
      await shell.close()
      await expect.poll(() => everyProcess(`/proc/${stdout.trim()}`)).toEqual([])
    })
  })
})

/** The arguments and the environment of every process, or of one. */
function everyProcess(only?: string): string[] {
  const folders = only
    ? [only]
    : readdirSync('/proc')
        .filter(name => /^\d+$/.test(name))
        .map(pid => `/proc/${pid}`)
  return folders.flatMap(folder => {
    try {
      return [readFileSync(`${folder}/cmdline`, 'utf8'), readFileSync(`${folder}/environ`, 'utf8')]
    } catch {
      return [] // it has ended meanwhile
    }
  })
}

describe('a needle', () => {
  test.each([
    [['abc'], 1],
    [['a', 'b', 'c'], 1],
    [['xxabcabcx'], 2],
    [['ab', 'cab', 'c'], 2],
    [['ab', 'ab', 'c'], 1],
    [['ab', 'x', 'c'], 0],
    [[''], 0],
  ])('is found in %j %i times', (chunks, times) => {
    const needle = new Needle('abc')
    expect(chunks.reduce((sum, chunk) => sum + needle.count(Buffer.from(chunk)), 0)).toBe(times)
  })
})

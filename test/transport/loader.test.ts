import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { driver, LOADER, loader } from '../../src/transport/loader.ts'
import { openShell } from '../../src/transport/shell.ts'
import type { Shell } from '../../src/transport/transport.ts'
import { exchange, login, run, script } from '../support/far.ts'

const SHELLS = ['sh', 'bash', 'dash', 'busybox ash', 'zsh', 'ksh', 'tcsh', 'csh', 'fish'] as const

const home = mkdtempSync(join(tmpdir(), 'rampart-home-'))
const shells: Shell[] = []
afterEach(async () => {
  await Promise.all(shells.splice(0).map(shell => shell.close()))
})
afterAll(() => rmSync(home, { recursive: true }))

/** A login as sshd does it: bash then reads .bashrc although it is not interactive. */
function open(shell: string, env: Record<string, string> = {}, greeting = 10_000): Shell {
  const ssh = { HOME: home, SSH_CLIENT: '192.0.2.1 50000 22', SHLVL: '0', ...env }
  const opened = openShell(login(shell, LOADER, ssh), { greeting })
  shells.push(opened)
  return opened
}

describe('the loader', () => {
  test('is plain enough for every shell', () => {
    expect(LOADER).toMatch(/^[\x20-\x7e]+$/)
    expect(LOADER).not.toMatch(/[\\!`]/)
    expect(LOADER.length).toBeLessThan(200)
    expect(LOADER).toBe(loader('/bin/sh'))
  })

  test('its driver is one line', () => {
    expect(driver('0'.repeat(32)).indexOf('\n')).toBe(driver('0'.repeat(32)).length - 1)
  })

  test.each(SHELLS)('starts a framed sh under %s', async shell => {
    const bytes = Buffer.from([0, 10, 13, 27, 255, 128, 10])
    const [said, fed] = await exchange(
      open(shell),
      `echo "$0 it's"; exit 7`,
      script('cat', { stdin: [bytes] }),
    )
    expect(said).toEqual({ code: 7, stdout: "/bin/sh it's\n", stderr: '' })
    expect(fed?.stdout).toBe(bytes.toString('latin1'))
  })
})

/** What each shell reads first even when it is given a command. Dash, ash and ksh then read nothing. */
const STARTUP: Record<string, string> = {
  bash: '.bashrc',
  zsh: '.zshenv',
  tcsh: '.tcshrc',
  fish: '.config/fish/config.fish',
}

function startup(shell: string, text: string): void {
  const file = STARTUP[shell]
  if (file === undefined) throw new Error(`no startup file of ${shell}`)
  mkdirSync(dirname(join(home, file)), { recursive: true })
  writeFileSync(join(home, file), text)
}

describe.each(Object.keys(STARTUP))('a startup file of %s', shell => {
  afterEach(() => startup(shell, ''))

  test.each([
    ['a message', 'echo Welcome; echo to the machine 1>&2'],
    ['what looks like JSON', `echo '{"json'; echo '{"stdout": "no"}'`],
    ['no newline at its end', 'printf "no newline"'],
    ['terminal control and NUL', `printf '\\033[2J\\000\\001\\377\\n'`],
    ['five megabytes', 'head -c 5000000 /dev/zero; head -c 5000000 /dev/urandom >/dev/stdout'],
    ['an exit code', 'false'],
  ])('that prints %s is not heard', async (_, text) => {
    startup(shell, shell === 'tcsh' ? text.replace(/1>&2/, '') : text)
    const shellUnder = open(shell)
    expect(await exchange(shellUnder, 'echo out; echo err >&2', 'exit 4')).toEqual([
      { code: 0, stdout: 'out\n', stderr: 'err\n' },
      { code: 4, stdout: '', stderr: '' },
    ])
  })

  test('that exits is named, where that ends the shell', async () => {
    startup(shell, 'echo Go away; exit 5')
    if (['tcsh', 'fish'].includes(shell)) {
      expect(await run(open(shell), 'echo it ended the file alone')).toMatchObject({ code: 0 })
      return
    }
    const error: unknown = await run(open(shell), 'echo never').catch((error: unknown) => error)
    expect(error).toMatchObject({
      name: 'LoginRefused',
      message: 'the login shell ended (exit code 5) without starting /bin/sh; it said: Go away',
      hint: expect.stringContaining('startup files'),
    })
  })

  test('that reads our input runs nothing of it', async () => {
    const canary = join(home, 'canary')
    const readLines = {
      bash: 'read a',
      zsh: 'read a',
      tcsh: 'set a = "$<"',
      fish: 'read a >/dev/null',
    }[shell]
    startup(shell, `${readLines}\n${readLines}\n`)
    const text = `echo 1\ntouch ${canary}\n`.repeat(3)
    const error: unknown = await run(open(shell, {}, 2000), text).catch((error: unknown) => error)
    expect(error).toMatchObject({ name: 'LoginRefused' })
    expect(() => rmSync(canary)).toThrow('ENOENT')
  })

  test('that never ends is given up', async () => {
    startup(shell, 'echo wait; sleep 60')
    const error: unknown = await run(open(shell, {}, 2000), 'echo never').catch((error: unknown) => error)
    expect(error).toMatchObject({
      name: 'LoginRefused',
      message: 'the login shell did not start /bin/sh within 2 s; it said: wait',
    })
  })
})

describe('a login shell that is none', () => {
  test('nologin', async () => {
    const error: unknown = await run(open('/usr/sbin/nologin'), 'echo never').catch((error: unknown) => error)
    expect(error).toMatchObject({
      name: 'LoginRefused',
      message: expect.stringContaining(
        'exit code 1) without starting /bin/sh; it said: This account is currently not',
      ),
      hint: expect.stringContaining('nologin'),
    })
  })

  test('a restricted one', async () => {
    const error: unknown = await run(open('rbash'), 'echo never').catch((error: unknown) => error)
    expect(error).toMatchObject({
      name: 'LoginRefused',
      message: expect.stringContaining('exec: restricted'),
    })
  })
})

describe('the environment', () => {
  test('of the login does not reach scripts, nor our text their children', async () => {
    const hostile = {
      x: 'exported',
      __s: 'exported',
      __n: 'exported',
      LC_ALL: 'tr_TR.UTF-8',
      LANG: 'tr_TR.UTF-8',
      CDPATH: '/',
    }
    const more = { BASH_ENV: '/nowhere', ENV: '/nowhere', IFS: 'o', POSIXLY_CORRECT: '1', GREP_OPTIONS: '-v' }
    const { stdout } = await run(open('bash', { ...hostile, ...more }), 'set -- a o b; echo foo $*; env')
    const [words, ...env] = stdout.trim().split('\n')
    const names = env.map(line => line.replace(/=.*/, ''))
    expect(words).toBe('foo a o b')
    expect(env).toContain('LC_ALL=C')
    for (const name of ['x', '__s', '__n', 'CDPATH', 'BASH_ENV', 'ENV', 'POSIXLY_CORRECT', 'GREP_OPTIONS']) {
      expect(names).not.toContain(name)
    }
  })
})

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Secret } from '../../src/model/secret.ts'
import type { Channel } from '../../src/transport/channel.ts'
import { openShell } from '../../src/transport/shell.ts'
import type { Shell } from '../../src/transport/transport.ts'
import { commandsOnly, run } from '../support/far.ts'
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

describe.skipIf(process.getuid?.() !== 0)('sudo refuses', () => {
  let sudoer: Sudoer
  const folder = mkdtempSync(join(tmpdir(), 'rampart-sudo-'))
  chmodSync(folder, 0o755)
  beforeAll(() => {
    sudoer = createSudoer('r')
  })
  afterAll(() => {
    sudoer.remove()
    rmSync(folder, { recursive: true })
  })

  const right = (): Secret => new Secret(sudoer.password)
  const refused = (shell: Shell): Promise<unknown> =>
    run(shell, 'echo never').catch((error: unknown) => error)

  test('a wrong password, tried once', async () => {
    sudoer.allow('USER ALL=(ALL) ALL', 'Defaults:USER passwd_tries=3')
    const error = await refused(open(sudoer.login(), 'root', new Secret('wrong')))
    expect(error).toMatchObject({
      name: 'BecomeRefused',
      message: 'cannot become root: sudo refused the password',
      hint: expect.stringContaining('--ask-become-pass'),
    })
    await expect.poll(() => sudoer.log()).toMatch(/ 1 incorrect password attempt ;/)
    expect(sudoer.log().match(/incorrect/g)).toEqual(['incorrect'])
  })

  test('a wrong password where sudo asks but once', async () => {
    sudoer.allow('USER ALL=(ALL) ALL', 'Defaults:USER passwd_tries=1')
    expect(await refused(open(sudoer.login(), 'root', new Secret('wrong')))).toMatchObject({
      name: 'BecomeRefused',
      message: 'cannot become root: sudo refused the password',
    })
  })

  test.each([
    [
      'no password',
      ['USER ALL=(ALL) ALL'],
      'root',
      undefined,
      'sudo wants a password and none was given',
      '--ask-become-pass',
    ],
    [
      'a tty',
      ['Defaults:USER requiretty', 'USER ALL=(ALL) NOPASSWD: ALL'],
      'root',
      undefined,
      'sudo wants a terminal (requiretty)',
      '!requiretty',
    ],
    [
      'a tty, with a password',
      ['Defaults:USER requiretty', 'USER ALL=(ALL) ALL'],
      'root',
      'right',
      'sudo wants a terminal (requiretty)',
      '!requiretty',
    ],
    [
      'an unknown user',
      ['USER ALL=(ALL) NOPASSWD: ALL'],
      'rampart-nobody',
      undefined,
      'there is no such user on this host',
      'Create',
    ],
    [
      'an unknown user, with a password',
      ['USER ALL=(ALL) ALL'],
      'rampart-nobody',
      'right',
      'there is no such user on this host',
      'Create',
    ],
    ['who has no right', [], 'root', 'right', 'sudo does not allow it to the login user', 'sudoers'],
    [
      'who has not this right',
      ['Defaults:USER !authenticate', 'USER ALL=(ALL) /bin/ls'],
      'root',
      undefined,
      'sudo does not allow it to the login user',
      'sudoers',
    ],
    [
      'another user than allowed',
      ['USER ALL=(nobody) NOPASSWD: ALL'],
      'root',
      'right',
      'sudo does not allow it to the login user',
      'sudoers',
    ],
  ])('%s', async (_, lines, user, password, reason, hint) => {
    sudoer.allow(...lines)
    const shell = open(sudoer.login(), user, password === undefined ? undefined : right())
    expect(await refused(shell)).toMatchObject({
      name: 'BecomeRefused',
      message: `cannot become ${user}: ${reason}`,
      hint: expect.stringContaining(hint),
    })
    await expect(run(shell, 'echo later')).rejects.toMatchObject({ name: 'BecomeRefused' })
  })

  test('a host that has none', async () => {
    const PATH = commandsOnly(folder, { id: '/usr/bin/id', dd: '/usr/bin/dd' })
    expect(await refused(open(sudoer.login({ PATH }), 'root', right()))).toMatchObject({
      name: 'BecomeRefused',
      message: 'cannot become root: there is no sudo on this host',
      hint: 'Install sudo there, or connect as root.',
    })
  })

  test.each(['line\n', 'a\nb', 'nul\0'])('a password that is not one line: %j', async password => {
    sudoer.allow('USER ALL=(ALL) ALL')
    const channel = sudoer.login()
    expect(await refused(open(channel, 'root', new Secret(password)))).toMatchObject({
      name: 'BecomeRefused',
      message: 'the become password holds a newline or a NUL',
    })
    expect(channel.written.join('')).not.toContain(password)
  })

  test('what its own words say, where we do not know them', async () => {
    const sudo = '#!/bin/sh\necho "sudo: \u001b[31mthe moon is full" >&2; exit 1\n'
    const PATH = commandsOnly(folder, { id: '/usr/bin/id', dd: '/usr/bin/dd', sudo })
    expect(await refused(open(sudoer.login({ PATH }), 'root'))).toMatchObject({
      message: 'cannot become root: sudo failed; it said: sudo: the moon is full',
    })
  })

  test('to hang', async () => {
    const sudo = '#!/bin/sh\necho "sudo: unable to resolve host" >&2; exec /usr/bin/sleep 20 <&- >&-\n'
    const PATH = commandsOnly(folder, { id: '/usr/bin/id', dd: '/usr/bin/dd', sudo })
    expect(await refused(open(sudoer.login({ PATH }), 'root', undefined, 500))).toMatchObject({
      name: 'BecomeRefused',
      message: expect.stringContaining('cannot become root: sudo did not finish within 0.5 s'),
    })
  })
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { command } from '../../src/controller/command.ts'
import type { TaskTold } from '../support/rampart.ts'
import { rampartRun } from '../support/rampart.ts'
import { useLab } from './lab.ts'

const lab = useLab({ name: 'hardening' })
const hosts = ['bastion', 'dgx01', 'dgx02']
const book = join(import.meta.dirname, '../../playbooks/ssh-hardening.ts')
const run = (...args: readonly string[]) => rampartRun([book, '-i', lab.files.inventory, ...args])
const dropIn = '/etc/ssh/sshd_config.d/00-rampart.conf'
const fingerprint = async (host: string) =>
  (
    await lab.inside(
      host,
      `sha256sum ${dropIn}; stat -c '%a %u %g %Y %Z %i' ${dropIn}; ls -la --time-style=full-iso /etc/ssh/sshd_config.d`,
    )
  ).stdout

const passwordLogin = async (host: string, user: string) =>
  lab.sshByPassword(host, user, (await readFile(lab.files.password, 'utf8')).trim(), 'id -un')

/** What of dgx01 is newer than its boot, and what a run would add to. */
const traces = async () =>
  (
    await lab.inside(
      'dgx01',
      'find /etc /root /var/lib/rampart /run/rampart -newer /proc/1/cmdline 2>/dev/null; ls -la /etc/ssh/sshd_config.d; getent group',
    )
  ).stdout

test('before: passwords let dev in', async () => {
  expect(await passwordLogin('dgx01', 'dev')).toMatchObject({ code: 0, stdout: 'dev\n' })
})

test('a dry run names what would change and changes nothing', async () => {
  const before = await traces()
  const told = await run('--check')
  expect(told.code).toBe(2)
  for (const host of hosts) {
    expect(told.recap.hosts[host]).toMatchObject({
      changed: 0,
      failed: 0,
      unreachable: 0,
      frames: expect.any(Number) as number,
    })
    expect(told.recap.hosts[host]?.wouldChange).toBeGreaterThanOrEqual(3)
    expect(told.tasks.find(task => task.host === host && task.task === 'sshd settings')).toMatchObject({
      status: 'would-change',
      diff: { kind: 'text', path: dropIn, before: null },
    })
  }
  expect(await traces()).toBe(before)
})

test('the first run changes every host, the second none, in two frames', async () => {
  const first = await run()
  expect(first.code, JSON.stringify(first.tasks.filter(task => task.error))).toBe(0)
  for (const host of hosts) expect(first.recap.hosts[host]?.changed).toBeGreaterThan(0)
  const second = await run()
  expect(second.code).toBe(0)
  for (const host of hosts) {
    expect(second.recap.hosts[host]).toMatchObject({
      changed: 0,
      failed: 0,
      unknown: 0,
      skipped: 0,
      frames: 2,
      connections: 1,
    })
  }
})

test('after: keys let root in, passwords nobody', async () => {
  for (const host of hosts) {
    expect(await lab.ssh(host, 'id -un')).toMatchObject({ code: 0, stdout: 'root\n' })
    const refused = await passwordLogin(host, 'admin')
    expect(refused.code).toBe(255)
    expect(refused.stderr).toMatch(/Permission denied \(publickey\)/)
  }
  expect((await lab.ssh('dgx01', 'id', ['User=dev'])).code).toBe(255)
})

test.each([
  ['bastion', 'local'],
  ['dgx01', 'no'],
  ['dgx02', 'no'],
])('sshd of %s has in force what was declared', async (host, forwarding) => {
  const { stdout } = await lab.inside(
    host,
    'sshd -T -C user=root,host=h,addr=192.0.2.1,laddr=192.0.2.2,lport=22',
  )
  const lines = stdout.split('\n')
  for (const line of [
    'permitrootlogin without-password',
    'passwordauthentication no',
    'kbdinteractiveauthentication no',
    'pubkeyauthentication yes',
    'authenticationmethods publickey',
    'maxauthtries 3',
    'allowgroups ssh-admins',
    'denyusers dev',
    'x11forwarding no',
    'allowagentforwarding no',
    `allowtcpforwarding ${forwarding}`,
    'loglevel VERBOSE',
  ]) {
    expect(lines).toContain(line)
  }
})

test('an audit by another program finds no fail', async () => {
  const { address } = parse(await readFile(lab.files.inventory, 'utf8')).all.hosts.bastion
  const { stdout, stderr } = await command(['ssh-audit', '-n', address])
  expect(stdout + stderr).toContain('(gen) banner')
  expect(stdout).not.toContain('[fail]')
})

test('a check after a drift made by hand reports exactly that, and leaves the file as it is', async () => {
  await lab.inside(
    'dgx02',
    `sed -i 's/^MaxAuthTries 3$/MaxAuthTries 6/' ${dropIn}; chmod 640 ${dropIn}; touch -d '2026-01-02 03:04:05' ${dropIn}`,
  )
  const before = await fingerprint('dgx02')
  const told = await run('--check')
  expect(told.code).toBe(2)
  const drifted = told.tasks.filter(task => task.status === 'would-change')
  expect(drifted.map(({ host, task }) => `${host} ${task}`)).toEqual(['dgx02 sshd settings'])
  const { before: was, after: will } = (drifted[0] as TaskTold).diff as { before: string; after: string }
  expect(was.split('\n').filter(line => !will.includes(line))).toEqual(['MaxAuthTries 6'])
  expect(await fingerprint('dgx02')).toBe(before)
  expect(await run()).toMatchObject({
    code: 0,
    recap: { hosts: { dgx02: { changed: 2 }, dgx01: { changed: 0 } } },
  })
  expect(await fingerprint('dgx02')).toContain('600 0 0')
})

import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { rampartRun } from '../support/rampart.ts'
import { makeKey } from '../support/sshd.ts'
import type { Door } from './door.ts'
import { openDoor, playbook, readInventory } from './door.ts'
import { useLab } from './lab.ts'

const lab = useLab({ name: 'refused', nodes: 1 })
vi.setConfig({ testTimeout: 180_000 })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-refused-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('host keys', () => {
  let known: string
  beforeAll(async () => {
    known = join(folder, 'known_hosts')
    await lab.inside('bastion', 'touch /root/go')
  })

  /** Looks at the bastion, known by `[127.0.0.1]:PORT` and this key. */
  async function look(door: Door, key: string, ...args: readonly string[]) {
    writeFileSync(known, key === '' ? '' : `[127.0.0.1]:${door.proxy.port} ${key}\n`)
    await lab.inside('bastion', 'rm -f /root/looking')
    const told = await rampartRun([
      playbook('slow-look'),
      ...['-i', door.inventory, '-l', 'bastion', '--check', ...args],
    ])
    const met = told.events.find(({ event }) => event === 'host')
    const isSeen = (await lab.inside('bastion', 'test -e /root/looking')).code === 0
    return { code: told.code, status: met?.['status'], error: JSON.stringify(met?.['error']), isSeen }
  }
  const print = async (file: string) =>
    (await lab.inside('bastion', `ssh-keygen -lf ${file}`)).stdout.split(' ')[1]

  test('S01 another than the known one: refused with both fingerprints, also with --accept-new; nothing is sent', async () => {
    const other = makeKey(join(folder, 'other'), 'ed25519')
    const key = readFileSync(`${other}.pub`, 'utf8').split(' ', 2).join(' ')
    await lab.inside('bastion', 'cat >/root/other.pub', key)
    const door = await openDoor(lab, { known_hosts: known })
    for (const args of [[], ['--accept-new']]) {
      const { error, ...rest } = await look(door, key, ...args)
      expect(rest).toEqual({ code: 4, status: 'refused', isSeen: false })
      expect(error).toContain(await print('/etc/ssh/ssh_host_ed25519_key.pub'))
      expect(error).toContain(await print('/root/other.pub'))
      expect(readFileSync(known, 'utf8')).toContain(key)
    }
  })

  test('S02 an unknown one: refused; with --accept-new it is stored, and known the next time', async () => {
    const door = await openDoor(lab, { known_hosts: known })
    const { error, ...rest } = await look(door, '')
    expect(rest).toEqual({ code: 4, status: 'refused', isSeen: false })
    expect(error).toContain(await print('/etc/ssh/ssh_host_ed25519_key.pub'))
    expect(error).toContain('--accept-new')
    expect(readFileSync(known, 'utf8')).toBe('')
    expect(await look(door, '', '--accept-new')).toMatchObject({ code: 0, status: 'connected', isSeen: true })
    const stored = readFileSync(known, 'utf8').split(' ').slice(1, 3).join(' ')
    expect(await look(door, stored)).toMatchObject({ code: 0, status: 'connected', isSeen: true })
  })
})

describe('S12 a hardening that would lock the runner out is refused, and sshd stays as it is', () => {
  const site = join(import.meta.dirname, '../../playbooks/ssh-hardening.ts')
  const harden = (host: string, ...more: readonly string[]) =>
    rampartRun([site, '-i', lab.files.inventory, '-l', host, ...more.flatMap(it => ['-e', it])])
  const settings = async (host: string) =>
    (await lab.inside(host, 'cd /etc/ssh && sha256sum sshd_config sshd_config.d/* 2>&1; sshd -T | sha256sum'))
      .stdout

  test.each<[string, string, readonly string[], RegExp]>([
    ['bastion', 'key exchanges', ['ssh-hardening.kex=[sntrup761x25519-sha512@openssh.com]'], /kexalgorithms/],
    ['dgx01', 'ciphers', ['ssh-hardening.ciphers=[aes256-cbc]'], /ciphers/],
    ['bastion', 'MACs', ['ssh-hardening.macs=[umac-128-etm@openssh.com]'], /macs/],
    [
      'dgx01',
      'host keys',
      ['ssh-hardening.host_key_algorithms=[ssh-ed25519-cert-v01@openssh.com]'],
      /hostkeyalgorithms/,
    ],
    ['dgx01', 'types of keys', ['ssh-hardening.pubkey_algorithms=[rsa-sha2-512]'], /type of its key/],
    ['bastion', 'root', ['ssh-hardening.permit_root=no'], /root/],
    ['dgx01', 'groups', ['ssh-hardening.allow_groups=[nobody-here]', 'ssh-hardening.admins=[]'], /groups/],
    ['dgx01', 'users', ['ssh-hardening.allow_users=[root@192.0.2.1]'], /AllowUsers/],
    ['dgx01', 'denied users', ['ssh-hardening.deny_users=[root]'], /DenyUsers/],
  ])('%s: %s', async (host, _, values, why) => {
    const before = await settings(host)
    const told = await harden(host, ...values)
    expect(told.code).toBe(3)
    const failed = told.tasks.filter(({ status }) => status === 'failed')
    expect(failed.map(({ task }) => task)).toEqual(['sshd settings'])
    expect(failed[0]?.error?.message).toMatch(why)
    expect(failed[0]?.error?.message).toContain('this would lock rampart out')
    expect(await settings(host)).toBe(before)
    expect((await lab.ssh(host, 'true')).code).toBe(0)
  })

  test('what lets it in is not refused', async () => {
    const network = readInventory(lab).all.hosts.bastion.address.replace(/\.\d+$/, '.0/24')
    const told = await harden('bastion', `ssh-hardening.allow_users=[someone, 'ro?t@${network}']`)
    expect({ code: told.code, failed: told.tasks.filter(({ error }) => error) }).toEqual({
      code: 0,
      failed: [],
    })
    expect((await lab.inside('bastion', 'sshd -T | grep ^allowusers')).stdout).toBe(
      `allowusers someone\nallowusers ro?t@${network}\n`,
    )
    expect((await lab.ssh('bastion', 'true')).code).toBe(0)
  })
})

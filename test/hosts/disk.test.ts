import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { command } from '../../src/controller/command.ts'
import { docker } from '../../src/controller/docker.ts'
import { requireEngine } from '../../src/lab/engine.ts'
import { rampartRun, startRampart, toldOf } from '../support/rampart.ts'
import { openDoor, playbook } from './door.ts'
import { useLab } from './lab.ts'
import { litter, until } from './look.ts'

const lab = useLab({ name: 'disk', nodes: 1 })
vi.setConfig({ testTimeout: 180_000 })

const host = 'bastion'
const inside = async (script: string) => (await lab.inside(host, script)).stdout
const write = (path: string, size = 30_000) =>
  rampartRun([
    playbook('write'),
    ...['-i', lab.files.inventory, '-l', host, '-e', `path=${path}`, '-e', `size=${size}`],
  ])

/** It failed there and then, with these words, and left the old content and nothing else. */
async function expectRefused(path: string, words: RegExp, hint?: RegExp): Promise<void> {
  const told = await write(path)
  expect({ code: told.code, statuses: told.tasks.map(({ status }) => status) }).toEqual({
    code: 3,
    statuses: ['failed'],
  })
  expect(told.recap.hosts[host]).toMatchObject({ failed: 1, unreachable: 0 })
  expect(told.tasks[0]?.error?.message).toMatch(words)
  if (hint) expect(told.tasks[0]?.error?.hint).toMatch(hint)
  expect(await inside(`cat ${path}`)).toBe('old\n')
  expect(await litter(lab, host)).toBe('')
}

async function expectWritten(path: string): Promise<void> {
  expect((await write(path)).code).toBe(0)
  expect(await inside(`wc -c <${path}`)).toBe('30000\n')
  expect(await write(path)).toMatchObject({ code: 0, recap: { hosts: { [host]: { changed: 0 } } } })
  expect(await litter(lab, host)).toBe('')
}

describe('a full disk', () => {
  afterEach(() => inside('umount /mnt/full /var/lib/rampart; rm -rf /mnt/full /var/lib/rampart'))

  test.each([
    ['no room', 'size=16k'],
    ['no inodes', 'nr_inodes=2'],
  ])('H05 %s at the target', async (_, options) => {
    await inside(`mkdir -p /mnt/full && mount -t tmpfs -o ${options} none /mnt/full && echo old >/mnt/full/f`)
    await expectRefused('/mnt/full/f', /No space left on device/, /disk is full.*df -h.*df -i/)
    await inside('mount -o remount,size=1M,nr_inodes=100 /mnt/full')
    await expectWritten('/mnt/full/f')
  })

  test.each([
    ['no room', 'size=4k', 'head -c 4096 /dev/zero >/var/lib/rampart/full'],
    ['no inodes', 'nr_inodes=1', 'true'],
  ])('H05 %s where rampart keeps its own', async (_, options, fill) => {
    await inside(
      `mkdir -p /var/lib/rampart /mnt/full && mount -t tmpfs -o ${options} none /var/lib/rampart && ${fill}; echo old >/mnt/full/f`,
    )
    await expectRefused('/mnt/full/f', /No space left on device/, /disk is full.*df -h.*df -i/)
    await inside('rm -f /var/lib/rampart/full; mount -o remount,size=1M,nr_inodes=100 /var/lib/rampart')
    await expectWritten('/mnt/full/f')
  })
})

describe('what must not be written', () => {
  afterEach(() => inside('umount /mnt/ro/f /mnt/ro; rm -rf /mnt/ro'))

  test('H06 a read-only file system', async () => {
    await inside(
      'mkdir /mnt/ro && echo old >/mnt/ro/f && mount --bind /mnt/ro /mnt/ro && mount -o remount,bind,ro /mnt/ro',
    )
    await expectRefused('/mnt/ro/f', /Read-only file system/, /mounted read-only.*findmnt/)
    await inside('mount -o remount,bind,rw /mnt/ro')
    await expectWritten('/mnt/ro/f')
  })

  test('H06 a file that is mounted by itself', async () => {
    await inside(
      'mkdir /mnt/ro && echo old | tee /mnt/ro/other >/mnt/ro/f && mount --bind /mnt/ro/other /mnt/ro/f',
    )
    await expectRefused('/mnt/ro/f', /mount/)
    await inside('umount /mnt/ro/f')
    await expectWritten('/mnt/ro/f')
  })

  test('H06 an immutable file', async context => {
    await inside('mkdir /mnt/ro && echo old >/mnt/ro/f')
    // A host of the lab may not do this to itself; this machine may, if we are its root.
    const { stdout } = await docker(await requireEngine(), [
      'inspect',
      '--format',
      '{{.State.Pid}}',
      lab.container(host),
    ])
    const file = `/proc/${stdout.trim()}/root/mnt/ro/f`
    if ((await command(['chattr', '+i', file])).code !== 0)
      context.skip('this machine has no chattr +i for us')
    try {
      await expectRefused('/mnt/ro/f', /Operation not permitted/)
    } finally {
      await command(['chattr', '-i', file])
    }
    await expectWritten('/mnt/ro/f')
  })
})

describe('killed between the temporary file and its renaming', () => {
  const source = join(tmpdir(), `rampart-big-${process.pid}`)
  afterEach(() => rmSync(source))

  const kills: readonly [string, () => Promise<unknown>][] = [
    [
      'kill -9',
      () => inside('grep -lz ^SSH_CONNECTION= /proc/[0-9]*/environ | cut -d / -f 3 | xargs kill -9'),
    ],
    [
      'a power cut',
      async () => {
        const engine = await requireEngine()
        await docker(engine, ['kill', lab.container(host)])
        await docker(engine, ['start', lab.container(host)])
      },
    ],
  ]
  test.each(kills)(
    'H09 %s: the old content stays whole, and the next run takes the half one away',
    async (_, kill) => {
      writeFileSync(source, Buffer.alloc(20_000_000, 'new\n'))
      await inside('rm -rf /root/big /var/lib/rampart; mkdir /root/big && echo old >/root/big/f')
      const door = await openDoor(lab)
      const args = [playbook('write'), '-l', host, '-e', 'path=/root/big/f', '-e', `source=${source}`]
      const running = startRampart(['run', ...args, '-i', door.inventory, '--json'])
      await vi.waitUntil(() => door.proxy.bytes > 5_000_000, { timeout: 60_000, interval: 1 })
      door.proxy.freezeOpen()
      await until(lab, host, 'test -s /root/big/.f.rampart-*')
      await kill()
      door.proxy.cut()
      const told = toldOf(await running.end)
      expect({ code: told.code, statuses: told.tasks.map(({ status }) => status) }).toEqual({
        code: 3,
        statuses: ['unknown'],
      })
      expect(await inside('cat /root/big/f; ls -A /root/big | wc -l')).toBe('old\n2\n')
      expect(await rampartRun([...args, '-i', lab.files.inventory])).toMatchObject({ code: 0 })
      expect(await inside('ls -A /root/big; head -c 4 /root/big/f; wc -c </root/big/f')).toBe(
        'f\nnew\n20000000\n',
      )
    },
  )
})

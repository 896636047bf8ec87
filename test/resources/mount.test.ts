import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mount } from '../../src/resources/index.ts'
import type { FstabEntry } from '../../src/resources/parts/fstab.ts'
import { entryOf, withEntry } from '../../src/resources/parts/fstab.ts'
import { flagsOf, liveFlags } from '../../src/resources/parts/mount-flags.ts'
import { mountAt } from '../../src/resources/queries/mount-table.ts'
import { bench, drifted } from '../support/apply.ts'
import type { PrivateSystem } from '../support/private-system.ts'
import { privateSystem } from '../support/private-system.ts'

let system: PrivateSystem
beforeAll(async () => {
  system = await privateSystem()
  system.inside('mkdir -p /etc/m; : >/etc/fstab')
})
afterAll(() => system[Symbol.dispose]())

const entry = (given: Partial<FstabEntry> = {}): FstabEntry => ({
  ...{ source: '/dev/vdb', path: '/srv', type: 'ext4', options: 'defaults', dump: 0, pass: 2 },
  ...given,
})

test.each<[string, string, FstabEntry | null, string]>([
  ['appends', '# x\n', entry(), '# x\n/dev/vdb /srv ext4 defaults 0 2\n'],
  ['ends the last line first', '# x', entry(), '# x\n/dev/vdb /srv ext4 defaults 0 2\n'],
  [
    'keeps it as it is written',
    '/dev/vdb\t/srv  ext4 defaults 0 2\n',
    entry(),
    '/dev/vdb\t/srv  ext4 defaults 0 2\n',
  ],
  ['knows what is left out', '/dev/vdb /srv ext4\n', entry({ pass: 0 }), '/dev/vdb /srv ext4\n'],
  [
    'changes it in its place',
    'a /srv xfs ro\nz /z z\n',
    entry(),
    '/dev/vdb /srv ext4 defaults 0 2\nz /z z\n',
  ],
  ['keeps one', '/dev/vdb /srv ext4 defaults 0 2\nx /srv y\n', entry(), '/dev/vdb /srv ext4 defaults 0 2\n'],
  ['leaves remarks', '#/dev/vdb /srv ext4\n', null, '#/dev/vdb /srv ext4\n'],
  ['removes it', 'a /srv b\nz /z z\n', null, 'z /z z\n'],
])('%s', (_, before, wanted, after) => {
  expect(withEntry(before, '/srv', wanted)).toBe(after)
  expect(withEntry(after, '/srv', wanted)).toBe(after)
})

test('names with spaces and letters beyond ASCII come through', () => {
  const odd = entry({ path: '/srv/a b\t#ß\\', source: '//nas/my files' })
  const text = withEntry('', odd.path, odd)
  expect(text).toBe('//nas/my\\040files /srv/a\\040b\\011\\043ß\\134 ext4 defaults 0 2\n')
  expect(entryOf(text, odd.path)).toEqual(odd)
})

test('what is mounted is read, the last on a path', () => {
  const stdout = `1 2 0:1 / /srv rw,relatime shared:1 - ext4 /dev/vda rw
2 3 0:2 / /srv rw,nosuid master:1 - tmpfs tmpfs ro,size=1k
3 4 0:3 / /a\\040b ro - xfs /dev/vdb rw
`
  const reply = { code: 0, stdout, stderr: '', bytes: Buffer.from(stdout) }
  expect(mountAt.parse(reply, ['/srv', '/a b', '/none'])).toEqual([
    { type: 'tmpfs', flags: ['rw', 'nosuid', 'ro'] },
    { type: 'xfs', flags: ['ro'] },
    null,
  ])
})

test.each([
  [['defaults'], ['rw', 'suid', 'dev', 'exec']],
  [
    ['noexec', 'ro'],
    ['ro', 'suid', 'dev', 'noexec'],
  ],
  [
    ['user', 'exec'],
    ['rw', 'nosuid', 'nodev', 'exec'],
  ],
  [
    ['ro', 'defaults'],
    ['rw', 'suid', 'dev', 'exec'],
  ],
])('%j means %j', (options, flags) => {
  expect(flagsOf(options)).toEqual(flags)
  expect(liveFlags(['rw', 'relatime', ...flags])).toEqual(flags)
})

describe('a file system', () => {
  const path = '/etc/m/a tmpfs'
  const wanted = (given: object = {}) => mount({ path, source: 'tmpfs', type: 'tmpfs', ...given } as never)
  const seen = () => system.inside(`findmnt -n -o FSTYPE,OPTIONS --mountpoint '${path}' || :`)

  test.each([['dash'], ['busybox', 'sh']] as const)(
    'is mounted, changed and unmounted over %s',
    async (...sh) => {
      using host = bench(system.far(sh))
      const made = await host.converge(wanted({ options: ['nosuid', 'size=1m'] }))
      expect(made?.diff).toMatchObject({ kind: 'text', changes: { mounted: ['nothing', 'tmpfs'] } })
      expect(seen()).toMatch(/^tmpfs +rw,nosuid,relatime.*size=1024k/)
      expect(system.inside('findmnt --verify --tab-file /etc/fstab 2>&1 || :')).toMatch(
        /^Success|0 parse errors/m,
      )
      expect(await host.converge(wanted({ options: ['nosuid', 'size=1m'] }))).toBeUndefined()
      // Options that no flag tells are told by the line.
      await host.converge(wanted({ options: ['noexec', 'nodev', 'size=2m'] }))
      expect(seen()).toMatch(/^tmpfs +rw,nodev,noexec,relatime.*size=2048k/)
      system.inside(`mount -o remount,exec,ro '${path}'`)
      const drift = await host.converge(wanted({ options: ['noexec', 'nodev', 'size=2m'] }))
      expect(drift?.diff).toEqual({
        kind: 'fields',
        changes: { mounted: ['ro,suid,nodev,exec', 'rw,suid,nodev,noexec'] },
      })
      system.inside(`umount '${path}'`)
      await host.converge(wanted({ options: ['noexec', 'nodev', 'size=2m'] }))
      await host.converge(wanted({ type: 'ramfs', source: 'ramfs' }))
      expect(seen()).toMatch(/^ramfs /)
      await host.converge(mount({ path, state: 'absent' }))
      expect([seen(), system.inside('cat /etc/fstab')]).toEqual(['', ''])
      expect(await host.converge(mount({ path, state: 'absent' }))).toBeUndefined()
    },
  )

  test('may be a folder seen elsewhere, with flags of its own', async () => {
    using host = bench(system.far())
    const bind = mount({ path: '/etc/m/bind', source: '/etc/ssh', type: 'none', options: ['bind', 'ro'] })
    await host.converge(bind)
    expect(system.inside('ls /etc/m/bind; touch /etc/m/bind/x 2>&1 || :')).toMatch(/ssh_config.*Read-only/s)
    expect(await host.converge(bind)).toBeUndefined()
    await host.converge(mount({ path: '/etc/m/bind', state: 'absent' }))
  })

  test('that is only to be known at boot is not mounted', async () => {
    using host = bench(system.far())
    await host.converge(
      mount({ path: '/etc/m/later', state: 'present', source: 'x', type: 'ext4', options: ['noauto'] }),
    )
    expect(system.inside('cat /etc/fstab; ls /etc/m')).toMatch(
      /^x \/etc\/m\/later ext4 noauto 0 0\n(?!.*later)/,
    )
    await host.converge(mount({ path: '/etc/m/later', state: 'absent' }))
  })

  test('that is in use keeps its line', async () => {
    using host = bench(system.far())
    await host.converge(wanted())
    const gone = drifted(await mount({ path, state: 'absent' }).check(host.probe))
    const busy = await host.apply([
      { ...gone.cure[0], script: `cd '${path}' && umount '${path}'` } as never,
      gone.cure[1] as never,
    ])
    expect([busy.code === 0, system.inside('cat /etc/fstab')]).toEqual([
      false,
      expect.stringContaining('tmpfs'),
    ])
    await host.converge(mount({ path, state: 'absent' }))
  })

  test.each<[string, object]>([
    ['path', { path: 'srv' }],
    ['source', { source: undefined }],
    ['source', { source: 'a\nb' }],
    ['type', { type: undefined }],
    ['type', { type: 'a b' }],
    ['options', { options: [] }],
    ['options.0', { options: ['a,b'] }],
    ['source', { state: 'absent' }],
  ])('with a wrong %s is refused by its name', (name, given) => {
    expect(() => wanted(given)).toThrow(`mount({…}).${name}`)
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { kernelModule, timezone } from '../../src/resources/index.ts'
import { kernelModuleLook } from '../../src/resources/queries/kernel-modules.ts'
import { bench } from '../support/apply.ts'
import { fileState } from '../support/file-states.ts'
import type { PrivateSystem } from '../support/private-system.ts'
import { privateSystem } from '../support/private-system.ts'
import { stepsOf } from '../support/shown-plan.ts'

let system: PrivateSystem
beforeAll(async () => {
  system = await privateSystem()
})
afterAll(() => system[Symbol.dispose]())

test('what the kernel has is read of three files', () => {
  const stdout = `br_netfilter 36864 0 - Live 0x0
overlay 1 2 - Live 0x0
-
kernel/fs/ext4/ext4.ko
kernel/drivers/dm-mod.ko
-
overlay
printk
`
  const reply = { code: 0, stdout, stderr: '', bytes: Buffer.from(stdout) }
  const names = ['br_netfilter', 'overlay', 'ext4', 'dm_mod', 'printk', 'netfilter', 'nouveau']
  expect(kernelModuleLook.parse(reply, names)).toEqual([
    ...['loaded', 'loaded', 'built in', 'built in', 'built in', 'not loaded', 'not loaded'],
  ])
  const nothing = { ...reply, stdout: '-\n-\nprintk\n' }
  expect(kernelModuleLook.parse(nothing, ['printk', 'x'])).toEqual(['built in', 'not loaded'])
})

describe('a module', () => {
  const load = '/etc/modules-load.d/rampart-x_y.conf'
  const probe = '/etc/modprobe.d/rampart-x_y.conf'
  const black = 'blacklist x_y\ninstall x_y /bin/false\n'
  type Live = 'loaded' | 'built in' | 'not loaded'
  const planned = (
    spec: Omit<Parameters<typeof kernelModule>[0], 'name'>,
    [boot, modprobe, live]: [string | null, string | null, Live],
    [wantedBoot, wantedModprobe]: [string | null, string | null],
  ) =>
    kernelModule.type.plan(kernelModule({ name: 'x-y', ...spec }).spec as never, {
      boot: fileState(boot, wantedBoot),
      modprobe: fileState(modprobe, wantedModprobe),
      live,
    })
  const into = expect.stringContaining('modprobe -- x_y')
  const out = expect.stringContaining('modprobe -r -- x_y')
  const opts = 'options x_y a=1 b=c\n'

  test.each<[string, ReturnType<typeof planned>, readonly unknown[]]>([
    ['is loaded', planned({}, ['x_y\n', null, 'loaded'], ['x_y\n', null]), []],
    ['is a part of the kernel', planned({}, ['x_y\n', null, 'built in'], ['x_y\n', null]), []],
    [
      'is to be loaded',
      planned({}, [null, null, 'not loaded'], ['x_y\n', null]),
      [`put ${load} 0644: x_y\n`, into],
    ],
    [
      'was kept out',
      planned({}, [null, black, 'not loaded'], ['x_y\n', null]),
      [`rm -f -- ${probe}`, `put ${load} 0644: x_y\n`, into],
    ],
    [
      'has options',
      planned({ options: { a: 1, b: 'c' } }, ['x_y\n', null, 'not loaded'], ['x_y\n', opts]),
      [`put ${probe} 0644: ${opts}`, into],
    ],
    [
      'is to be kept out',
      planned({ state: 'blacklisted' }, ['x_y\n', null, 'loaded'], [null, black]),
      [`put ${probe} 0644: ${black}`, `rm -f -- ${load}`, out],
    ],
    ['is kept out', planned({ state: 'blacklisted' }, [null, black, 'not loaded'], [null, black]), []],
    [
      'is forgotten',
      planned({ state: 'absent' }, ['x_y\n', null, 'loaded'], [null, null]),
      [`rm -f -- ${load}`],
    ],
  ])('that %s', (_, plan, steps) => {
    expect(stepsOf(plan)).toEqual(steps)
  })

  test('that is a part of the kernel cannot be kept out', () => {
    const state = { boot: fileState(null, null), modprobe: fileState(null, black), live: 'built in' } as const
    const spec = kernelModule({ name: 'x', state: 'blacklisted' }).spec as never
    expect(() => kernelModule.type.plan(spec, state)).toThrow(/part of this host's kernel/)
  })

  test('is made of files of the host', async () => {
    using host = bench(system.far())
    const [builtIn] = system
      .inside('for m in /sys/module/*; do [ -e "$m/initstate" ] || echo "${m##*/}"; done')
      .split('\n')
    await host.converge(kernelModule({ name: builtIn ?? '' }))
    expect(system.inside('cat /etc/modules-load.d/rampart-*')).toBe(`${builtIn}\n`)
    expect(await host.converge(kernelModule({ name: builtIn ?? '' }))).toBeUndefined()
    const evil = kernelModule({ name: 'rampart-none', state: 'blacklisted' })
    await host.converge(evil)
    expect(system.inside('cat /etc/modprobe.d/rampart-*')).toBe(
      'blacklist rampart_none\ninstall rampart_none /bin/false\n',
    )
    expect(await host.converge(evil)).toBeUndefined()
    await host.converge(kernelModule({ name: 'rampart-none', state: 'absent' }))
    expect(system.inside('ls /etc/modprobe.d')).not.toContain('none')
  })

  test.each<[string, object]>([
    ['name', { name: 'a b' }],
    ['name', { name: '../x' }],
    ['name', { name: '-x' }],
    ['options', { state: 'blacklisted', options: { a: 1 } }],
    ['options.a', { options: { a: 'b c' } }],
    ['options', { options: { 'a b': 1 } }],
  ])('with a wrong %s is refused by its name', (name, given) => {
    expect(() => kernelModule({ name: 'x', ...given } as never)).toThrow(`kernelModule({…}).${name}`)
  })
})

describe('a time zone', () => {
  test.each([['dash'], ['busybox', 'sh']] as const)('comes about over %s', async (...sh) => {
    using host = bench(system.far(sh))
    const wanted = timezone({ name: 'Asia/Tokyo' })
    system.inside('ln -sf /usr/share/zoneinfo/Etc/UTC /etc/localtime; echo Etc/UTC >/etc/timezone')
    await host.converge(wanted)
    expect(system.inside('date +%Z; readlink /etc/localtime; cat /etc/timezone')).toBe(
      'JST\n/usr/share/zoneinfo/Asia/Tokyo\nAsia/Tokyo\n',
    )
    expect(await host.converge(wanted)).toBeUndefined()
    // As systemd makes it.
    system.inside('ln -sf ../usr/share/zoneinfo/Asia/Tokyo /etc/localtime; rm /etc/timezone')
    expect(await wanted.check(host.probe)).toEqual(inSync())
    system.inside('rm /etc/localtime; cp /usr/share/zoneinfo/Etc/UTC /etc/localtime')
    await host.converge(wanted)
    expect(system.inside('date +%Z; ls /etc/timezone 2>&1 || :')).toMatch(/^JST\nls: cannot access/)
  })

  test('that the host does not know is an error with its cure', async () => {
    using host = bench(system.far())
    await expect(timezone({ name: 'Europe/Berlinn' }).check(host.probe)).rejects.toMatchObject({
      message: expect.stringContaining('knows no time zone Europe/Berlinn'),
      hint: expect.stringContaining('tzdata'),
    })
  })

  test.each(['', '../x', '/etc/passwd', 'Europe/../x', 'a b', 'Europe/Berlin\n'])('is not %j', name => {
    expect(() => timezone({ name })).toThrow(/timezone\(\{…\}\)\.name/)
  })
})

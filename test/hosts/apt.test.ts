import { beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { rampartRun, startRampart, toldOf } from '../support/rampart.ts'
import { openDoor, playbook } from './door.ts'
import { useLab } from './lab.ts'
import { litter, until } from './look.ts'

const lab = useLab({ name: 'apt', nodes: 1 })
vi.setConfig({ testTimeout: 180_000 })

const host = 'bastion'
const inside = async (script: string) => {
  const { code, stdout, stderr } = await lab.inside(host, script)
  expect({ script, code, stderr }).toMatchObject({ code: 0 })
  return stdout
}
const args = (...vars: readonly string[]) => [
  playbook('package'),
  '-l',
  host,
  ...vars.flatMap(it => ['-e', it]),
]
const run = (...vars: readonly string[]) => rampartRun([...args(...vars), '-i', lab.files.inventory, '-v'])
const version = () =>
  lab.inside(host, "dpkg-query -W -f '${db:Status-Status} ${Version}' probe").then(it => it.stdout)

/** A repository of one package, whose installation counts itself and takes until /root/go is there. */
beforeAll(async () => {
  await inside(`
mkdir -p /root/repo /root/probe/DEBIAN && cd /root/probe/DEBIAN
printf 'Package: probe\\nVersion: 1\\nArchitecture: all\\nMaintainer: nobody <nobody@example.com>\\nDescription: probe\\n' >control
printf '#!/bin/sh\\necho x >>/root/count; until [ -e /root/go ]; do sleep 0.1; done\\n' >postinst
chmod 755 postinst && dpkg-deb -b /root/probe /root/repo/probe.deb && cd /root/repo
{ cat /root/probe/DEBIAN/control; echo 'Filename: ./probe.deb'; echo "Size: $(stat -c %s probe.deb)"
  echo "SHA256: $(sha256sum probe.deb | cut -d ' ' -f 1)"; } >Packages
rm -rf /etc/apt/sources.list.d/* && echo 'deb [trusted=yes] file:/root/repo ./' >/etc/apt/sources.list`)
}, 60_000)
beforeEach(() => inside('rm -f /root/go /root/count; dpkg --purge probe 2>/dev/null; true'))

/** Holds a lock as apt and dpkg do, by fcntl(2), until /root/release is there. */
const hold = (path: string) =>
  inside(`rm -f /root/release /root/held; cat >/root/hold.pl <<'end'
use Fcntl;
open(my $lock, '>', $ARGV[0]) or die;
my $whole = pack('s s x4 q q i x4', F_WRLCK, 0, 0, 0, 0);
fcntl($lock, F_SETLK, $whole) or die "cannot lock $ARGV[0]: $!";
open(my $held, '>', '/root/held');
until (-e '/root/release') { select(undef, undef, undef, 0.1) }
end
perl /root/hold.pl ${path} >/dev/null 2>&1 &
until [ -e /root/held ]; do kill -0 "$!" || exit 1; sleep 0.1; done`)

test.each(['/var/lib/dpkg/lock-frontend', '/var/lib/dpkg/lock', '/var/lib/apt/lists/lock'])(
  'H11 %s is held for a while: it is waited for',
  async path => {
    await hold(path)
    await inside('touch /root/go; rm -rf /var/lib/apt/lists/*.* /var/cache/apt/*.bin')
    const running = startRampart(['run', ...args(), '-i', lab.files.inventory, '-v', '--json'])
    await until(lab, host, "systemctl -q is-active 'rampart-op-*'")
    await new Promise(resolve => setTimeout(resolve, 3000))
    await inside('touch /root/release')
    const told = toldOf(await running.end)
    expect(told).toMatchObject({ code: 0, recap: { hosts: { [host]: { changed: 1 } } } })
    expect(await version()).toBe('installed 1')
  },
)

test('H11 a lock is held for ever: it fails in time, and says who holds it', async () => {
  await inside('touch /root/go')
  expect((await run()).code).toBe(0)
  await hold('/var/lib/dpkg/lock-frontend')
  const told = await run('there=false', 'wait=2')
  expect(told.code).toBe(3)
  expect(told.tasks[0]?.error?.message).toMatch(/lock-frontend.*held by process \d+ \(perl\)/)
  expect(await version()).toBe('installed 1')
  await inside('touch /root/release')
  expect((await run('there=false')).code).toBe(0)
  expect(await litter(lab, host)).toBe('')
})

test('H11 an installation was interrupted: it says so with the cure, after which it works', async () => {
  await inside('touch /root/go; touch /var/lib/dpkg/updates/0000')
  const told = await run()
  expect(told.code).toBe(3)
  expect(told.tasks[0]?.error?.hint).toContain('dpkg --configure -a')
  await inside('dpkg --configure -a')
  expect(await run()).toMatchObject({ code: 0, recap: { hosts: { [host]: { changed: 1 } } } })
})

test('N08 the connection is cut in the middle of an installation: it goes on, once, and is waited for', async () => {
  const door = await openDoor(lab)
  const running = startRampart(['run', ...args(), '-i', door.inventory, '--json'])
  await until(lab, host, 'test -e /root/count')
  door.proxy.reset()
  await vi.waitUntil(() => door.proxy.taken === 2, 30_000)
  await inside('touch /root/go')
  expect(toldOf(await running.end)).toMatchObject({
    code: 0,
    recap: { hosts: { [host]: { changed: 1, connections: 2 } } },
  })
  expect(await inside('cat /root/count')).toBe('x\n')
  expect(await litter(lab, host)).toBe('')
})

test('H22 all of a session is killed in the middle of an installation: it is not, and is found when it has ended', async () => {
  const running = startRampart(['run', ...args(), '-i', lab.files.inventory, '--json'])
  await until(lab, host, 'test -e /root/count')
  await lab.inside(host, 'grep -lz ^SSH_CONNECTION= /proc/[0-9]*/environ | cut -d / -f 3 | xargs kill -9')
  await inside('touch /root/go')
  const told = toldOf(await running.end)
  expect({ code: told.code, statuses: told.tasks.map(({ status }) => status) }).toEqual({
    code: 3,
    statuses: ['unknown'],
  })
  await until(lab, host, "! pgrep -f '[a]pt-get -q'")
  expect(await version()).toBe('installed 1')
  expect(await run()).toMatchObject({ code: 0, recap: { hosts: { [host]: { changed: 0 } } } })
  expect(await inside('cat /root/count')).toBe('x\n')
})

import { beforeAll, expect, test, vi } from 'vitest'
import { rampartRun } from '../support/rampart.ts'
import { playbook } from './door.ts'
import { useLab } from './lab.ts'

const lab = useLab({ name: 'system', nodes: 1 })
vi.setConfig({ testTimeout: 180_000 })
const run = (...args: readonly string[]) =>
  rampartRun([playbook('system'), '-i', lab.files.inventory, '-l', 'dgx01', ...args])
const inside = async (script: string): Promise<string> => {
  const { code, stdout, stderr } = await lab.inside('dgx01', script)
  expect({ code, stderr }, script).toMatchObject({ code: 0 })
  return stdout.trimEnd()
}

// The engine mounts both from outside; a machine of its own has them as plain files.
beforeAll(() =>
  lab.inside(
    'dgx01',
    'for f in hosts hostname; do cp /etc/$f /etc/$f.own; umount /etc/$f; mv /etc/$f.own /etc/$f; done',
  ),
)

/** What other programs say of each, asked of the host. */
const TRUTH: readonly (readonly [script: string, told: string | RegExp])[] = [
  ['uname -n; hostnamectl --static; cat /etc/hostname', 'renamed\nrenamed\nrenamed'],
  ['getent hosts db', /^192\.0\.2\.77 +db\.example\.com db$/],
  ['date +%Z; timedatectl show -p Timezone --value', 'JST\nAsia/Tokyo'],
  ['sysctl -n net.ipv4.ip_local_port_range', '20000\t50000'],
  ['sysctl --system | grep port_range | tail -1', 'net.ipv4.ip_local_port_range = 20000 50000'],
  ['cat /etc/modprobe.d/*usb_storage.conf', 'blacklist usb_storage\ninstall usb_storage /bin/false'],
  ["su - ops -c 'ulimit -Hn; ulimit -Sn'", '4321\n4321'],
  ['visudo -c >/dev/null && su dev -c "sudo -n id -un" && stat -c %a /etc/sudoers.d/90-dev', 'root\n440'],
  ['cat /etc/cron.d/backup', '30 4 * * mon-fri root date +\\%F >/tmp/backup'],
  ['ssh-keygen -F git.example.com -f /etc/ssh/ssh_known_hosts | grep -c AAAA', '1'],
  ["su - ops -c 'ssh-keygen -F git.example.com | grep -c AAAA'; stat -c %U:%a ~ops/.ssh", '1\nops:700'],
  ['findmnt -n -o FSTYPE,OPTIONS /srv/scratch', /^tmpfs +rw,noexec,relatime.*size=1024k/],
  [
    'systemctl show -p LoadState --value srv-scratch.mount; findmnt --verify >/dev/null && echo fine',
    'loaded\nfine',
  ],
  ["su - ops -c 'echo $LANG'; cat /etc/default/locale", 'C.UTF-8\nLANG=C.UTF-8'],
  [
    'systemctl is-enabled report.timer; systemctl list-timers --no-legend report.timer | grep -cE "^(Mon|Tue|Wed|Thu|Fri) .* 04:30:00"',
    'enabled\n1',
  ],
  ['rm -f /tmp/report; systemctl start report && cat /tmp/report', '/home/ops a "b" $c 5%\nops'],
  [
    'systemctl is-active worker; systemctl is-enabled worker; systemctl show -p NeedDaemonReload --value worker',
    'active\nenabled\nno',
  ],
  ["grep 'open files' /proc/$(systemctl show -p MainPID --value worker)/limits", /2345 +2345/],
]

async function isTrue(): Promise<void> {
  for (const [script, truth] of TRUTH) {
    if (typeof truth === 'string') expect(await inside(script), script).toBe(truth)
    else expect(await inside(script), script).toMatch(truth)
  }
}

const KINDS = 16

test('a dry run names all of it and changes nothing', async () => {
  const before = await inside(
    'find /etc /srv -newer /proc/1/cmdline -type f | sort | xargs sha256sum; uname -n',
  )
  const told = await run('--check')
  expect(told.tasks.map(({ status }) => status)).toEqual([
    ...Array.from({ length: KINDS - 1 }, () => 'would-change'),
    // It waits for its unit, which is not there yet.
    'unknown',
  ])
  expect(
    await inside('find /etc /srv -newer /proc/1/cmdline -type f | sort | xargs sha256sum; uname -n'),
  ).toBe(before)
})

test('the first run brings all of it about, the second changes nothing', async () => {
  const first = await run()
  expect(
    first.code,
    JSON.stringify(first.events.filter(event => event['error'] ?? event.event === 'error')),
  ).toBe(0)
  await isTrue()
  const second = await run()
  expect(second.recap.hosts['dgx01']).toMatchObject({ changed: 0, ok: KINDS, failed: 0, frames: 2 })
})

/** What somebody does by hand, and the only task that has something to do then. */
const DRIFTS: readonly (readonly [by: string, script: string, task: RegExp])[] = [
  ['a name in force', 'hostname other', /^hostname$/],
  ['a name for the next boot', 'echo other >/etc/hostname', /^hostname$/],
  ['an address', "sed -i 's/^192.0.2.77/192.0.2.78/' /etc/hosts", /^hostsEntry /],
  ['a time zone', 'ln -sf /usr/share/zoneinfo/Etc/UTC /etc/localtime', /^timezone$/],
  ['a value in force', 'sysctl -qw net.ipv4.ip_local_port_range="1024 2048"', /^sysctl /],
  ['a value for the next boot', 'rm /etc/sysctl.d/99-net.ipv4.ip_local_port_range.conf', /^sysctl /],
  ['a module', 'rm /etc/modprobe.d/rampart-usb_storage.conf', /^kernelModule /],
  ['a limit', 'echo "ops - nofile 1" >>/etc/security/limits.d/90-ops.conf', /^limits /],
  ['a mode', 'chmod 644 /etc/sudoers.d/90-dev', /^sudoers /],
  ['a job', "sed -i 's/^30/31/' /etc/cron.d/backup", /^cron /],
  [
    'a key for all',
    'ssh-keygen -q -R git.example.com -f /etc/ssh/ssh_known_hosts 2>/dev/null',
    /^knownHost [^ ]+ [^ ]+$/,
  ],
  ['a flag of a mount', 'mount -o remount,exec /srv/scratch', /^mount /],
  ['a mount', 'umount /srv/scratch', /^mount /],
  ['a language', 'echo LANG=C >/etc/default/locale', /^locale$/],
  ['a timer that does not wait', 'systemctl stop report.timer', /^timer report$/],
  ['a time', "sed -i 's/04:30/05:30/' /etc/systemd/system/report.timer", /^timer report$/],
  ['a unit that was not read', "sed -i 's/^Exec/#\\nExec/' /etc/systemd/system/worker.service", /^worker$/],
  ['a drop-in', 'rm -r /etc/systemd/system/worker.service.d', /^worker limits$/],
]

test('what was changed by hand is mended, each by its own task alone', async () => {
  for (const [by, script, task] of DRIFTS) {
    await inside(script)
    const mended = await run()
    const changed = mended.tasks.filter(({ status }) => status === 'changed').map(each => each.task)
    expect(changed.at(-1), by).toMatch(task)
    // Without its drop-in the unit as a whole is another than systemd has read.
    expect(changed.slice(0, -1), by).toEqual(by === 'a drop-in' ? ['worker'] : [])
    expect(mended, by).toMatchObject({ code: 0, recap: { hosts: { dgx01: { failed: 0 } } } })
  }
  await isTrue()
  expect((await run()).recap.hosts['dgx01']).toMatchObject({ changed: 0, ok: KINDS, frames: 2 })
}, 300_000)

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Touch } from '../../src/model/guard.ts'
import type { PrivateSystem } from '../support/private-system.ts'
import { privateSystem } from '../support/private-system.ts'
import { leadsBack, leadsBackThrough } from '../support/way-back/leads-back.ts'
import { SHELLS, wayBackOf } from '../support/way-back/program.ts'

vi.setConfig({ testTimeout: 240_000 })

let system: PrivateSystem
beforeAll(async () => {
  system = await privateSystem({ empty: ['/home'] })
  // Accounts of others, some with names that are like ours.
  system.inside(`groupadd mates; groupadd robins
useradd -m -G mates carol && useradd -M rob && useradd -M robin
usermod -aG rob robin; printf '%s\\n' '# kept by hand' '+::::::' >>/etc/passwd
mkdir -m 700 /home/carol/.ssh && echo key >/home/carol/.ssh/authorized_keys && chmod 600 /home/carol/.ssh/authorized_keys
chown -R carol:carol /home/carol/.ssh`)
})
afterAll(() => system[Symbol.dispose]())

const DONE = { code: 0, said: '' }
const TOUCHES: readonly Touch[] = ['user:carol', 'user:robbie', 'group:crew', 'sysctl:net.ipv4.ip_forward']

/** What tells two states of the accounts apart: lines in any order, members too; homes and keys. */
const LOOK = `
for file in passwd shadow group gshadow subuid subgid; do
  echo "== $file"
  awk -F: '{ OFS = ":"; n = split($4, all, ","); if (n > 1) { $4 = ""; for (pass = 1; pass < n; pass++) for (i = 1; i < n; i++) if (all[i] > all[i + 1]) { t = all[i]; all[i] = all[i + 1]; all[i + 1] = t }; for (i = 1; i <= n; i++) $4 = $4 (i > 1 ? "," : "") all[i] } print }' "/etc/$file" | sort
done
stat -c '%n %a %U:%G %s' /etc/passwd /etc/shadow /etc/group /etc/gshadow /home/carol/.ssh/* /home/carol/.ssh | sed '1,4s/ [0-9]*$//'
cat /home/carol/.ssh/*; ls -A /home
ls -A /etc | grep -e lock -e rampart | grep -v '^.pwd.lock$' || :
sysctl -n net.ipv4.ip_forward net.ipv4.tcp_rmem`

/** What may be done to them; each is left out where it cannot be. */
const CHANGES = [
  'usermod -s /usr/sbin/nologin carol',
  'usermod -L carol',
  'usermod -aG crew carol',
  'usermod -G "" carol',
  'usermod -c "it\'s $(id) & co" -e 2030-01-01 carol',
  'echo carol:secret | chpasswd',
  'usermod -u 4242 carol',
  'usermod -g mates carol',
  'usermod -m -d /home/moved carol',
  'userdel carol',
  'rm /home/carol/.ssh/authorized_keys',
  'rm -r /home/carol/.ssh',
  'echo other >>/home/carol/.ssh/authorized_keys; chmod 644 /home/carol/.ssh/authorized_keys',
  'useradd -m robbie',
  'useradd -M -g mates -G crew robbie',
  'groupadd crew',
  'groupadd -g 5555 crew',
  'gpasswd -a robin crew',
  'groupdel crew',
  'sysctl -qw net.ipv4.ip_forward=1',
  'sysctl -qw net.ipv4.ip_forward=0',
] as const
const changes = fc
  .array(fc.constantFrom(...CHANGES), { minLength: 1, maxLength: 4 })
  // Who has gone can say no more where the home is.
  .filter(all => !(all.some(one => one.startsWith('userdel')) && all.some(one => one.includes('moved'))))
const make = (all: readonly string[]): string =>
  system.inside(all.map(one => `( ${one} ) >/dev/null 2>&1 || :`).join('\n'))
const look = (): string => system.inside(LOOK)

/** Both start where an earlier one ended: a state that random changes have made. */
test.each(SHELLS)('users, groups, keys and settings are as they were, over %s', async (_, sh) => {
  await fc.assert(
    fc.asyncProperty(changes, changes, async (before, after) => {
      using way = wayBackOf({ touches: TOUCHES, undo: undefined }, system.far(sh).sh)
      make([...HEAL, ...before.filter(one => !/userdel|rm |moved/.test(one))])
      await leadsBack(way, look, () => make(after))
    }),
    { numRuns: 8, endOnFailure: true },
  )
})

test('cut anywhere and begun again it comes to the same end', async () => {
  await fc.assert(
    fc.asyncProperty(
      changes,
      fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 3 }),
      async (after, cuts) => {
        using way = wayBackOf({ touches: TOUCHES, undo: undefined }, system.far(['dash']).sh)
        make(HEAL)
        await leadsBackThrough(cuts, way, look, () => make(after))
      },
    ),
    { numRuns: 6, endOnFailure: true },
  )
})

test('what others do to other accounts in the meantime stays', async () => {
  make(HEAL)
  using way = wayBackOf({ touches: TOUCHES, undo: undefined }, system.far(['dash']).sh)
  const carol = () => system.inside("grep -h '^carol:' /etc/passwd /etc/shadow")
  const was = carol()
  expect(await way.run('save')).toEqual(DONE)
  make(['usermod -s /bin/false robin', 'useradd -M newcomer', 'gpasswd -a robin mates'])
  make(['echo carol:another | chpasswd', 'usermod -s /bin/false carol'])
  expect(await way.run('undo')).toEqual(DONE)
  expect(carol()).toBe(was)
  expect(system.inside('getent passwd robin newcomer | cut -d : -f 1,7; id -nG robin')).toMatch(
    /^robin:\/bin\/false\nnewcomer:\/bin\/\S+\nrobin .*mates/,
  )
})

/** So that no run begins with nothing left to change. */
const HEAL = ['userdel -r robbie', 'groupdel crew', 'groupadd mates']

import { describe, expect, test } from 'vitest'
import vendorAccount from '../../roles/vendor-account/role.ts'
import { ruleOf, rulesIn } from '../../roles/vendor-account/sudo.ts'
import { reveal } from '../../src/index.ts'
import type { Secret } from '../../src/model/secret.ts'
import { roleNodes, roleTasks } from '../support/role-tasks.ts'

const specOf = (name: string, vars?: Parameters<typeof vendorAccount>[0]) =>
  roleNodes(vendorAccount(vars)).find(task => task.name === name)?.resource?.spec as Record<string, unknown>

describe('its list', () => {
  test('with nothing given', () => {
    expect(roleTasks(vendorAccount())).toEqual([
      'group dev',
      'vendor account',
      'no keys of the vendor',
      'sudoers dev',
      'sudo in force',
      'no lingering',
      'no cron jobs',
      'no at jobs',
    ])
  })

  test('with cron', () => {
    const list = roleTasks(vendorAccount({ name: 'acme', allow_cron: true }))
    expect(list).toContain('sudoers acme')
    expect(list.at(-1)).toBe('no lingering')
  })
})

test('B20 who may log in is changed only under guard', () => {
  const guarded = roleNodes(vendorAccount()).filter(({ guard }) => guard !== undefined)
  expect(guarded.map(({ name }) => name)).toEqual(['vendor account', 'no keys of the vendor'])
  expect(guarded[1]?.guard?.touches).toEqual([
    'file:/home/dev/.ssh/authorized_keys',
    'file:/home/dev/.ssh/authorized_keys2',
    'file:/etc/ssh/authorized_keys.d/dev',
  ])
})

test('the account, with nothing but what is named', () => {
  const spec = specOf('vendor account', { uid: 4321, groups: ['video'], shell: '/bin/sh', home: '/srv/dev' })
  expect(spec).toMatchObject({
    name: 'dev',
    uid: 4321,
    group: 'dev',
    groups: ['video'],
    append: false,
    shell: '/bin/sh',
    home: '/srv/dev',
  })
  expect(reveal(spec['password'] as Secret)).toBe('*')
})

test('sudo: exactly what is named, as sudoers(5) has it', () => {
  const content = specOf('sudoers dev', {
    sudo_commands: ['/usr/bin/id', '/usr/bin/systemctl restart platform', '/bin/x a=b,c:d'],
  })['content']
  expect(String(content).split('\n').slice(1)).toEqual([
    'dev ALL=(root) NOPASSWD: /usr/bin/id ""',
    'dev ALL=(root) NOPASSWD: /usr/bin/systemctl restart platform',
    'dev ALL=(root) NOPASSWD: /bin/x a\\=b\\,c\\:d',
    '',
  ])
  expect(specOf('sudoers dev')).toMatchObject({ state: 'absent' })
})

test('what sudo says is read', () => {
  const said = `Matching Defaults entries for dev on dgx01:
    env_reset, secure_path=/usr/bin\\:/bin

User dev may run the following commands on dgx01:
    (root) NOPASSWD: /usr/bin/id ""
    (ALL : ALL) ALL
`
  expect(rulesIn(said)).toEqual([`(root) NOPASSWD: ${ruleOf('/usr/bin/id')}`, '(ALL : ALL) ALL'])
  expect(rulesIn('User dev is not allowed to run sudo on dgx01.\n')).toEqual([])
})

test.each<[object, string]>([
  [{ name: 'root' }, 'root is no vendor'],
  [{ name: 'a b' }, 'name'],
  [{ groups: ['docker'] }, 'its members are root, or nearly'],
  [{ groups: ['ssh-admins'] }, 'its members are root, or nearly'],
  [{ sudo_commands: ['ALL'] }, 'sudo_commands'],
  [{ sudo_commands: ['/usr/bin/apt-get *'] }, 'without wildcards'],
  [{ sudo_commands: ['/usr/bin/a\n%x ALL=(ALL) ALL'] }, 'sudo_commands'],
  [{ home: '/home/../root' }, 'home'],
  [{ home: '/home/*' }, 'home'],
  [{ shell: 'bash' }, 'shell'],
  [{ comment: 'a:b' }, 'comment'],
  [{ uid: 0 }, 'uid'],
  [{ sudo_command: [] }, 'has no "sudo_command"'],
])('%j is refused before anything is asked', (vars, message) => {
  expect(() => roleTasks(vendorAccount(vars))).toThrow(message)
})

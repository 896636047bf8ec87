import { afterAll, beforeAll, expect, test } from 'vitest'
import { Secret } from '../../src/model/secret.ts'
import { sudoers } from '../../src/resources/index.ts'
import { bench, drifted } from '../support/apply.ts'
import type { PrivateSystem } from '../support/private-system.ts'
import { privateSystem } from '../support/private-system.ts'

let system: PrivateSystem
beforeAll(async () => {
  system = await privateSystem()
})
afterAll(() => system[Symbol.dispose]())

const content = '%ops ALL=(ALL:ALL) NOPASSWD: /usr/bin/systemctl restart nginx\n'
const path = '/etc/sudoers.d/90-ops'

test.each([['dash'], ['busybox', 'sh']] as const)(
  'rules are made, kept, mended and removed over %s',
  async (...sh) => {
    using host = bench(system.far(sh))
    const wanted = sudoers({ name: '90-ops', content })
    expect((await host.converge(wanted))?.diff).toEqual({ kind: 'text', path, before: null, after: content })
    expect(system.inside(`stat -c '%a %U:%G' ${path}; cat ${path}; visudo -cf /etc/sudoers`)).toMatch(
      `440 root:root\n${content}/etc/sudoers: parsed OK\n${path}: parsed OK`,
    )
    const before = host.asked.length
    expect(await host.converge(wanted)).toBeUndefined()
    expect(host.asked.length - before).toBe(3)
    system.inside(`chmod 644 ${path}`)
    expect((await host.converge(wanted))?.diff).toEqual({
      kind: 'fields',
      changes: { mode: ['0644', '0440'] },
    })
    await host.converge(sudoers({ name: '90-ops', state: 'absent' }))
    expect(system.inside('ls /etc/sudoers.d')).not.toContain('90-ops')
  },
)

test('what visudo does not accept never takes its place, and leaves nothing behind', async () => {
  using host = bench(system.far())
  await host.converge(sudoers({ name: 'kept', content }))
  const before = system.inside('ls -A /etc/sudoers.d')
  const bad = drifted(await sudoers({ name: 'kept', content: '%ops ALL=(ALL NOPASSWD\n' }).check(host.probe))
  const { code, stderr } = await host.apply(bad.cure)
  expect(code).toBe(1)
  expect(stderr).toMatch(/syntax error.*\/etc\/sudoers\.d\/kept was not written: its validation refused it/s)
  expect(system.inside('cat /etc/sudoers.d/kept')).toBe(content)
  expect(system.inside('ls -A /etc/sudoers.d')).toBe(before)
})

test('a host without sudo is told what to do', async () => {
  using other = await privateSystem()
  using host = bench(other.far())
  other.inside('rm -r /etc/sudoers.d')
  await expect(sudoers({ name: 'x', content }).check(host.probe)).rejects.toMatchObject({
    message: '/etc/sudoers.d/x cannot be there: /etc/sudoers.d does not exist',
    hint: expect.stringContaining("packages({ names: ['sudo'] })"),
  })
  expect(await sudoers({ name: 'x', state: 'absent' }).check(host.probe)).toEqual({ status: 'in-sync' })
})

test.each(['a.b', 'x~', '', '../x', 'a b', '-x', '$(id)', 'x\n'])(
  '%j is no name that sudo would read',
  name => {
    expect(() => sudoers({ name, content })).toThrow(/sudoers\(\{…\}\)\.name .*expected a name/s)
  },
)

test('a secret rule is shown nowhere', async () => {
  using host = bench(system.far())
  const drift = await host.converge(sudoers({ name: 'secret', content: new Secret(`# poison\n${content}`) }))
  expect(JSON.stringify(drift)).not.toContain('poison')
})

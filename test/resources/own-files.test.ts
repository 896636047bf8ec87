import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { cron, hostname, limits } from '../../src/resources/index.ts'
import { bench, drifted } from '../support/apply.ts'
import { fileState } from '../support/file-states.ts'
import type { PrivateSystem } from '../support/private-system.ts'
import { privateSystem } from '../support/private-system.ts'
import { stepsOf } from '../support/shown-plan.ts'

let system: PrivateSystem
beforeAll(async () => {
  system = await privateSystem()
  system.inside('mkdir -p /etc/cron.d')
})
afterAll(() => system[Symbol.dispose]())

describe('a job of cron', () => {
  const job = { name: 'backup', schedule: '30 4 * * mon-fri', command: 'backup --to /srv' }

  test.each<[string, Partial<Parameters<typeof cron>[0]>, string]>([
    ['of root', {}, '30 4 * * mon-fri root backup --to /srv\n'],
    ['of somebody', { user: 'ops' }, '30 4 * * mon-fri ops backup --to /srv\n'],
    ['at a special time', { schedule: '@reboot' }, '@reboot root backup --to /srv\n'],
    ['with needless spaces', { schedule: ' */5\t1-3,7  * *  * ' }, '*/5 1-3,7 * * * root backup --to /srv\n'],
    ['with per cent signs', { command: 'date +%F \\%' }, '30 4 * * mon-fri root date +\\%F \\\\%\n'],
    [
      'with variables',
      { env: { MAILTO: '', A: `it's`, B: 'say "x"' } },
      `MAILTO=""\nA="it's"\nB='say "x"'\n30 4 * * mon-fri root backup --to /srv\n`,
    ],
  ])('%s is a file', (_, given, content) => {
    const plan = cron.type.plan(cron({ ...job, ...given }).spec as never, fileState(null, content))
    expect(stepsOf(plan)).toEqual([`put /etc/cron.d/backup 0644: ${content}`])
  })

  test.each([
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '5-1 * * * *',
    '5/2 * * * *',
    '*/0 * * * *',
    'x * * * *',
    '@often',
    '',
    '* * * * *\nx',
    '1,,2 * * * *',
    '1- * * * *',
    '1-2-3 * * * *',
  ])('%j is no time', schedule => {
    expect(() => cron({ ...job, schedule })).toThrow(/cron\(\{…\}\)\.schedule is/)
  })

  test.each<[string, object]>([
    ['name', { name: 'a.b' }],
    ['name', { name: '../x' }],
    ['command', { command: 'a\nb' }],
    ['command', { command: ' ' }],
    ['command', { command: undefined }],
    ['schedule', { schedule: undefined }],
    ['command', { state: 'absent', schedule: undefined }],
    ['user', { user: 'a b' }],
    ['env', { env: { 'A B': 'x' } }],
    ['env', { env: { A: `'"` } }],
    ['env.A', { env: { A: 'a\nb' } }],
  ])('a wrong %s is refused by its name', (name, given) => {
    expect(() => cron({ ...job, ...given } as never)).toThrow(`cron({…}).${name}`)
  })

  test('is made, kept, changed and removed, and a host without cron is told what to do', async () => {
    using host = bench(system.far())
    await host.converge(cron(job))
    expect(await host.converge(cron(job))).toBeUndefined()
    expect(system.inside('stat -c "%a %U" /etc/cron.d/backup')).toBe('644 root\n')
    await host.converge(cron({ ...job, schedule: '@daily' }))
    expect(system.inside('cat /etc/cron.d/backup')).toBe('@daily root backup --to /srv\n')
    await host.converge(cron({ name: 'backup', state: 'absent' }))
    system.inside('mv /etc/cron.d /etc/cron.away')
    await expect(cron(job).check(host.probe)).rejects.toMatchObject({
      hint: expect.stringContaining("names: ['cron']"),
    })
    system.inside('mv /etc/cron.away /etc/cron.d')
  })
})

describe('limits', () => {
  const both = { domain: '@ops', type: 'both', item: 'nofile', value: 65_536 } as const
  const hard = { domain: '*', type: 'hard', item: 'core', value: 0 } as const

  test('are one line each', async () => {
    using host = bench(system.far())
    const wanted = limits({
      name: '90-x',
      limits: [both, hard, { ...both, type: 'soft', value: 'unlimited' }],
    })
    await host.converge(wanted)
    expect(system.inside('cat /etc/security/limits.d/90-x.conf')).toBe(
      '@ops - nofile 65536\n* hard core 0\n@ops soft nofile unlimited\n',
    )
    expect(await host.converge(wanted)).toBeUndefined()
    system.inside('echo "* - nproc 1" >>/etc/security/limits.d/90-x.conf')
    expect((await host.converge(wanted))?.diff).toMatchObject({ kind: 'text', before: /nproc/ })
    await host.converge(limits({ name: '90-x', state: 'absent' }))
    expect(system.inside('ls /etc/security/limits.d')).not.toContain('90-x')
  })

  test.each<[string, object]>([
    ['name', { name: 'a/b' }],
    ['name', { name: 'a.conf' }],
    ['limits', { limits: [] }],
    ['limits', { limits: undefined }],
    ['limits', { state: 'absent' }],
    ['limits.0.domain', { limits: [{ ...both, domain: 'a b' }] }],
    ['limits.0.item', { limits: [{ ...both, item: 'files' }] }],
    ['limits.0.type', { limits: [{ ...both, type: '-' }] }],
    ['limits.0.value', { limits: [{ ...both, value: 'many' }] }],
  ])('with a wrong %s are refused by its name', (name, given) => {
    expect(() => limits({ name: '90-x', limits: [both], ...given } as never)).toThrow(`limits({…}).${name}`)
  })
})

describe('the name of the host', () => {
  const planned = (before: string, live: string) =>
    hostname.type.plan(hostname({ name: 'web1' }).spec as never, {
      ...{ file: fileState(before, 'web1\n'), live },
    })

  test('is in force and kept', () => {
    expect(planned('web1\n', 'web1')).toEqual(inSync())
    expect(stepsOf(planned('old\n', 'web1'))).toEqual(['put /etc/hostname 0644: web1\n'])
    expect(stepsOf(planned('web1\n', 'old'))).toEqual([expect.stringContaining('hostname web1;')])
    expect(drifted(planned('old\n', 'old')).diff).toMatchObject({
      ...{ before: 'old\n', after: 'web1\n', changes: { hostname: ['old', 'web1'] } },
    })
  })

  test.each([['dash'], ['busybox', 'sh']] as const)('comes about over %s', async (...sh) => {
    using host = bench(system.far(sh))
    system.inside('hostname before; echo before >/etc/hostname')
    await host.converge(hostname({ name: 'web1.example.com' }))
    expect(system.inside('uname -n; cat /etc/hostname')).toBe('web1.example.com\nweb1.example.com\n')
    expect(await host.converge(hostname({ name: 'web1.example.com' }))).toBeUndefined()
    system.inside('hostname other')
    expect((await host.converge(hostname({ name: 'web1.example.com' })))?.diff).toEqual({
      kind: 'fields',
      changes: { hostname: ['other', 'web1.example.com'] },
    })
  })

  test.each(['', '-x', 'x-', 'a_b', 'a..b', '.a', 'a b', 'x'.repeat(65), '$(id)', 'a\n'])(
    'is not %j',
    name => {
      expect(() => hostname({ name })).toThrow(/hostname\(\{…\}\)\.name/)
    },
  )

  test('is left alone where it is mounted', async () => {
    using other = await privateSystem()
    using host = bench(other.far())
    other.inside('mount --bind /etc/hostname /etc/hostname')
    await expect(hostname({ name: 'x' }).check(host.probe)).rejects.toThrow(/is mounted by itself/)
  })
})

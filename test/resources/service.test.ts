import { describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import type { Reply } from '../../src/model/probe.ts'
import type { HandlerNode } from '../../src/model/task.ts'
import { reload, restart, service } from '../../src/resources/index.ts'
import type { Unit } from '../../src/resources/queries/systemctl.ts'
import { unitOf } from '../../src/resources/queries/systemctl.ts'
import { bench, drifted } from '../support/apply.ts'

const answer = (stdout: string, stderr = '', code = 0): Reply => ({
  ...{ code, stdout, stderr },
  bytes: Buffer.from(stdout),
})

/** As systemd 252 of Debian 12 prints it, for ssh, a timer, a unit that is not there and a masked one. */
const SHOWN = `Type=notify
RemainAfterExit=no
Id=ssh.service
LoadState=loaded
ActiveState=inactive
SubState=dead
UnitFileState=disabled
NeedDaemonReload=no

Id=systemd-tmpfiles-clean.timer
LoadState=loaded
ActiveState=active
SubState=waiting
UnitFileState=static
NeedDaemonReload=yes

Type=
RemainAfterExit=no
Id=nope.service
LoadState=not-found
ActiveState=inactive
SubState=dead
UnitFileState=
NeedDaemonReload=no

Id=getty@tty1.service
LoadState=masked
ActiveState=inactive
SubState=dead
UnitFileState=masked
NeedDaemonReload=no
`

test('what systemctl shows is read block by block', () => {
  const asked = ['sshd.service', 'systemd-tmpfiles-clean.timer', 'nope.service', 'getty@tty1.service']
  const units = unitOf.parse(answer(SHOWN), asked)
  expect(units).toEqual([
    {
      ...{ id: 'ssh.service', load: 'loaded', active: 'inactive', sub: 'dead', file: 'disabled' },
      ...{ needsReload: false, type: 'notify', remainsAfterExit: false },
    },
    expect.objectContaining({ active: 'active', sub: 'waiting', needsReload: true, type: '' }),
    expect.objectContaining({ load: 'not-found', file: '' }),
    expect.objectContaining({ load: 'masked', file: 'masked' }),
  ])
})

test('a host without systemd says so', () => {
  const said =
    "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus"
  expect(() => unitOf.parse(answer('', said, 1), ['ssh.service'])).toThrow(
    /does not answer: System has not been booted/,
  )
})

test('all units of one turn are one command', () => {
  const { script } = unitOf.command(['a.service', 'b.socket', 'a.service'])
  expect(script.match(/systemctl/g)).toHaveLength(1)
  expect(script).toContain('-- a.service b.socket ||')
})

const unit = (given: Partial<Unit> = {}): Unit => ({
  ...{ id: 'x.service', load: 'loaded', active: 'active', sub: 'running', file: 'enabled' },
  ...{ needsReload: false, type: 'simple', remainsAfterExit: false },
  ...given,
})
const planned = (
  spec: Omit<Parameters<typeof service>[0], 'unit'>,
  given: Partial<Unit> = {},
  others: string[] = [],
) => service.type.plan(service({ unit: 'x', ...spec }).spec as never, { unit: unit(given), others })
/** The beginning of each step, and the fields of the diff. */
const cured = (...args: Parameters<typeof planned>) => {
  const { cure, diff } = drifted(planned(...args))
  return [
    cure.map(step => ('script' in step ? (/^\{ \{ (.*?) \|\|/m.exec(step.script)?.[1] ?? step.script) : '')),
    diff.kind === 'fields' ? diff.changes : diff,
  ]
}

describe('a unit', () => {
  test.each<[string, Parameters<typeof planned>]>([
    ['that runs and is enabled', [{}]],
    ['that is being reloaded', [{ state: 'running' }, { active: 'reloading' }]],
    ['that failed and is to be stopped', [{ state: 'stopped' }, { active: 'failed' }]],
    ['of another name', [{ enabled: true }, { file: 'alias' }]],
    ['that cannot be enabled and is not to be', [{ enabled: false }, { file: 'static' }]],
    [
      'that is masked, as it is to be',
      [{ masked: true }, { load: 'masked', file: 'masked', active: 'inactive' }],
    ],
    [
      'that is masked and neither to run nor enabled',
      [
        { state: 'stopped', enabled: false },
        { file: 'masked', active: 'inactive' },
      ],
    ],
    [
      'that is not there and masked',
      [
        { masked: true, state: 'stopped' },
        { load: 'masked', file: 'masked', active: 'inactive' },
      ],
    ],
  ])('%s is in sync', (_, args) => {
    expect(planned(...args)).toEqual(inSync())
  })

  const stopped = { active: 'inactive', sub: 'dead' }
  test.each<[string, Parameters<typeof planned>, string[], object]>([
    [
      'does not run',
      [{}, stopped],
      ['systemctl start -- x.service'],
      { state: ['inactive (dead)', 'running'] },
    ],
    [
      'crashes',
      [{ state: 'running' }, { active: 'activating', sub: 'auto-restart' }],
      ['systemctl start -- x.service'],
      { state: ['activating (auto-restart)', 'running'] },
    ],
    [
      'runs',
      [{ state: 'stopped' }],
      ['systemctl stop -- x.service'],
      { state: ['active (running)', 'stopped'] },
    ],
    [
      'is disabled',
      [{ enabled: true }, { file: 'disabled' }],
      ['systemctl enable -- x.service'],
      { enabled: ['disabled', 'true'] },
    ],
    [
      'is enabled until the next boot',
      [{ enabled: true }, { file: 'enabled-runtime' }],
      ['systemctl enable -- x.service'],
      { enabled: ['enabled-runtime', 'true'] },
    ],
    [
      'is enabled',
      [{ enabled: false }],
      ['systemctl disable  -- x.service'],
      { enabled: ['enabled', 'false'] },
    ],
    [
      'is an older one than on disk',
      [{}, { needsReload: true }],
      ['systemctl daemon-reload'],
      { 'unit file': ['changed on disk', 'loaded'] },
    ],
    [
      'could not be loaded',
      [{}, { load: 'bad-setting', type: 'oneshot', active: 'failed', sub: 'failed' }],
      ['systemctl daemon-reload', 'systemctl start -- x.service'],
      { 'unit file': ['bad-setting', 'loaded'], state: ['failed', 'running'] },
    ],
    [
      'is not masked',
      [{ masked: true, state: 'stopped' }],
      ['systemctl mask -- x.service', 'systemctl stop -- x.service'],
      { masked: ['false', 'true'], state: ['active (running)', 'stopped'] },
    ],
    [
      'is masked until the next boot',
      [{ masked: false }, { file: 'masked-runtime' }],
      ['systemctl unmask --runtime -- x.service'],
      { masked: ['true', 'false'] },
    ],
    [
      'is masked, stopped and of unknown use',
      [
        { masked: false, state: 'running', enabled: true },
        { load: 'masked', file: 'masked', ...stopped },
      ],
      ['systemctl unmask  -- x.service', 'systemctl enable -- x.service', 'systemctl start -- x.service'],
      { masked: ['true', 'false'], enabled: ['masked', 'true'], state: ['inactive (dead)', 'running'] },
    ],
  ])('that %s is mended in one plan', (_, args, steps, changes) => {
    expect(cured(...args)).toEqual([steps, changes])
  })

  test.each<[string, Parameters<typeof planned>, RegExp, RegExp]>([
    [
      'is not there',
      [{}, { load: 'not-found' }, ['cron.service', 'xx.service']],
      /x\.service is no unit of this host/,
      /Did you mean "xx"\?/,
    ],
    ['is masked', [{ state: 'running' }, { load: 'masked', file: 'masked' }], /is masked/, /masked: false/],
    [
      'is static',
      [{ enabled: true }, { file: 'static' }],
      /cannot be enabled: it is static/,
      /leave enabled out/,
    ],
    [
      'does its work and ends',
      [{ state: 'running' }, { type: 'oneshot' }],
      /does not stay running/,
      /Leave state out/,
    ],
  ])('that %s is an error with its cure', (_, args, message, hint) => {
    let error: unknown
    try {
      planned(...args)
    } catch (reason) {
      error = reason
    }
    expect(error).toMatchObject({
      name: 'CheckFailed',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
  })

  test.each([
    [{ masked: true, state: 'running' } as const, /a masked unit cannot run/],
    [{ masked: true, enabled: true }, /not started at boot/],
  ])('that is to be both is refused', (spec, message) => {
    expect(() => service({ unit: 'x', ...spec })).toThrow(message)
  })
})

test('its name is whole where systemd sees it, and short for people', () => {
  expect(service({ unit: 'ssh' })).toMatchObject({ id: 'service ssh', touches: ['unit:ssh.service'] })
  expect(service({ unit: 'ssh.socket' })).toMatchObject({
    id: 'service ssh.socket',
    touches: ['unit:ssh.socket'],
  })
  expect(service({ unit: 'getty@tty1' }).touches).toEqual(['unit:getty@tty1.service'])
})

test.each(['', 'a b', '*', 'a/b', 'x@', 'x@.service', '$(id)', 'a\nb'])('%j is no unit', unit => {
  expect(() => service({ unit })).toThrow(/expected the name of a unit/)
})

test('handlers reload or restart, and read changed unit files first', () => {
  const [one, other] = [reload('ssh') as HandlerNode, restart('ssh.service') as HandlerNode]
  expect([one.name, other.name]).toEqual(['reload ssh', 'restart ssh'])
  const scripts = (handler: HandlerNode) =>
    (handler.cure as unknown as { script: string }[]).map(step => step.script)
  expect(scripts(one)[0]).toMatch(/NeedDaemonReload .* \|\| systemctl daemon-reload$/)
  expect(scripts(one)[1]).toContain('systemctl try-reload-or-restart -- ssh.service')
  expect(scripts(other)[1]).toContain('systemctl restart -- ssh.service')
  expect(() => reload('a b')).toThrow(/expected the name of a unit/)
})

test('without systemd a service is no answer here either', async () => {
  using host = bench({ sh: ['/bin/dash'], env: { PATH: '/nowhere' } })
  await expect(service({ unit: 'ssh' }).check(host.probe)).rejects.toThrow(/systemctl: not found/)
})

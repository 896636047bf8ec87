import { describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { dropIn, systemdUnit } from '../../src/resources/index.ts'
import type { Unit } from '../../src/resources/queries/systemctl.ts'
import { bench, drifted, fars } from '../support/apply.ts'
import { fileState, withoutFolder } from '../support/file-states.ts'
import { stepsOf } from '../support/shown-plan.ts'

const content = '[Service]\nExecStart=/bin/true\n'
const known = (given: Partial<Unit> = {}, isStale = false) => ({
  unit: {
    ...{ id: 'x.service', load: 'loaded', active: 'inactive', sub: 'dead', file: 'static' },
    ...{ needsReload: isStale, type: 'simple', remainsAfterExit: false },
    ...given,
  },
  isStale,
})
const path = '/etc/systemd/system/x.service'

describe('a unit of its own', () => {
  const planned = (
    file = fileState(content, content),
    its: ReturnType<typeof known> | { unit: null; isStale: boolean } = known(),
    isInPackage = false,
  ) =>
    systemdUnit.type.plan(systemdUnit({ unit: 'x', content }).spec as never, {
      file,
      known: its,
      isInPackage,
    })
  const removed = (its = known(), isInPackage = false) =>
    systemdUnit.type.plan(systemdUnit({ unit: 'x', state: 'absent' }).spec as never, {
      ...{ file: fileState(content, null), known: its, isInPackage },
    })

  test('that is there and read is in sync', () => {
    expect(planned()).toEqual(inSync())
    expect(planned(undefined, { unit: null, isStale: false })).toEqual(inSync())
  })

  test('that is missing is written and read', () => {
    const plan = drifted(planned(fileState(null, content), known({ load: 'not-found', file: '' })))
    expect(stepsOf(plan)).toEqual([`put ${path} 0644: ${content}`, 'systemctl daemon-reload'])
    expect(plan.diff).toEqual({ kind: 'text', path, before: null, after: content })
  })

  test('whose mode alone differs is mended', () => {
    expect(stepsOf(planned(fileState(content, content, '0600')))).toEqual([
      `chmod -- 00644 ${path}`,
      'systemctl daemon-reload',
    ])
  })

  test('that was written and not read is read', () => {
    for (const its of [known({}, true), { unit: null, isStale: true }]) {
      const plan = drifted(planned(undefined, its))
      expect(stepsOf(plan)).toEqual(['systemctl daemon-reload'])
      expect(plan.diff).toEqual({ kind: 'fields', changes: { 'unit file': ['changed on disk', 'loaded'] } })
    }
  })

  test('that systemd does not accept is an error, and not before it has been read', () => {
    expect(() => planned(undefined, known({ load: 'bad-setting' }))).toThrow(/does not accept x\.service/)
    expect(stepsOf(planned(undefined, known({ load: 'bad-setting' }, true)))).toHaveLength(1)
  })

  test('that is masked is an error with its cure', () => {
    expect(() => planned(undefined, known({ load: 'masked', file: 'masked' }))).toThrow(
      /x\.service is masked/,
    )
  })

  test('that is to go is stopped and disabled first', () => {
    const plan = drifted(removed(known({ active: 'active', file: 'enabled' })))
    expect(stepsOf(plan)).toEqual([
      'systemctl stop -- x.service',
      'systemctl disable -- x.service',
      `rm -f -- ${path}`,
      'systemctl daemon-reload',
    ])
    expect(plan.diff).toMatchObject({
      changes: { state: ['active', 'stopped'], enabled: ['enabled', 'false'] },
    })
    expect(stepsOf(removed())).toEqual([`rm -f -- ${path}`, 'systemctl daemon-reload'])
  })

  test('that its package brings too stays as it is otherwise', () => {
    expect(stepsOf(removed(known({ active: 'active', file: 'enabled' }), true))).toEqual([
      `rm -f -- ${path}`,
      'systemctl daemon-reload',
    ])
  })

  test('has a name with its type, which may be a template', () => {
    expect(systemdUnit({ unit: 'a.service', content })).toMatchObject({
      id: 'systemdUnit a',
      touches: ['file:/etc/systemd/system/a.service', 'unit:a.service'],
    })
    expect(systemdUnit({ unit: 'a@.timer', content }).id).toBe('systemdUnit a@.timer')
    for (const unit of ['', '../x', 'a/b', 'x.device', 'a b', '*', '$(id)', 'x.service\n']) {
      expect(() => systemdUnit({ unit, content }), unit).toThrow(/systemdUnit\(\{…\}\)\.unit .*expected/s)
    }
    expect(() => systemdUnit({ unit: 'x' })).toThrow('content is missing')
    expect(() => systemdUnit({ unit: 'x', state: 'absent', content })).toThrow(/an absent unit has none/)
  })
})

describe('a drop-in', () => {
  const at = '/etc/systemd/system/x.service.d/10-limits.conf'
  const spec = dropIn({ unit: 'x', name: '10-limits', content }).spec as never
  const planned = (file = fileState(content, content), isStale = false) =>
    dropIn.type.plan(spec, { file, known: known({}, isStale) })

  test('that is there and read is in sync', () => {
    expect(planned()).toEqual(inSync())
  })

  test('that is missing is written with its folder, and read', () => {
    expect(stepsOf(planned(withoutFolder(fileState(null, content))))).toEqual([
      '( umask 022; mkdir -p -- /etc/systemd/system/x.service.d )',
      `put ${at} 0644: ${content}`,
      'systemctl daemon-reload',
    ])
    expect(stepsOf(planned(fileState('old', content)))).toHaveLength(2)
  })

  test('that was written and not read is read', () => {
    expect(stepsOf(planned(undefined, true))).toEqual(['systemctl daemon-reload'])
  })

  test('that is to go is removed, and that read', () => {
    const gone = dropIn({ unit: 'x', name: '10-limits', state: 'absent' }).spec as never
    const plan = (file: ReturnType<typeof fileState>) => dropIn.type.plan(gone, { file, known: known() })
    expect(stepsOf(plan(fileState(content, null)))).toEqual([`rm -f -- ${at}`, 'systemctl daemon-reload'])
    expect(plan(withoutFolder(fileState(null, null)))).toEqual(inSync())
  })

  test('is named by its unit and its own name', () => {
    expect(dropIn({ unit: 'ssh', name: '10-x', content })).toMatchObject({
      id: 'dropIn ssh/10-x',
      touches: ['file:/etc/systemd/system/ssh.service.d/10-x.conf', 'unit:ssh.service'],
    })
    for (const name of ['', '../x', '.x', 'a/b', 'x.conf', 'a b', '$(id)', '-x']) {
      expect(() => dropIn({ unit: 'ssh', name, content }), name).toThrow(/dropIn\(\{…\}\)\.name .*expected/s)
    }
  })
})

test('without systemd both say so', async () => {
  using host = bench({ ...fars.dash, env: { PATH: '/nowhere:/bin:/usr/bin', SYSTEMD_OFFLINE: '0' } })
  for (const unit of ['rampart-none', 'rampart-none@']) {
    await expect(dropIn({ unit, name: 'x', content }).check(host.probe)).rejects.toThrow(/systemd/)
  }
})

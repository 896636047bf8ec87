import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { swap } from '../../src/resources/index.ts'
import type { FileStat } from '../../src/resources/queries/stat.ts'
import { bench, drifted, isRoot } from '../support/apply.ts'
import { fileState } from '../support/file-states.ts'
import type { PrivateSystem } from '../support/private-system.ts'
import { privateSystem } from '../support/private-system.ts'

const path = '/var/swapfile'
const line = `${path} none swap sw 0 0\n`
const MIB = 1024 ** 2
const root = { owner: 'root', group: 'root', uid: 0, gid: 0 }
const stat = (of: Partial<FileStat> = {}): FileStat => ({
  type: 'file',
  mode: '0600',
  size: 64 * MIB,
  ...root,
  ...of,
})
type State = Parameters<typeof swap.type.plan>[1]
const planned = (given: object, state: Partial<State>, fstab: string | null = line) =>
  swap.type.plan(swap({ path, size: '64M', ...given } as never).spec as never, {
    fstab: { look: fileState(fstab, fstab).look, content: fstab === null ? null : Buffer.from(fstab) },
    ...{ stat: stat(), isSwap: true, active: -2, ...state },
  })

/** What each step begins with. */
const verbs = (plan: ReturnType<typeof planned>) =>
  plan.status === 'in-sync'
    ? []
    : plan.cure.map(step =>
        'script' in step ? (/^\( umask/.test(step.script) ? 'make' : step.script.split(' ')[0]) : 'put',
      )

describe('a swap file', () => {
  test.each<[string, ReturnType<typeof planned>, readonly string[]]>([
    ['in use', planned({}, {}), []],
    ['not in use', planned({}, { active: null }), ['swapon']],
    ['missing', planned({}, { stat: null, isSwap: false, active: null }), ['make', 'swapon']],
    ['of another size', planned({ size: '1G' }, {}), ['swapoff', 'make', 'swapon']],
    [
      'of another priority',
      planned({ priority: 5 }, {}, `${path} none swap sw,pri=5 0 0\n`),
      ['swapoff', 'swapon'],
    ],
    ['that all may read', planned({}, { stat: stat({ mode: '0644' }) }), ['chmod']],
    [
      'that was never made one',
      planned({}, { stat: stat({ size: 0 }), isSwap: false, active: null }),
      ['make', 'swapon'],
    ],
  ])('%s', (_, plan, steps) => {
    expect(verbs(plan)).toEqual(steps)
  })

  test('unknown to /etc/fstab gets its line, and nothing else', () => {
    const { diff } = drifted(planned({}, {}, '/dev/sda1 none swap sw 0 0\n'))
    expect(diff).toMatchObject({ after: `/dev/sda1 none swap sw 0 0\n${line}` })
  })

  test('that is to go is put out of use first', () => {
    const gone = swap({ path, state: 'absent' }).spec as never
    const nothing = { look: fileState('', '').look, content: Buffer.from('') }
    expect(verbs(swap.type.plan(gone, { fstab: nothing, stat: stat(), isSwap: true, active: 5 }))).toEqual([
      'swapoff',
      'rm',
    ])
    expect(swap.type.plan(gone, { fstab: nothing, stat: null, isSwap: false, active: null })).toEqual(
      inSync(),
    )
  })

  test.each([{}, { state: 'absent', size: undefined }])('of somebody else is left alone: %j', given => {
    const not = { isSwap: false, active: null }
    expect(() => planned(given, not)).toThrow(/is a file that is no swap/)
    expect(() => planned(given, { ...not, stat: stat({ type: 'directory' }) })).toThrow(/is a directory/)
  })
})

test.each<[object, RegExp]>([
  [{ size: '1.5G' }, /swap\(\{…\}\)\.size .*expected a size/],
  [{ size: undefined }, /\.size is missing/],
  [{ path: 'x' }, /\.path/],
  [{ priority: -1 }, /\.priority/],
  [{ state: 'absent' }, /has none/],
])('%j is refused', (wrong, message) => {
  expect(() => swap({ path, size: '64M', ...wrong } as never)).toThrow(message)
})

describe.skipIf(!isRoot)('on a file system', () => {
  const file = '/etc/a swap'
  let system: PrivateSystem
  beforeAll(async () => {
    system = await privateSystem()
  })
  // It is the kernel's, which is this machine's.
  afterAll(() => {
    system.inside(`swapoff '${file}' 2>/dev/null || :`)
    system[Symbol.dispose]()
  })
  const used = () =>
    system
      .inside('swapon --show=NAME,SIZE,PRIO --noheadings --bytes')
      .split('\n')
      .find(row => row.includes('swap'))

  test.each([['dash'], ['busybox', 'sh']] as const)(
    'it is made, used, made anew and taken away over %s',
    async (...sh) => {
      using host = bench(system.far(sh))
      await host.converge(swap({ path: file, size: '1M' }))
      expect(used()).toMatch(/ 1044480 +-\d+$/)
      expect(await host.converge(swap({ path: file, size: '1M' }))).toBeUndefined()
      system.inside(`swapoff '${file}'`)
      expect((await host.converge(swap({ path: file, size: '1M' })))?.diff).toEqual({
        kind: 'fields',
        changes: { swap: ['not in use', 'in use'] },
      })
      await host.converge(swap({ path: file, size: '2M', priority: 7 }))
      expect(used()).toMatch(/ 2093056 +7$/)
      expect(system.inside("grep swap /etc/fstab; stat -c %a '/etc/a swap'")).toBe(
        '/etc/a\\040swap none swap sw,pri=7 0 0\n600\n',
      )
      await host.converge(swap({ path: file, state: 'absent' }))
      expect([used(), system.inside('grep swap /etc/fstab || :; ls /etc | grep swap || :')]).toEqual([
        undefined,
        '',
      ])
    },
  )
})

import { describe, expect, test } from 'vitest'
import { inSync } from '../../src/model/plan.ts'
import { packages } from '../../src/resources/index.ts'
import { isVersion } from '../../src/resources/parameters/package-name.ts'
import type { InstalledPackage } from '../../src/resources/queries/installed.ts'
import { drifted } from '../support/apply.ts'

const deb = (given: Partial<InstalledPackage> = {}): InstalledPackage => ({
  ...{ system: 'dpkg', version: null, isBroken: false, isLeftOver: false, isHeld: false, isProvided: false },
  ...given,
})

test.each([
  ['1.24.0-2', '1.24.*', true],
  ['1.24.0-2', '1.24.0-2', true],
  ['1x24.0-2', '1.24.*', false],
  ['5:24.0.7-1~debian.12', '5:24.0.7-*', true],
  ['1.0+b1', '1.0+b1', true],
  ['1.0b1', '1.0+b1', false],
])('%s is %s: %s', (version, wanted, is) => {
  expect(isVersion(version, wanted)).toBe(is)
})

type Spec = Parameters<typeof packages>[0]
const planned = (
  spec: Spec,
  installed: readonly InstalledPackage[],
  candidates: (string | null)[] = [],
  isFresh = true,
) => packages.type.plan(packages(spec).spec as never, { installed, candidates, isFresh })
const at = (version: string, given: Partial<InstalledPackage> = {}) => deb({ version, ...given })

describe('packages', () => {
  test.each<[string, Parameters<typeof planned>]>([
    ['that are installed', [{ names: ['aa', 'bb'] }, [at('1'), at('2')]]],
    ['that another stands for', [{ names: ['awk'] }, [deb({ isProvided: true })]]],
    ['in their version', [{ names: ['aa=1.*'] }, [at('1.2')]]],
    ['that are held as they are', [{ names: ['aa'], hold: true }, [at('1', { isHeld: true })]]],
    ['that are held by somebody', [{ names: ['aa'] }, [at('1', { isHeld: true })]]],
    ['in the latest version', [{ names: ['aa'], state: 'latest' }, [at('2')], ['2']]],
    ['that are not there', [{ names: ['aa', 'bb'], state: 'absent' }, [deb(), deb({ isLeftOver: true })]]],
    ['that only another stands for', [{ names: ['awk'], state: 'absent' }, [deb({ isProvided: true })]]],
  ])('%s are in sync', (_, args) => {
    expect(planned(...args)).toEqual(inSync())
  })

  test.each<[string, Parameters<typeof planned>, object, RegExp]>([
    [
      'that are missing',
      [{ names: ['aa', 'bb', 'cc=1'] }, [at('1'), deb(), at('2')]],
      { bb: ['absent', 'present'], cc: ['2', '1'] },
      / install -- bb 'cc=1' /,
    ],
    [
      'that are broken',
      [{ names: ['aa'] }, [deb({ isBroken: true })]],
      { aa: ['half installed', 'present'] },
      / install -- aa /,
    ],
    [
      'that are older than the latest',
      [{ names: ['aa', 'bb'], state: 'latest' }, [at('1'), at('2')], ['2', '2']],
      { aa: ['1', '2'] },
      / install -- aa /,
    ],
    [
      'whose latest version is not known',
      [
        { names: ['aa', 'awk', 'hh'], state: 'latest' },
        [at('1'), deb({ isProvided: true }), at('1', { isHeld: true })],
        ['1', null, '1'],
        false,
      ],
      { 'lists of packages': ['old', 'at most 3600 s old'] },
      / install -- aa /,
    ],
    [
      'to be held',
      [{ names: ['aa'], hold: true }, [at('1')]],
      { 'aa is held': ['false', 'true'] },
      /apt-mark hold -- aa /,
    ],
    [
      'to be set free',
      [{ names: ['aa=2'], hold: false }, [at('1', { isHeld: true })]],
      { aa: ['1', '2'], 'aa is held': ['true', 'false'] },
      /apt-mark unhold -- aa .*install -- 'aa=2' /s,
    ],
    [
      'to be removed',
      [{ names: ['aa', 'bb'], state: 'absent', autoremove: true }, [at('1'), deb()]],
      { aa: ['1', 'absent'] },
      /--auto-remove remove -- aa /,
    ],
    [
      'to be purged',
      [{ names: ['aa'], state: 'absent', purge: true }, [deb({ isLeftOver: true })]],
      { aa: ['configuration files', 'absent'] },
      / purge -- aa /,
    ],
  ])('%s are mended by one command that is not cut', (_, args, changes, script) => {
    const { cure, diff } = drifted(planned(...args))
    expect(diff).toEqual({ kind: 'fields', changes })
    expect(cure).toMatchObject([{ unit: true, script: expect.stringMatching(script) }])
  })

  test.each<[string, Parameters<typeof planned>]>([
    ['for another version', [{ names: ['aa=2'] }, [at('1', { isHeld: true })]]],
    ['for the latest', [{ names: ['aa'], state: 'latest' }, [at('1', { isHeld: true })], ['2']]],
    ['for none', [{ names: ['aa'], state: 'absent' }, [at('1', { isHeld: true })]]],
  ])('that somebody holds are not changed %s', (_, args) => {
    expect(() => planned(...args)).toThrow(/aa is held/)
  })
})

describe('the command', () => {
  const script = (spec: Partial<Spec> = {}): string => {
    const [step] = drifted(planned({ names: ['aa'], ...spec }, [deb()])).cure
    return 'script' in step ? step.script : ''
  }

  test('asks nobody, keeps changed configuration and waits for the lock', () => {
    expect(script()).toMatch(/^export .*DEBIAN_FRONTEND=noninteractive/)
    for (const part of [
      '--force-confdef',
      '--force-confold',
      'DPkg::Lock::Timeout=300',
      'Pattern-Only=true',
    ]) {
      expect(script()).toContain(part)
    }
  })

  test('fetches lists only where that is wanted', () => {
    expect(script()).toMatch(/-mmin -60 .* \|\| fetched 300/)
    expect(script({ cacheTime: 90, lockTimeout: 5 })).toMatch(/-mmin -2 .* \|\| fetched 5/)
    expect(script({ update: false })).not.toMatch(/\|\| fetched/)
  })

  test('takes options only where they are given', () => {
    expect(script()).not.toMatch(/Recommends|downgrades|change-held/)
    expect(script({ recommends: false, allowDowngrades: true, hold: true })).toMatch(
      /-o APT::Install-Recommends=false --allow-downgrades --allow-change-held-packages install/,
    )
  })
})

test.each<[string, object, RegExp]>([
  ['no names', { names: [] }, /expected at least one package/],
  ['a name that apt-get would remove', { names: ['nginx-'] }, /expected the name of a package/],
  ['an option', { names: ['-y'] }, /expected the name of a package/],
  ['a pattern', { names: ['nginx*'] }, /expected the name of a package/],
  ['a name with sh in it', { names: ['a;id'] }, /expected the name of a package/],
  ['one name twice', { names: ['aa=1', 'aa'] }, /aa stands there twice/],
  ['a version of the latest', { names: ['aa=1'], state: 'latest' }, /has no wanted version/],
  ['purging what is to be there', { names: ['aa'], purge: true }, /only for absent packages/],
  [
    'holding what is to be gone',
    { names: ['aa'], state: 'absent', hold: true },
    /an absent package has none/,
  ],
])('%s is refused', (_, spec, message) => {
  expect(() => packages(spec as Spec)).toThrow(message)
})

test('what it is called and what it touches', () => {
  expect(packages({ names: ['g++', 'libc6:i386=2.36'] })).toMatchObject({
    id: 'packages g++, libc6:i386',
    touches: ['package:g++', 'package:libc6:i386'],
  })
})

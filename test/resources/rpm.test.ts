import { describe, expect, test } from 'vitest'
import type { Reply } from '../../src/model/probe.ts'
import { packages } from '../../src/resources/index.ts'
import { isRpmVersion, rpmName } from '../../src/resources/parameters/package-name.ts'
import { isOlder } from '../../src/resources/parameters/rpm-version.ts'
import type { InstalledPackage } from '../../src/resources/queries/installed.ts'
import { candidateOf, installedPackage } from '../../src/resources/queries/installed.ts'
import { drifted } from '../support/apply.ts'

const answer = (stdout: string): Reply => ({ code: 0, stdout, stderr: '', bytes: Buffer.from(stdout) })
const rpm = (given: Partial<InstalledPackage> = {}): InstalledPackage => ({
  ...{ system: 'rpm', version: null, isBroken: false, isLeftOver: false, isHeld: false, isProvided: false },
  ...given,
})

/** As rpm 4.18 and dnf 4.14 print it. */
const ROWS = `rpm
bash\tx86_64\t0\t5.1.8-9.el9
bind-libs\tx86_64\t32\t9.16.23-18.el9
kernel\tx86_64\t0\t5.14.0-427.el9
kernel\tx86_64\t0\t5.14.0-503.el9
package nope is not installed
package editor is not installed

probe-0:1.0-1.*
bind-libs-32:9.16.23-18.el9.*

editor
`

test.each<[string, string, InstalledPackage]>([
  ['installed', 'bash', rpm({ version: '5.1.8-9.el9' })],
  ['of its architecture', 'bash:x86_64', rpm({ version: '5.1.8-9.el9' })],
  ['of another architecture', 'bash:i686', rpm()],
  ['with an epoch, held', 'bind-libs', rpm({ version: '32:9.16.23-18.el9', isHeld: true })],
  ['more than once: the last', 'kernel', rpm({ version: '5.14.0-503.el9' })],
  ['unknown', 'nope', rpm()],
  ['provided by another', 'editor', rpm({ isProvided: true })],
])('what rpm says of a package %s', (_, name, expected) => {
  expect(installedPackage.parse(answer(ROWS), [name])).toEqual([expected])
})

test('the candidates are read from what dnf says', () => {
  const said = 'rpm\nprobe\tnoarch\t0\t1.1-1\nbind-libs\ti686\t32\t9-1\nbind-libs\tx86_64\t32\t9-2\n'
  expect(candidateOf.parse(answer(said), ['bind-libs', 'nope', 'probe'])).toEqual(['32:9-2', null, '1.1-1'])
})

/** From rpm's own tests of rpmvercmp. */
test.each([
  ['1.0', '2.0'],
  ['2.0', '2.0.1'],
  ['5.5p1', '5.5p10'],
  ['xyz10', 'xyz10.1'],
  ['xyz.4', '8'],
  ['5.6p1', '6.5p1'],
  ['6.0', '6.0.rc1'],
  ['10a2', '10b2'],
  ['1.0~rc1', '1.0'],
  ['1.0~rc1', '1.0~rc2'],
  ['1.0~rc1~git123', '1.0~rc1'],
  ['1.0', '1.0^'],
  ['1.0^git1', '1.01'],
  ['1.0^20160101', '1.0.1'],
  ['1.0~rc1', '1.0~rc1^git1'],
  ['9-1', '1:1-1'],
  ['1.0-9', '1.0-10'],
  ['1.0-1.el9', '1.0-1.el9_2'],
])('%s is older than %s', (one, other) => {
  expect([isOlder(one, other), isOlder(other, one)]).toEqual([true, false])
})

test.each([
  ['2.0.1', '2.0.1'],
  ['20101121', '20101121'],
  ['1.05', '1.5'],
  ['2_0', '2.0'],
  ['0:1.0-1', '1.0-1'],
])('%s is as old as %s', (one, other) => {
  expect([isOlder(one, other), isOlder(other, one)]).toEqual([false, false])
})

test.each([
  ['18.6.0-1', '18.6.0', true],
  ['18.6.0-1', '18.6.0-1', true],
  ['18.6.0-1', '18.6.*', true],
  ['18.6.0-1', '18.6', false],
  ['3:28.1-1.el9', '28.1', true],
  ['3:28.1-1.el9', '3:28.1', true],
  ['3:28.1-1.el9', '0:28.1', false],
  ['1.0^git1-1', '1.0^git1', true],
])('rpm: %s is %s: %s', (version, wanted, is) => {
  expect(isRpmVersion(version, wanted)).toBe(is)
})

test.each([
  ['teleport', 'teleport'],
  ['teleport=18.6.0', 'teleport-18.6.0'],
  ['glibc:i686=2.*', 'glibc-2.*.i686'],
])('%s is %s for dnf', (name, said) => {
  expect(rpmName(name)).toBe(said)
})

describe('packages of dnf', () => {
  type Spec = Parameters<typeof packages>[0]
  const planned = (given: Spec, installed: readonly InstalledPackage[], candidates: (string | null)[] = []) =>
    packages.type.plan(packages(given).spec as never, { installed, candidates, isFresh: true })

  test.each<[string, Parameters<typeof planned>]>([
    ['in their version', [{ names: ['aa=1.0'] }, [rpm({ version: '1.0-3' })]]],
    [
      'newer than the repositories have them',
      [{ names: ['aa'], state: 'latest' }, [rpm({ version: '1:1-1' })], ['9-1']],
    ],
    ['that another stands for', [{ names: ['mta'] }, [rpm({ isProvided: true })]]],
  ])('%s are in sync', (_, args) => {
    expect(planned(...args).status).toBe('in-sync')
  })

  test('what is held anew may be any that the lists may change', () => {
    const held = [rpm({ version: '1', isHeld: true }), rpm({ version: '1' })]
    const spec = packages({ names: ['aa', 'bb'], state: 'latest', hold: true }).spec as never
    const plan = packages.type.plan(spec, { installed: held, candidates: ['1', '1'], isFresh: false })
    expect(drifted(plan).cure).toMatchObject([
      { script: expect.stringMatching(/versionlock add (aa bb|bb aa) /) },
    ])
  })

  const script = (given: Partial<Spec>, is = rpm()): string => {
    const [step] = drifted(planned({ names: ['aa'], ...given }, [is])).cure
    expect(step).toMatchObject({ unit: true })
    return 'script' in step ? step.script : ''
  }
  test.each<[string, string, RegExp]>([
    [
      'a version',
      script({ names: ['aa=1-2'] }),
      /--assumeno --best install -- aa-1-2 [\s\S]*locked 300 -y --best install -- aa-1-2/,
    ],
    ['a downgrade', script({ names: ['aa=1'], allowDowngrades: true }), /^(?![\s\S]*assumeno)/],
    ['no fetching', script({ update: false }), /--setopt=metadata_expire=-1 (?![\s\S]*\|\| fetched)/],
    ['recommendations', script({ recommends: false }), /install_weak_deps=false/],
    [
      'a hold',
      script({ hold: true }),
      /--disableplugin=versionlock install[\s\S]*versionlock delete aa [\s\S]*versionlock add aa /,
    ],
    [
      'removal',
      script({ state: 'absent' }, rpm({ version: '1' })),
      /clean_requirements_on_remove=false remove -- aa /,
    ],
  ])('with %s, as one command that is not cut', (_, text, expected) => {
    expect(text).toMatch(expected)
  })
})

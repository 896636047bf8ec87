import { describe, expect, test } from 'vitest'
import type { Reply } from '../../src/model/probe.ts'
import type { InstalledPackage } from '../../src/resources/queries/installed.ts'
import { candidateOf, installedPackage, packageVersion } from '../../src/resources/queries/installed.ts'
import { bench } from '../support/apply.ts'

const answer = (stdout: string, stderr = '', code = 0): Reply => ({
  ...{ code, stdout, stderr },
  bytes: Buffer.from(stdout),
})
const deb = (given: Partial<InstalledPackage> = {}): InstalledPackage => ({
  ...{ system: 'dpkg', version: null, isBroken: false, isLeftOver: false, isHeld: false, isProvided: false },
  ...given,
})

/** As dpkg 1.21 of Debian 12 prints it. */
const ROWS = `dpkg
dpkg\tamd64\t1.21.22\tii 
awk\t\t\tun 
bash\tamd64\t5.2.15-2+b13\tii 
curl\tamd64\t7.88.1-10+deb12u15\thi 
libc6\tamd64\t2.36-9+deb12u14\tii 
libc6\ti386\t2.36-9+deb12u14\tii 
tzdata\tall\t2025b-0+deb12u2\tii 
telnet\tamd64\t0.17+2.4-2+deb12u2\trc 
nano\tamd64\t7.2-1+deb12u1\tiU 
wine\ti386\t8.0\tii 
vim\tamd64\t9.0\tiiR

ii \tawk
rc \tmail-transport-agent
ii \teditor (= 1.2), c-compiler:any
`

describe('what dpkg says', () => {
  const found = (name: string) => installedPackage.parse(answer(ROWS), [name])[0]
  test.each<[string, string, InstalledPackage]>([
    ['installed', 'bash', deb({ version: '5.2.15-2+b13' })],
    ['installed for all architectures', 'tzdata', deb({ version: '2025b-0+deb12u2' })],
    ['held', 'curl', deb({ version: '7.88.1-10+deb12u15', isHeld: true })],
    ['of another architecture', 'libc6:i386', deb({ version: '2.36-9+deb12u14' })],
    ['only there for another architecture', 'wine', deb()],
    ['removed, with its configuration', 'telnet', deb({ isLeftOver: true })],
    ['half installed', 'nano', deb({ isBroken: true })],
    ['to be installed again', 'vim', deb({ isBroken: true })],
    ['unknown', 'nope', deb()],
    ['provided by another', 'awk', deb({ isProvided: true })],
    ['provided in a version', 'editor', deb({ isProvided: true })],
    ['provided for any architecture', 'c-compiler', deb({ isProvided: true })],
    ['provided by one that is removed', 'mail-transport-agent', deb()],
  ])('%s', (_, name, expected) => {
    expect(found(name)).toEqual(expected)
  })

  test('about no package at all', () => {
    expect(installedPackage.parse(answer('dpkg\ndpkg\tamd64\t1.21.22\tii \n\n'), ['a', 'b'])).toEqual([
      deb(),
      deb(),
    ])
  })

  test.each([
    ['none\n', '', 0, /neither dpkg with apt nor rpm with dnf/],
    ['dpkg\n', 'dpkg-query: error: parsing file', 2, /does not answer: dpkg-query: error: parsing file/],
  ])('%j is no answer', (stdout, stderr, code, message) => {
    expect(() => installedPackage.parse(answer(stdout, stderr, code), ['a'])).toThrow(message)
  })

  test('of this machine, in one turn', async () => {
    using host = bench()
    const names = ['bash', 'dpkg', 'awk', 'rampart-t-none']
    const debs = await Promise.all(names.map(name => host.probe.ask(installedPackage, name)))
    expect(debs.map(({ version, isProvided }) => [version !== null, isProvided])).toEqual([
      ...[
        [true, false],
        [true, false],
        [false, true],
        [false, false],
      ],
    ])
    expect(host.asked).toHaveLength(1)
    expect(await host.probe.ask(packageVersion, 'dpkg')).toBe(debs[1]?.version)
    expect(await host.probe.ask(packageVersion, 'rampart-t-none')).toBeNull()
  })
})

test('the candidates are read from what apt-cache says', () => {
  const said = `bash:
  Installed: 5.2.15-2+b13
  Candidate: 5.2.15-2+b13
  Version table:
 *** 5.2.15-2+b13 500
        100 /var/lib/dpkg/status
mail-transport-agent:
  Installed: (none)
  Candidate: (none)
  Version table:
libc6:i386:
  Installed: (none)
  Candidate: 2.36-9
  Version table:
`
  const asked = ['libc6:i386', 'bash', 'mail-transport-agent', 'nope']
  expect(candidateOf.parse(answer(`dpkg\n${said}`), asked)).toEqual(['2.36-9', '5.2.15-2+b13', null, null])
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Secret } from '../../src/index.ts'
import { aptRepository, packages, packageVersion } from '../../src/resources/index.ts'
import { bench, drifted, isRoot } from '../support/apply.ts'
import type { PackageWorld } from '../support/package-world.ts'
import { PROXY, packageWorld } from '../support/package-world.ts'

type Spec = Parameters<typeof aptRepository>[0]

describe.skipIf(!isRoot)('a repository of apt', () => {
  let world: PackageWorld
  let one: string
  let two: string
  beforeAll(async () => {
    world = await packageWorld('debian')
    ;[one, two] = world.fingerprints
  })
  afterAll(() => world[Symbol.dispose]())

  const url = (name: string) => `http://apt.example.com/${name}`
  const spec = (given: Partial<Spec> = {}): Spec => ({
    name: 'example',
    ...{ uris: url('debian/'), suites: 'stable', components: 'main' },
    key: { url: url('one.asc'), fingerprint: one },
    ...given,
  })
  const sources = () => world.inside('ls /etc/apt/sources.list.d')
  const refused = async (wanted: Spec): Promise<string> => {
    using host = bench(world.far())
    const plan = await aptRepository(wanted).check(host.probe)
    const { code, stderr } = await host.apply(drifted(plan).cure)
    expect(code).not.toBe(0)
    expect(
      world.inside('find /etc/apt -name ".*.rampart-*"; find /tmp -maxdepth 1 -name ".sources.rampart-*"'),
    ).toBe('')
    return stderr
  }

  test('is there with its key and lists, by a proxy whose password nobody reads, and packages come from it', async () => {
    using host = bench(world.far())
    const proxied = spec({ proxy: new Secret(PROXY) })
    const drift = await host.converge(aptRepository(proxied))
    expect(JSON.stringify(drift)).not.toContain('poison')
    expect(world.proxied()).toMatch(/one\.asc[\s\S]*InRelease[\s\S]*Packages/)
    expect(world.inside('cat /etc/apt/sources.list.d/example.sources')).toBe(`Types: deb
URIs: http://apt.example.com/debian/
Suites: stable
Components: main
Signed-By: /etc/apt/keyrings/example.gpg
`)
    expect(
      world.inside('stat -c "%a %U %n" /etc/apt/keyrings/* /etc/apt/apt.conf.d/95* /etc/apt/auth.conf.d/*'),
    ).toBe(
      '644 root /etc/apt/keyrings/example.gpg\n644 root /etc/apt/apt.conf.d/95example-proxy\n600 root /etc/apt/auth.conf.d/95example-proxy.conf\n',
    )
    expect(
      world.inside(
        'cmp /srv/one.gpg /etc/apt/keyrings/example.gpg && grep -rc poison /etc/apt/apt.conf.d/95example-proxy || true',
      ),
    ).toBe('0\n')
    // A user who may not read the password asks apt as before.
    expect(world.inside('runuser -u nobody -- apt-cache policy probe 2>&1')).toMatch(/Candidate: 1\.1-1\n/)
    await host.converge(packages({ names: ['probe'] }))
    expect(world.proxied()).toContain('probe_1.1-1.deb')
    expect(world.inside('cat /opt/probe')).toBe('1.1-1\n')
  })

  test.each<[string, () => Partial<Spec>, RegExp]>([
    [
      'of another key',
      () => ({ key: { url: url('two.asc'), fingerprint: one } }),
      /keyrings.* was not written: .*two\.asc does not hold .* but \S+ $/m,
    ],
    [
      'of one more key',
      () => ({ key: { url: url('both.asc'), fingerprint: one } }),
      /no other, but (\S+ ){2}$/m,
    ],
    ['of no key', () => ({ key: { url: url('fingerprints'), fingerprint: one } }), /but (broken|no keys)/],
    ['that is not there', () => ({ key: { url: url('none.asc'), fingerprint: one } }), /404/],
    [
      'signed by another',
      () => ({ key: { url: url('two.gpg'), fingerprint: two } }),
      /sources was not written: [\s\S]*NO_PUBKEY|NO_PUBKEY/,
    ],
    [
      'at a wrong address',
      () => ({ uris: url('nothing/') }),
      /does not have a Release file[\s\S]*was not written/,
    ],
  ])('%s it is refused, and what was there stays', async (_, given, words) => {
    const before = world.inside('rm -f /etc/apt/keyrings/*; cat /etc/apt/sources.list.d/*')
    expect(await refused(spec(given()))).toMatch(words)
    expect(world.inside('cat /etc/apt/sources.list.d/*; apt-get -qq check')).toBe(before)
    // As it was, for whoever comes next.
    using host = bench(world.far())
    await host.converge(aptRepository(spec()))
  })

  test.each<[string, () => Spec['key'], () => string]>([
    [
      'armored, as content',
      () => ({ content: world.inside('cat /srv/one.asc'), fingerprint: one }),
      () => one,
    ],
    ['several, fetched', () => ({ url: url('both.asc'), fingerprint: [two, one] }), () => 'both'],
    [
      'binary, fetched',
      () => ({ url: url('one.gpg'), fingerprint: one.replaceAll(/.{4}/g, '$& ').toLowerCase() }),
      () => one,
    ],
  ])('its key may be %s', async (_, key) => {
    using host = bench(world.far())
    world.inside('rm -f /etc/apt/keyrings/*')
    expect(await host.converge(aptRepository(spec({ key: key() })))).toBeDefined()
    expect(
      world.inside(
        'gpg --homedir /srv/.gnupg --show-keys --with-colons /etc/apt/keyrings/example.gpg | grep -c ^pub',
      ),
    ).toBe([key()?.fingerprint].flat().length === 2 ? '2\n' : '1\n')
  })

  test('what was there before it is told, and goes where that is said', async () => {
    using host = bench(world.far())
    const old = '/etc/apt/sources.list.d/old.list'
    world.inside(`echo 'deb [trusted=yes] http://apt.example.com/debian stable main' >${old}`)
    await expect(aptRepository(spec()).check(host.probe)).rejects.toMatchObject({
      message: `${old} lists http://apt.example.com/debian/ already`,
      hint: expect.stringContaining(`replaces: ['${old}']`),
    })
    await host.converge(aptRepository(spec({ replaces: [old] })))
    expect(sources()).toBe('example.sources\n')
    world.inside(
      `printf 'deb http://apt.example.com/debian stable main\\ndeb http://me:poison@other.example.com/ x main\\n' >${old}`,
    )
    await expect(aptRepository(spec({ replaces: [old] })).check(host.probe)).rejects.toThrow(
      `${old} lists other repositories too: http://other.example.com`,
    )
    world.inside(`rm ${old}`)
  })

  test('its packages: no version is gone back to unless that is said, and a held one stays', async () => {
    using host = bench(world.far())
    await host.converge(aptRepository(spec()))
    const version = () => host.probe.ask(packageVersion, 'probe')
    const back = packages({ names: ['probe=1.0-1'] })
    const { code, stderr } = await host.apply(drifted(await back.check(host.probe)).cure)
    expect([code, stderr]).toEqual([
      100,
      expect.stringContaining('downgraded and -y was used without --allow-downgrades'),
    ])
    await host.converge(packages({ names: ['probe=1.0-1'], allowDowngrades: true, hold: true }))
    expect([await version(), world.inside('apt-get -s upgrade | grep -c ^Inst || true')]).toEqual([
      '1.0-1',
      '0\n',
    ])
    await expect(packages({ names: ['probe'], state: 'latest' }).check(host.probe)).rejects.toMatchObject({
      hint: expect.stringContaining('apt-mark unhold probe'),
    })
    await host.converge(packages({ names: ['probe'], state: 'latest', hold: false }))
    expect(await version()).toBe('1.1-1')
  })

  test('its packages: one that another stands for, asked for with others in one turn', async () => {
    using host = bench(world.far())
    await host.converge(packages({ names: ['service-of-sorts'] }))
    expect(world.inside('cat /opt/other')).toBe('2-1\n')
    const before = host.asked.length
    const tasks = [['service-of-sorts'], ['probe', 'other=2-*'], ['dpkg']].map(names => packages({ names }))
    const plans = await Promise.all(tasks.map(task => task.check(host.probe)))
    expect([plans.map(({ status }) => status), host.asked.length - before]).toEqual([
      tasks.map(() => 'in-sync'),
      1,
    ])
    await host.converge(packages({ names: ['other', 'probe'], state: 'absent', purge: true }))
  })

  test('is fetched through another proxy, is disabled, and goes', async () => {
    using host = bench(world.far())
    const to = (given: Partial<Spec>) => host.converge(aptRepository(spec(given)))
    await to({ proxy: 'DIRECT' })
    expect(world.inside('cat /etc/apt/apt.conf.d/95example-proxy; ls /etc/apt/auth.conf.d')).toBe(
      'Acquire::http::Proxy::apt.example.com "DIRECT";\nAcquire::https::Proxy::apt.example.com "DIRECT";\n',
    )
    await to({ enabled: false })
    expect(world.inside('apt-get indextargets')).toBe('')
    await host.converge(aptRepository({ name: 'example', state: 'absent' }))
    expect(world.inside('find /etc/apt -name "*example*"')).toBe('')
  })
})

const FINGERPRINT = '0C5E8BA5658E320D1B031179C87ED53A6282C411'
const key = { url: 'https://a.example/gpg', fingerprint: FINGERPRINT }
const whole = { name: 'a', uris: 'https://a.example', suites: 'x', components: 'y', key }
test.each<[string, object, RegExp]>([
  ['no key', { key: undefined }, /key is missing|expected its key/],
  ['a short fingerprint', { key: { ...key, fingerprint: '6282C411' } }, /the whole fingerprint/],
  ['a password in the address', { uris: 'https://me:x@a.example' }, /without a password/],
  ['no components', { components: undefined }, /components/],
  ['components of a path', { suites: 'x/' }, /has none/],
  ['a key and none', { unsafe: true }, /give one of key, keyring and unsafe/],
  ['a key twice', { key: { ...key, content: 'x' } }, /either url or content/],
  ['content that is no key', { key: { content: 'x', fingerprint: FINGERPRINT } }, /holds no public keys/],
  ['a name with a dot', { name: 'a.b' }, /expected letters/],
  ['a suite with a line break', { suites: 'x\nTrusted: yes' }, /expected a suite/],
  ['an address with a line break', { uris: 'https://a/\nTrusted: yes' }, /expected an address/],
  ['a proxy with a quote', { proxy: 'http://a"; evil "' }, /expected an address/],
  ['what an absent one has not', { state: 'absent' }, /an absent repository has none/],
])('%s is refused', (_, given, message) => {
  expect(() => aptRepository({ ...whole, ...given } as Spec)).toThrow(message)
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { read, Secret } from '../../src/index.ts'
import { packages, packageVersion, yumRepository } from '../../src/resources/index.ts'
import { bench, drifted, isRoot } from '../support/apply.ts'
import type { PackageWorld } from '../support/package-world.ts'
import { PROXY, packageWorld } from '../support/package-world.ts'

type Spec = Parameters<typeof yumRepository>[0]

describe.skipIf(!isRoot)('a host of the Red Hat family', () => {
  let world: PackageWorld
  let one: string
  let two: string
  beforeAll(async () => {
    world = await packageWorld('rhel')
    ;[one, two] = world.fingerprints
  })
  afterAll(() => world[Symbol.dispose]())

  const url = (name: string) => `http://yum.example.com/${name}`
  const spec = (given: Partial<Spec> = {}): Spec => ({
    id: 'example',
    baseurl: url('rpm/'),
    key: { url: url('one.asc'), fingerprint: one },
    repoGpgcheck: true,
    proxy: new Secret(PROXY),
    ...given,
  })
  const installed = () => world.inside('rpm -qa --qf "%{NAME} %{VERSION}\\n" | grep -v ^gpg-pubkey | sort')
  const refused = async (resource: ReturnType<typeof packages>): Promise<string> => {
    using host = bench(world.far())
    const { code, stderr } = await host.apply(drifted(await resource.check(host.probe)).cure)
    expect(code).not.toBe(0)
    expect(
      world.inside('find /etc -name ".*.rampart-*"; find /tmp -maxdepth 1 -name ".repos.rampart-*"'),
    ).toBe('')
    return stderr
  }

  test('a repository is there with its key, by a proxy whose password only root reads', async () => {
    using host = bench(world.far())
    const drift = await host.converge(yumRepository(spec()))
    expect(JSON.stringify(drift)).not.toContain('poison')
    expect(world.proxied()).toMatch(/one\.asc[\s\S]*repomd\.xml\.asc[\s\S]*primary/)
    expect(
      world.inside('cat /etc/yum.repos.d/example.repo; stat -c "%a %U" /etc/yum.repos.d/example.repo'),
    ).toBe(`[example]
name=example
baseurl=http://yum.example.com/rpm/
enabled=1
gpgcheck=1
repo_gpgcheck=1
gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-example
proxy=${PROXY}
600 root
`)
    expect(world.inside('rpm -q gpg-pubkey --qf "%{VERSION}\\n"').trim()).toBe(one.slice(-8).toLowerCase())
  })

  test.each<[string, () => Partial<Spec>, RegExp]>([
    [
      'of another key',
      () => ({ key: { url: url('two.asc'), fingerprint: one } }),
      /KEY-example was not written: .* does not hold the wanted keys/,
    ],
    [
      'of a key that is not armored',
      () => ({ key: { url: url('one.gpg'), fingerprint: one } }),
      /rpm takes only armored keys/,
    ],
    ['at a wrong address', () => ({ baseurl: url('nothing') }), /404[\s\S]*example\.repo was not written/],
  ])('a repository %s is refused, and what was there stays', async (_, given, words) => {
    world.inside('rm -f /etc/pki/rpm-gpg/RPM-GPG-KEY-example')
    const before = world.inside('cat /etc/yum.repos.d/*')
    expect(await refused(yumRepository(spec(given())))).toMatch(words)
    expect(world.inside('cat /etc/yum.repos.d/*')).toBe(before)
  })

  test('a key may come as content, several and binary', async () => {
    using host = bench(world.far())
    const content = Buffer.from(world.inside('cat /srv/one.gpg /srv/two.gpg | base64'), 'base64')
    await host.converge(yumRepository(spec({ key: { content, fingerprint: [one, two] } })))
    expect(world.inside('rpm -q gpg-pubkey | wc -l')).toBe('2\n')
    await host.converge(yumRepository(spec()))
  })

  test('packages are installed in one transaction: one version, the latest, and one that another stands for', async () => {
    using host = bench(world.far())
    await host.converge(packages({ names: ['probe=1.0', 'service-of-sorts'] }))
    expect(installed()).toBe('other 2\nprobe 1.0\n')
    expect(world.proxied()).toContain('probe-1.0-1.noarch.rpm')
    expect(world.inside("rpm -q probe other --qf '%{INSTALLTID}\\n' | sort -u | wc -l")).toBe('1\n')
    for (const names of [
      ['probe'],
      ['probe=1.0-1'],
      ['probe=0:1.0'],
      ['probe=1.*', 'other'],
      ['service-of-sorts'],
    ])
      expect(await host.converge(packages({ names })), names.join()).toBeUndefined()
    await host.converge(packages({ names: ['probe'], state: 'latest' }))
    expect(installed()).toBe('other 2\nprobe 1.1\n')
    expect(await host.probe.ask(packageVersion, 'probe')).toBe('1.1-1')
  })

  test('a version is not gone back to unless that is said', async () => {
    expect(await refused(packages({ names: ['probe=1.0'] }))).toMatch(
      /Downgrading:[\s\S]*probe[\s\S]*allowDowngrades: true/,
    )
    using host = bench(world.far())
    await host.converge(packages({ names: ['probe=1.0'], allowDowngrades: true }))
    expect(installed()).toBe('other 2\nprobe 1.0\n')
  })

  test('a held one stays in its version, and is changed where that is said', async () => {
    using host = bench(world.far())
    await host.converge(packages({ names: ['probe'], hold: true }))
    world.inside('dnf -y upgrade')
    expect(installed()).toBe('other 2\nprobe 1.0\n')
    await expect(packages({ names: ['probe=1.1'] }).check(host.probe)).rejects.toThrow(/probe is held/)
    await host.converge(packages({ names: ['probe=1.1'], hold: true }))
    expect(world.inside('grep -v "^#" /etc/dnf/plugins/versionlock.list').trim()).toBe('probe-0:1.1-1.*')
    await host.converge(packages({ names: ['probe'], hold: false }))
    expect(world.inside('grep -c ^probe /etc/dnf/plugins/versionlock.list || true')).toBe('0\n')
  })

  test('what dnf does not know yet it fetches, and what nobody knows is told', async () => {
    using host = bench(world.far())
    world.inside(
      'cd /srv; mkdir -p later; mv rpm/noarch/other-2-1.noarch.rpm later/; createrepo_c -q rpm; rm -f rpm/repodata/repomd.xml.asc; GNUPGHOME=/srv/.gnupg gpg -q --batch -u one@example.com --detach-sign --armor rpm/repodata/repomd.xml',
    )
    await host.converge(packages({ names: ['other'], state: 'absent' }))
    world.inside(
      'dnf -q --refresh makecache; cd /srv; mv later/*.rpm rpm/noarch/; createrepo_c -q rpm; rm -f rpm/repodata/repomd.xml.asc; GNUPGHOME=/srv/.gnupg gpg -q --batch -u one@example.com --detach-sign --armor rpm/repodata/repomd.xml',
    )
    await host.converge(packages({ names: ['other'] }))
    expect(await refused(packages({ names: ['nope'] }))).toContain('No match for argument: nope')
  })

  test('who holds the lock is waited for, and told if that takes too long', async () => {
    const hold = (seconds: number) =>
      world.inside(`sleep ${seconds} >/dev/null 2>&1 & echo $! | tee /var/cache/dnf/metadata_lock.pid`).trim()
    const holder = hold(300)
    const gone = (lockTimeout: number) => packages({ names: ['probe'], state: 'absent', lockTimeout })
    expect(await refused(gone(0))).toMatch(new RegExp(`locked by ${holder}\\n.*PID ${holder} is: sleep`))
    expect(installed()).toBe('other 2\nprobe 1.1\n')
    world.inside(`kill ${holder}`)
    hold(4)
    using host = bench(world.far())
    await host.converge(gone(120))
    expect(installed()).toBe('other 2\n')
  })

  test('packages and the repository go', async () => {
    using host = bench(world.far())
    await host.converge(packages({ names: ['probe', 'other'], state: 'absent' }))
    expect(installed()).toBe('')
    await host.converge(yumRepository({ id: 'example', state: 'absent' }))
    expect(world.inside('find /etc -name "*example*"')).toBe('')
    expect((await host.probe.ask(read`dnf repolist`)).stdout).not.toContain('example')
  })
})

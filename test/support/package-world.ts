import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PrivateSystem } from './private-system.ts'
import { privateSystem } from './private-system.ts'

/**
 * This machine as a host of one family of systems, with package databases of its own, and beside it what it takes its
 * packages from: a web server for http://apt.example.com and http://yum.example.com with /srv as its root, and a proxy
 * at 127.0.0.1:8888 that wants `me` and `poison.1`. It says in its log whom it was asked for.
 */
export interface PackageWorld extends PrivateSystem {
  /** The fingerprints of two keys: /srv/one.asc (and /srv/one.gpg), whose secret part signs, and /srv/two.asc. */
  readonly fingerprints: readonly [one: string, two: string]
  /** What the proxy was asked for since the last time. */
  proxied(): string
}

export const PROXY = 'http://me:poison%2E1@127.0.0.1:8888'

/** Takes root. */
export async function packageWorld(family: keyof typeof SYSTEMS): Promise<PackageWorld> {
  const { folders, setup } = SYSTEMS[family]
  const system = await privateSystem(folders)
  system.inside(WORLD)
  system.inside(setup)
  const start = (...words: readonly [string, ...string[]]): ChildProcess => {
    const [program, ...args] = system.far(words).sh
    return spawn(program, args, { stdio: 'ignore' })
  }
  const daemons = [
    start('busybox', 'httpd', '-f', '-p', '127.0.0.1:80', '-h', '/srv'),
    start('tinyproxy', '-d', '-c', '/etc/tinyproxy.test'),
  ]
  const dispose = () => {
    for (const daemon of daemons) daemon.kill()
    // What gpg and dnf started for themselves would hold on to all that is mounted here.
    system.inside('pkill -x gpg-agent --ns $$ --nslist mnt || true')
    system[Symbol.dispose]()
  }
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(50)) {
    if (system.inside(`ss -Hltn | grep -cE ':(80|8888) ' || true`) === '2\n') break
  }
  const [one = '', two = ''] = system.inside('cat /srv/fingerprints').split('\n')
  return {
    ...system,
    fingerprints: [one, two],
    proxied: () =>
      system.inside(`sed -n 's/.*Request (file descriptor [0-9]*): //p' /srv/proxy.log; : >/srv/proxy.log`),
    [Symbol.dispose]: dispose,
  }
}

const WORLD = `ip link set lo up
echo '127.0.0.1 apt.example.com yum.example.com' >>/etc/hosts
mount -t tmpfs none /srv; chmod 755 /srv; touch /srv/proxy.log; chmod 666 /srv/proxy.log
cat >/etc/tinyproxy.test <<'end'
Port 8888
Listen 127.0.0.1
User nobody
BasicAuth me poison.1
LogFile "/srv/proxy.log"
LogLevel Connect
end
mkdir -m 700 /srv/.gnupg; export GNUPGHOME=/srv/.gnupg
for name in one two; do
gpg -q --batch --no-auto-check-trustdb --passphrase '' --quick-gen-key $name@example.com rsa2048 default 0 2>/dev/null
gpg --export $name@example.com >/srv/$name.gpg; gpg --export -a $name@example.com >/srv/$name.asc
gpg --with-colons -k $name@example.com | sed -n 's/^fpr:*\\([0-9A-F]*\\):/\\1/p' | head -1 >>/srv/fingerprints
done
cat /srv/one.asc /srv/two.asc >/srv/both.asc`

/** Packages \`probe\` 1.0-1 and 1.1-1, \`other\` 2-1, which stands for \`service-of-sorts\` too. */
const PACKAGES = ['probe 1.0-1', 'probe 1.1-1', 'other 2-1'] as const

const SYSTEMS = {
  debian: {
    folders: {
      copied: ['/var/lib/dpkg'],
      empty: ['/var/lib/apt', '/var/cache/apt', '/opt', '/srv', '/var/log'],
    },
    setup: `rm -rf /etc/apt/sources.list* /etc/apt/apt.conf.d/*docker* /etc/apt/keyrings; mkdir -p /etc/apt/sources.list.d
mkdir -p /var/lib/apt/lists/partial /var/cache/apt/archives/partial /srv/debian/dists/stable/main/binary-$(dpkg --print-architecture); cd /srv/debian
${PACKAGES.map(
  named => `set -- ${named}; mkdir -p b/DEBIAN b/opt; echo "$2" >"b/opt/$1"
printf 'Package: %s\\nVersion: %s\\nArchitecture: all\\nMaintainer: nobody <nobody@example.com>\\nDescription: test\\n' "$1" "$2" >b/DEBIAN/control
[ "$1" = probe ] || echo 'Provides: service-of-sorts' >>b/DEBIAN/control
dpkg-deb -b b "$1_$2.deb" >/dev/null; { cat b/DEBIAN/control; echo "Filename: $1_$2.deb"; echo "Size: $(stat -c %s "$1_$2.deb")"
echo "SHA256: $(sha256sum <"$1_$2.deb" | cut -d ' ' -f 1)"; echo; } >>Packages; rm -r b`,
).join('\n')}
mv Packages dists/stable/main/binary-*/; cd dists/stable
{ echo 'Suite: stable'; echo 'Codename: stable'; echo 'Components: main'; echo "Architectures: $(dpkg --print-architecture)"
echo 'Date: '$(LC_ALL=C date -Ru); echo SHA256:; for f in main/binary-*/Packages; do echo " $(sha256sum <$f | cut -d ' ' -f 1) $(stat -c %s $f) $f"; done; } >Release
GNUPGHOME=/srv/.gnupg gpg -q --batch -u one@example.com --clearsign -o InRelease Release`,
  },
  rhel: {
    folders: {
      copied: [],
      empty: ['/var/lib/rpm', '/var/lib/dnf', '/var/cache/dnf', '/opt', '/srv', '/var/log'],
    },
    setup: `printf 'ID=rocky\\nID_LIKE="rhel centos fedora"\\nVERSION_ID=9.4\\n' >/srv/os-release; rm -f /etc/os-release; cp /srv/os-release /etc/os-release
rm -rf /etc/dnf/plugins/local.conf /etc/yum.repos.d; echo 9 >/etc/dnf/vars/releasever; mkdir -p /etc/rpm /srv/rpm; echo '%_dbpath /var/lib/rpm' >/etc/rpm/macros; cd /srv
printf '[main]\\ngpgcheck=1\\ninstallonly_limit=3\\nclean_requirements_on_remove=True\\nbest=True\\nskip_if_unavailable=False\\n' >/etc/dnf/dnf.conf
export HOME=/srv GNUPGHOME=/srv/.gnupg
${PACKAGES.map(
  named => `set -- ${named}; v=\${2%-*}; { printf 'Name: %s\\nVersion: %s\\nRelease: %s\\nSummary: test\\nLicense: MIT\\nBuildArch: noarch\\n' "$1" "$v" "\${2#*-}"
[ "$1" = probe ] || echo 'Provides: service-of-sorts'
printf '%%description\\ntest\\n%%install\\nmkdir -p %%{buildroot}/opt; echo %s >%%{buildroot}/opt/%s\\n%%files\\n/opt/%s\\n' "$2" "$1" "$1"; } >p.spec
rpmbuild -bb --quiet --define '_topdir /srv/build' --define '_rpmdir /srv/rpm' --define '_gpg_name one@example.com' p.spec >/srv/build.log 2>&1 || { cat /srv/build.log >&2; exit 1; }`,
).join('\n')}
rpmsign --define '__gpg /usr/bin/gpg' --define '_gpg_name one@example.com' --addsign rpm/noarch/*.rpm >/srv/build.log 2>&1 || { cat /srv/build.log >&2; exit 1; }
createrepo_c -q rpm; gpg -q --batch -u one@example.com --detach-sign --armor rpm/repodata/repomd.xml`,
  },
} as const

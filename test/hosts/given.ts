/** What a host must have before an example of the reference makes sense there: scripts, by the name of the resource. */
export const GIVEN: Readonly<Record<string, string>> = {
  archive: `mkdir -p /tmp/a/tool-1.4.0/bin && echo 1.4.0 >/tmp/a/tool-1.4.0/bin/tool
mkdir -p /var/cache && tar -C /tmp/a -czf /var/cache/tool-1.4.0.tar.gz tool-1.4.0`,
  // The engine mounts both from outside; a machine of its own has them as plain files.
  download: `cp /etc/hosts /etc/hosts.own && umount /etc/hosts && mv /etc/hosts.own /etc/hosts
mkdir -p /root/web && printf '#!/bin/sh\\necho tool 1.4.0\\n' >/root/web/tool-1.4.0
echo 127.0.0.1 downloads.example.com >>/etc/hosts
systemd-run -q -p WorkingDirectory=/root/web python3 -m http.server 80
until curl -sf -o /dev/null http://downloads.example.com/; do sleep 0.1; done`,
  hostname:
    'cp /etc/hostname /etc/hostname.own && umount /etc/hostname && mv /etc/hostname.own /etc/hostname',
  // A repository on the host itself: that of the distribution may be out of reach.
  packages: `mkdir -p /root/repo && cd /root/repo
for name in htop tmux; do
  mkdir -p "/tmp/$name/DEBIAN" && cat >"/tmp/$name/DEBIAN/control" <<end
Package: $name
Version: 1
Architecture: all
Maintainer: nobody <nobody@example.com>
Description: stands in for $name
end
  dpkg-deb -b "/tmp/$name" "$name.deb" >/dev/null
  { cat "/tmp/$name/DEBIAN/control"; echo "Filename: ./$name.deb"; echo "Size: $(stat -c %s "$name.deb")"
    echo "SHA256: $(sha256sum "$name.deb" | cut -d ' ' -f 1)"; echo; } >>Packages
done
rm -rf /etc/apt/sources.list.d/* && echo 'deb [trusted=yes] file:/root/repo ./' >/etc/apt/sources.list`,
  httpCheck: `mkdir -p /root/health && echo '{ "status": "ok" }' >/root/health/health
systemd-run -q -p WorkingDirectory=/root/health python3 -m http.server 8000
until curl -sf -o /dev/null http://127.0.0.1:8000/; do sleep 0.1; done`,
  // Debian's own engine, and an image that no registry has.
  composeProject: `export DEBIAN_FRONTEND=noninteractive
apt-get -qq update && apt-get -qq install -y --no-install-recommends \\
  docker.io docker-cli docker-compose iptables nftables busybox-static git >/dev/null 2>&1
until docker version >/dev/null 2>&1; do sleep 0.2; done
mkdir -p /opt/cache /root/tool/bin && cp /bin/busybox /root/tool/bin/ && for name in sh sleep; do ln -s busybox "/root/tool/bin/$name"; done
tar -C /root/tool -c . | docker import --change 'ENV PATH=/bin' --change 'CMD ["sleep", "1000"]' - tool:1.4.0 >/dev/null
docker save -o /var/cache/tool-1.4.0.tar tool:1.4.0`,
  gitCheckout: `git init -q -b main /root/app && cd /root/app
git -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m first
mkdir -p /srv/git && git clone -q --bare /root/app /srv/git/app.git`,
}

/** Where an example is tried, if not on a node. */
export const HOST: Readonly<Record<string, 'bastion'>> = Object.fromEntries(
  [
    'composeProject',
    'dockerContainer',
    'dockerImage',
    'dockerNetwork',
    'dockerVolume',
    'gitCheckout',
    'nftables',
  ].map(name => [name, 'bastion']),
)

/**
 * Those that are only compiled, with where the resource itself is tried: a repository has to be signed by whom its address
 * names, and nothing can swap to a container's overlay.
 */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  swap: 'test/resources/swap.test.ts',
  aptRepository: 'test/resources/apt-repository.test.ts',
  yumRepository: 'test/resources/yum-repository.test.ts',
}

/** Those of which an example says openly that there is always something to do. */
export const STAYS_TO_DO: readonly string[] = ['pause']

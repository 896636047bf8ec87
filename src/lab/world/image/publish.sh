#!/bin/sh
# The host `world`, second half: what was built for it, in the folder `programs`, as packages and images under the vendors'
# names. What could not be built is left out. Runs once, on top of packages.sh.
set -eu
cd "$(dirname "$0")"
for part in lib/*.sh; do . "./$part"; done
mkdir -p /usr/local/bin

# version PROGRAM
version() { cat "programs/$1.version"; }

if [ -e programs/tailscaled ]; then
  cp programs/control programs/derper /usr/local/bin/
  version=$(version tailscale)
  root=/tmp/tailscale
  mkdir -p $root/usr/bin $root/usr/sbin $root/usr/lib/systemd/system $root/etc/default
  cp programs/tailscale $root/usr/bin/
  cp programs/tailscaled $root/usr/sbin/
  cp tailscale/*.service tailscale/*.target $root/usr/lib/systemd/system/
  cp tailscale/tailscaled.defaults $root/etc/default/tailscaled
  rpm_package tailscale "$version" $root /srv/www/pkgs.tailscale.com/stable/rhel/9/x86_64
  starts $root tailscaled.service
  keyring=/tmp/keyring/usr/share/keyrings/tailscale-archive-keyring.gpg
  binary tailscale $keyring
  for system in debian ubuntu; do
    suites='trixie bookworm'
    [ $system = debian ] || suites='noble jammy'
    folder=/srv/www/pkgs.tailscale.com/stable/$system
    deb tailscale "$version" iptables $root $folder/pool \
      'Recommends: tailscale-archive-keyring (>= 1.35.181)' 'Breaks: tailscale-relay' 'Replaces: tailscale-relay'
    deb tailscale-archive-keyring 1.35.181 '' /tmp/keyring $folder/pool
    apt_repository tailscale $folder main $suites
    for suite in $suites; do
      armored tailscale $folder/$suite.gpg
      binary tailscale $folder/$suite.noarmor.gpg
      echo "# Tailscale packages for $system $suite
deb [signed-by=/usr/share/keyrings/tailscale-archive-keyring.gpg] https://pkgs.tailscale.com/stable/$system $suite main" \
        >$folder/$suite.tailscale-keyring.list
    done
  done
  rhel=/srv/www/pkgs.tailscale.com/stable/rhel/9
  dnf_repository tailscale $rhel/x86_64
  armored tailscale $rhel/repo.gpg
  cat >$rhel/tailscale.repo <<'end'
[tailscale-stable]
name=Tailscale stable
baseurl=https://pkgs.tailscale.com/stable/rhel/9/$basearch
enabled=1
type=rpm
repo_gpgcheck=1
gpgcheck=1
gpgkey=https://pkgs.tailscale.com/stable/rhel/9/repo.gpg
end
fi

if [ -e programs/teleport ]; then
  version=$(version teleport)
  channel=stable/v${version%%.*}
  root=/tmp/teleport
  mkdir -p $root/usr/local/bin $root/usr/lib/systemd/system
  cp programs/teleport $root/usr/local/bin/teleport
  ln $root/usr/local/bin/teleport $root/usr/local/bin/tctl
  ln $root/usr/local/bin/teleport $root/usr/local/bin/tsh
  cp teleport/teleport.service $root/usr/lib/systemd/system/
  for package in teleport teleport-ent; do
    other=teleport
    [ $package = teleport-ent ] || other=teleport-ent
    for system in debian ubuntu; do
      deb $package "$version" '' $root /srv/www/apt.releases.teleport.dev/$system/pool \
        "Conflicts: $other" "Replaces: $other"
    done
    rpm_package $package "$version" $root /srv/www/yum.releases.teleport.dev/packages
  done
  apt_repository teleport /srv/www/apt.releases.teleport.dev/debian $channel trixie bookworm
  apt_repository teleport /srv/www/apt.releases.teleport.dev/ubuntu $channel noble jammy
  armored teleport /srv/www/apt.releases.teleport.dev/gpg
  dnf_repository teleport /srv/www/yum.releases.teleport.dev/packages
  armored teleport /srv/www/yum.releases.teleport.dev/gpg

  # As the vendor's: nothing in it but the programs and what starts them, so no shell.
  distroless=/tmp/distroless
  with_libraries $distroless /usr/bin/dumb-init
  mkdir -p $distroless/usr/local/bin $distroless/etc/ssl/certs $distroless/etc/teleport $distroless/var/lib/teleport $distroless/tmp
  cp -a $root/usr/local/bin/. $distroless/usr/local/bin/
  printf 'root:x:0:0:root:/root:/sbin/nologin\n' >$distroless/etc/passwd
  for edition in teleport teleport-ent; do
    image public.ecr.aws gravitational/$edition-distroless $distroless \
      '{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"Entrypoint":["/usr/bin/dumb-init","/usr/local/bin/teleport","start","-c","/etc/teleport/teleport.yaml"]}' \
      "$version" "${version%%.*}"
  done
fi

for name in tailscale docker teleport openresty; do echo "$name $(fingerprint $name)"; done >/srv/keys/fingerprints
rm -rf /tmp/*

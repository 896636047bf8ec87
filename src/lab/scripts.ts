/** The way into dpkg for all that is installed later too: no waiting for the disk, nothing that only people read. */
const dpkgOptions = `force-unsafe-io
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/man/*`

/**
 * Fetches a system's packages all at once, as debootstrap fetches them one by one, ten times slower. It is only that:
 * what is missing afterwards debootstrap fetches itself. An apt of its own, which knows nothing of this machine's.
 */
export const fetchPackages = `
suite=$1 mirror=$2 packages=$3 debs=$4 apt=$5
mkdir -p "$debs/partial" "$apt/etc/apt/preferences.d" "$apt/etc/apt/trusted.gpg.d" "$apt/var/lib/apt/lists/partial"
: >"$apt/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/etc/apt/sources.list"
cat >"$apt/apt.conf" <<end
Dir "$apt";
Dir::Etc::Parts "/dev/null";
Dir::State::Status "$apt/status";
Dir::Cache::Archives "$debs";
Acquire::Languages "none";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Debug::NoLocking "true";
end
export APT_CONFIG="$apt/apt.conf"
apt-get update -qq
base=$(apt-cache dumpavail | awk '/^Package: /{name=$2} /^(Essential: yes|Priority: required)$/{print name}' | sort -u)
# shellcheck disable=SC2086
apt-get install -qq -y --download-only $base apt $packages
`

/**
 * Makes a Debian system in a folder of memory and writes it out as a tar file. Root runs it in a mount namespace of
 * its own: whatever interrupts it, no mount and no half-made system is left. On stdin: {@link setUpSystem}.
 */
export const unpackSystem = `
suite=$1 mirror=$2 packages=$3 debs=$4 security=$5 root=$6 tar=$7
mkdir -p "$debs" "$root"
mount -t tmpfs -o mode=755 rampart-lab "$root"
debootstrap --foreign --variant=minbase --cache-dir="$debs" --include="$(echo "$packages" | tr " " ,)" "$suite" "$root" "$mirror" </dev/null
mkdir -p "$root/etc/dpkg/dpkg.cfg.d"
cat >"$root/etc/dpkg/dpkg.cfg.d/lab" <<'end'
${dpkgOptions}
end
chroot "$root" /debootstrap/debootstrap --second-stage </dev/null
cat >"$root/etc/apt/sources.list" <<end
deb $mirror $suite main
deb $mirror $suite-updates main
deb $security $suite-security main
end
chroot "$root" /bin/sh -eu
tar -C "$root" --one-file-system -c . >"$tar"
if [ -n "\${SUDO_UID-}" ]; then chown -R "$SUDO_UID:$SUDO_GID" "$debs" "$tar"; fi
`

/** Brings a vendor's image to the same state, inside a container of it. Its arguments are the packages. */
export const stagePackages = `
export DEBIAN_FRONTEND=noninteractive
cat >/etc/dpkg/dpkg.cfg.d/lab <<'end'
${dpkgOptions}
end
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$@"
`

/**
 * What makes a system a host of the lab. Three users besides root: \`admin\` (key; sudo asks for the password), \`ops\`
 * (key; sudo asks nothing) and \`dev\` (password only, no sudo). sshd keeps its distribution's settings, so passwords
 * are let in. Host keys and machine-id are each container's own, made when it first boots. /proc/sys is read-only in a
 * container, rightly, as most of it is the machine's outside; /proc/sys/net is the container's own, and a firewall, a
 * VPN or an engine inside must write to it.
 */
export const setUpSystem = `
rm -f /etc/ssh/ssh_host_*
cat >/etc/systemd/system/lab-host-keys.service <<'end'
[Unit]
Description=Host keys of this machine's own
Before=ssh.service
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A
[Install]
WantedBy=multi-user.target
end
cat >/etc/systemd/system/lab-network-settings.service <<'end'
[Unit]
Description=Leave to change the settings of this machine's own network, and no others
DefaultDependencies=no
Before=systemd-sysctl.service sysinit.target
[Service]
Type=oneshot
ExecStart=/bin/mount --bind /proc/sys/net /proc/sys/net
ExecStart=/bin/mount -o remount,bind,rw /proc/sys/net
[Install]
WantedBy=sysinit.target
end
systemctl -q enable lab-host-keys.service lab-network-settings.service
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer; do
  systemctl -q disable "$unit" 2>/dev/null || true
done
# Each waits for a password that nobody is asked for, with one of the few inotify instances that this machine has.
systemctl -q mask systemd-ask-password-console.path systemd-ask-password-wall.path
useradd --create-home --shell /bin/bash --groups sudo admin
useradd --create-home --shell /bin/bash ops
useradd --create-home --shell /bin/bash dev
echo 'ops ALL=(ALL:ALL) NOPASSWD: ALL' >/etc/sudoers.d/ops
chmod 440 /etc/sudoers.d/ops
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb /var/cache/apt/*.bin /var/log/*.log /debootstrap
`

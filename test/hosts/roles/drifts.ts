/** What somebody does by hand, where, and the one task that has something to do then. */
export const DRIFTS: readonly (readonly [host: string, task: string, script: string])[] = [
  ['bastion', 'engine settings', `sed -i 's/"50m"/"1m"/' /etc/docker/daemon.json`],
  ['bastion', 'group docker', 'usermod -aG docker admin'],
  ['bastion', 'sites are read', "sed -i '/conf[.]d/d' /usr/local/openresty/nginx/conf/nginx.conf"],
  [
    'bastion',
    'site',
    "sed -i 's/read_timeout 1d/read_timeout 60s/' /usr/local/openresty/nginx/conf/conf.d/teleport.conf",
  ],
  ['bastion', 'service', 'systemctl stop openresty'],
  ['bastion', 'proxy filter', "echo '^evil[.]example$' >>/etc/tinyproxy/rampart.filter"],
  ['bastion', 'proxy settings', "sed -i 's/^ConnectPort.*//' /etc/tinyproxy/rampart.conf"],
  [
    'bastion',
    'proxy unit',
    'rm /etc/systemd/system/tinyproxy.service.d/rampart.conf && systemctl daemon-reload && systemctl restart tinyproxy',
  ],
  ['dgx01', 'apt proxies', "sed -i 's/8888/3128/' /etc/apt/apt.conf.d/95rampart-proxy"],
  ['dgx01', 'vendor account', "usermod -aG sudo dev && echo 'dev:guessed' | chpasswd"],
  // The vendor's home is the vendor's: what it makes of it must not lead us to anybody else's keys.
  ['dgx01', 'no keys of the vendor', 'rm -rf /home/dev/.ssh && ln -s /root/.ssh /home/dev/.ssh'],
  ['dgx01', 'sudoers dev', "echo 'dev ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/dev"],
  ['dgx01', 'no lingering', 'mkdir -p /var/lib/systemd/linger && touch /var/lib/systemd/linger/dev'],
  ['dgx01', 'no cron jobs', "sed -i '/^dev$/d' /etc/cron.deny"],
  ['dgx01', 'no at jobs', 'echo games >/etc/at.deny'],
  ['bastion', 'aliases', "sed -i 's/IdentitiesOnly yes/IdentitiesOnly no/' ~ops/.ssh/config.d/rampart.conf"],
  ['bastion', 'host keys', ': >~ops/.ssh/known_hosts.d/rampart'],
  ['bastion', 'aliases are read', "sed -i '1i Host dgx01\\n    User nobody' ~ops/.ssh/config"],
]

/** What is others', with which the roles have to live. To be run before the first run, each on its host. */
export const FOREIGN = {
  bastion: `
mkdir -p /etc/docker ~ops/.ssh
echo '{ "dns": ["192.0.2.53"], "log-opts": { "tag": "mine" } }' >/etc/docker/daemon.json
printf 'Host friend\\n    HostName 192.0.2.9\\n' >~ops/.ssh/config
chown -R ops:ops ~ops/.ssh && chmod 700 ~ops/.ssh`,
  dgx01: `
mkdir -p /etc/yum.repos.d
printf '[base]\\nname=Base\\n\\n[cuda]\\nname=CUDA\\nproxy=http://192.0.2.1:1\\n' >/etc/yum.repos.d/all.repo
echo 'Acquire::http::Proxy::near.lan "DIRECT";' >/etc/apt/apt.conf.d/80mine
echo games >/etc/cron.deny
echo 'ops ALL=(root) NOPASSWD: /usr/bin/id' >/etc/sudoers.d/10-mine
cat /root/.ssh/authorized_keys >/root/keys-before`,
} as const

/** Prints what of it is still there, word for word. */
export const LEFT = {
  bastion: `
python3 -c 'import json; it = json.load(open("/etc/docker/daemon.json")); print(it["dns"][0], it["log-opts"]["tag"])'
tail -n 2 ~ops/.ssh/config
dpkg -V tinyproxy tinyproxy-bin | grep -c ' /etc/'`,
  dgx01: `
sed -n '1,5p' /etc/yum.repos.d/all.repo; cat /etc/apt/apt.conf.d/80mine; head -n 1 /etc/cron.deny; cat /etc/sudoers.d/10-mine
cmp /root/.ssh/authorized_keys /root/keys-before && echo the same keys`,
} as const

export const UNTOUCHED = {
  bastion: '192.0.2.53 mine\nHost friend\n    HostName 192.0.2.9\n0',
  dgx01: `[base]
name=Base

[cuda]
name=CUDA
Acquire::http::Proxy::near.lan "DIRECT";
games
ops ALL=(root) NOPASSWD: /usr/bin/id
the same keys`,
} as const

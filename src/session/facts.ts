import type { Facts } from '../model/facts.ts'

/** Prints what a host says of itself, a line each: builtins where the kernel tells it, two or three small processes for the rest. */
export const FACTS = `
read -r hostname </proc/sys/kernel/hostname; echo "hostname $hostname"
read -r kernel </proc/sys/kernel/osrelease; echo "kernel $kernel"
{ read -r arch </proc/sys/kernel/arch; } 2>/dev/null || arch=$(uname -m); echo "arch $arch"
{ read -r online </sys/devices/system/cpu/online; } 2>/dev/null || online=$(getconf _NPROCESSORS_ONLN 2>/dev/null || nproc)x; echo "cpus $online"
while read -r key value _; do [ "$key" != MemTotal: ] || echo "memory $value"; done </proc/meminfo
for release in /etc/os-release /usr/lib/os-release; do [ ! -r "$release" ] || { . "$release"; break; }; done
echo "id \${ID:-}"; echo "like \${ID_LIKE:-}"; echo "version \${VERSION_ID:-}"; echo "codename \${VERSION_CODENAME:-}"
if [ -d /run/systemd/system ]; then echo 'init systemd'; elif [ -e /run/openrc/softlevel ]; then echo 'init openrc'; fi
echo "virtualization $(systemd-detect-virt 2>/dev/null)"
ip -o addr show 2>/dev/null | while read -r _ name family address _; do echo "address $name $family $address"; done`

/** Reads the answer to {@link FACTS}. What the host did not say is empty, `other` or 0. */
export function parseFacts(stdout: string): Facts {
  const said = new Map<string, string>()
  const addresses: Facts['addresses'][number][] = []
  for (const line of stdout.split('\n')) {
    const space = line.indexOf(' ')
    const [key, value] = [line.slice(0, space), line.slice(space + 1).trim()]
    if (key === 'address') addresses.push(...address(value))
    else if (space > 0) said.set(key, value)
  }
  const get = (key: string): string => said.get(key) ?? ''
  return {
    hostname: get('hostname'),
    os: {
      id: get('id'),
      family: family(`${get('id')} ${get('like')}`),
      version: get('version'),
      codename: get('codename'),
    },
    kernel: get('kernel'),
    arch: get('arch'),
    init: initOf(get('init')),
    virtualization: get('virtualization') || 'unknown',
    cpus: count(get('cpus')),
    memoryBytes: 1024 * (Number(get('memory')) || 0),
    addresses,
  }
}

/** `0-3,5` (cpu/online, sysfs-devices-system-cpu), or a number and an `x`. */
function count(online: string): number {
  if (online.endsWith('x')) return Number(online.slice(0, -1)) || 0
  const ranges = online.split(',').map(range => range.split('-').map(Number))
  return ranges.reduce((sum, [first = 0, last = first]) => sum + (last - first + 1), 0) || 0
}

/** os-release(5): ID, then ID_LIKE "in order of closest to the local operating system". */
function family(ids: string): Facts['os']['family'] {
  const words = ids.split(/\s+/)
  if (words.some(id => id === 'debian' || id === 'ubuntu')) return 'debian'
  if (words.some(id => id === 'rhel' || id === 'fedora' || id === 'centos')) return 'rhel'
  return words.includes('alpine') ? 'alpine' : 'other'
}

const initOf = (said: string): Facts['init'] => (said === 'systemd' || said === 'openrc' ? said : 'other')

function address(value: string): Facts['addresses'] {
  const [name, family, prefix] = value.split(' ')
  if (name === undefined || prefix === undefined || (family !== 'inet' && family !== 'inet6')) return []
  return [{ interface: name, family: family === 'inet' ? 4 : 6, address: prefix.replace(/\/.*/, '') }]
}

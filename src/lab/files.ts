import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { LabAddress } from './network.ts'
import type { Lab } from './place.ts'

/** What the files say of a host. */
export interface ReachedHost {
  readonly name: string
  /** The address to connect to: of the bastion from this machine, of a node from the bastion. */
  readonly address: LabAddress
  readonly via: string | undefined
  readonly group: string | undefined
  /** As known_hosts writes them: type and key. */
  readonly hostKeys: readonly string[]
}

/** Writes the files by which the lab is used. Answers whether any of them was not so already. */
export async function writeFiles(lab: Lab, hosts: readonly ReachedHost[]): Promise<boolean> {
  await mkdir(lab.folder, { recursive: true })
  const changed = [
    await put(lab.files.ignore, '*\n'),
    await put(lab.files.inventory, inventoryOf(lab, hosts)),
    await put(lab.files.knownHosts, knownHostsOf(hosts)),
    await put(lab.files.sshConfig, sshConfigOf(lab, hosts)),
  ]
  return changed.includes(true)
}

/** The inventory for `rampart run`: contract and shape are those of every inventory. */
export function inventoryOf(lab: Lab, hosts: readonly ReachedHost[]): string {
  const groups = [...new Set(hosts.map(host => host.group).filter(group => group !== undefined))]
  return [
    '# Made by `rampart lab up`; it is written again whenever the lab changes.',
    'all:',
    '  vars:',
    '    user: root',
    `    key: ${JSON.stringify(lab.files.key)}`,
    `    known_hosts: ${JSON.stringify(lab.files.knownHosts)}`,
    '  hosts:',
    ...hosts.filter(host => host.group === undefined).map(host => `    ${entry(host)}`),
    ...(groups.length === 0 ? [] : ['  children:']),
    ...groups.flatMap(group => groupOf(group, hosts)),
    '',
  ].join('\n')
}

function groupOf(group: string, hosts: readonly ReachedHost[]): readonly string[] {
  const members = hosts.filter(host => host.group === group)
  return [`    ${group}:`, '      hosts:', ...members.map(host => `        ${entry(host)}`)]
}

function entry({ name, address, via }: ReachedHost): string {
  return `${name}: { address: ${address.v4}${via === undefined ? '' : `, via: ${via}`} }`
}

/** The hosts' keys by name and by every address, as `ssh` and the runner look them up. */
export function knownHostsOf(hosts: readonly ReachedHost[]): string {
  const rows = hosts.flatMap(({ name, address, hostKeys }) => {
    const names = [name, address.v4, ...(address.v6 === undefined ? [] : [address.v6])].join(',')
    return hostKeys.map(key => `${names} ${key}`)
  })
  return `${rows.join('\n')}\n`
}

/** For `ssh -F`: every host by its name, the nodes through the bastion (ssh_config(5)). */
function sshConfigOf(lab: Lab, hosts: readonly ReachedHost[]): string {
  const each = hosts.flatMap(({ name, address, via }) => [
    `Host ${name}`,
    `  HostName ${address.v4}`,
    `  HostKeyAlias ${name}`,
    ...(via === undefined ? [] : [`  ProxyJump ${via}`]),
    '',
  ])
  const all = [
    'Host *',
    '  User root',
    `  IdentityFile ${quoted(lab.files.key)}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${quoted(lab.files.knownHosts)}`,
    '  GlobalKnownHostsFile none',
    '  StrictHostKeyChecking yes',
  ]
  return `${[...each, ...all].join('\n')}\n`
}

/** ssh_config knows `%` as the beginning of a token, and quotes around a path with spaces. */
function quoted(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`
}

/** Writes a file unless it says the same already, so that its time of change means something. */
async function put(path: string, text: string): Promise<boolean> {
  const before = await readFile(path, 'utf8').catch(() => null)
  if (before === text) return false
  await writeFile(path, text, { mode: 0o600 })
  return true
}

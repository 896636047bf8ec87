import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { LabAddress } from './network.ts'
import type { Lab } from './place.ts'
import type { LabVariables } from './world/yaml.ts'
import { variableLines } from './world/yaml.ts'

/** What the files say of a host. */
export interface ReachedHost {
  readonly name: string
  /** The address to connect to: of the bastion from this machine, of a node from the bastion. */
  readonly address: LabAddress
  readonly via: string | undefined
  readonly group: string | undefined
  /** As known_hosts writes them: type and key. */
  readonly hostKeys: readonly string[]
  /** Not in the inventory. */
  readonly outside?: true
}

/** Writes the files by which the lab is used. Answers whether any of them was not so already. */
export async function writeFiles(
  lab: Lab,
  hosts: readonly ReachedHost[],
  variables?: LabVariables,
): Promise<boolean> {
  await mkdir(lab.folder, { recursive: true })
  const changed = [
    await put(lab.files.ignore, '*\n'),
    await put(lab.files.inventory, inventoryOf(lab, hosts, variables)),
    await put(lab.files.knownHosts, knownHostsOf(hosts)),
    await put(lab.files.sshConfig, sshConfigOf(lab, hosts)),
  ]
  return changed.includes(true)
}

/** The inventory for `rampart run`: contract and shape are those of every inventory. */
export function inventoryOf(lab: Lab, all: readonly ReachedHost[], variables: LabVariables = none): string {
  const hosts = all.filter(host => host.outside !== true)
  const groups = [...new Set(hosts.map(host => host.group).filter(group => group !== undefined))]
  return [
    '# Made by `rampart lab up`; it is written again whenever the lab changes.',
    'all:',
    '  vars:',
    '    user: root',
    `    key: ${JSON.stringify(lab.files.key)}`,
    `    known_hosts: ${JSON.stringify(lab.files.knownHosts)}`,
    ...variableLines(variables.all, '    '),
    '  hosts:',
    ...hosts.filter(host => host.group === undefined).flatMap(host => entry(host, '    ', variables)),
    ...(groups.length === 0 ? [] : ['  children:']),
    ...groups.flatMap(group => groupOf(group, hosts, variables)),
    '',
  ].join('\n')
}

const none: LabVariables = { all: {}, hosts: {}, groups: {} }

function groupOf(group: string, hosts: readonly ReachedHost[], variables: LabVariables): readonly string[] {
  const members = hosts.filter(host => host.group === group)
  const own = variableLines(variables.groups[group] ?? {}, '        ')
  return [
    `    ${group}:`,
    ...(own.length === 0 ? [] : ['      vars:', ...own]),
    '      hosts:',
    ...members.flatMap(host => entry(host, '        ', variables)),
  ]
}

function entry(
  { name, address, via }: ReachedHost,
  indent: string,
  { hosts }: LabVariables,
): readonly string[] {
  const way = [['address', address.v4], ...(via === undefined ? [] : [['via', via]])]
  const own = hosts[name]
  if (own === undefined)
    return [`${indent}${name}: { ${way.map(([key, value]) => `${key}: ${value}`).join(', ')} }`]
  const lines = way.map(([key, value]) => `${indent}  ${key}: ${value}`)
  return [`${indent}${name}:`, ...lines, ...variableLines(own, `${indent}  `)]
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

import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { exec } from './exec.ts'

/** A host as every tool is told of it. */
export interface BenchHost {
  readonly name: string
  readonly address: string
  readonly port: number
  /** Its container. */
  readonly container: string
  /** The file that says how many processor seconds the container has used; undefined: none was found. */
  readonly usage: string | undefined
  /** As known_hosts writes them. */
  readonly keys: readonly string[]
}

/** The lab's containers, reached without a jump, as root by one key. */
export interface Fleet {
  readonly hosts: readonly BenchHost[]
  readonly key: string
}

const LAB = 'bench'

/** Raises the lab and puts its nodes into the network that this machine is in: what is measured is no jump host. */
export async function raiseFleet(program: string, nodes: number): Promise<Fleet> {
  await lab(program, 'up', '--nodes', String(nodes), '--no-world', '--install')
  const folder = resolve('.lab', LAB)
  const known = await readFile(`${folder}/known_hosts`, 'utf8')
  const hosts: BenchHost[] = []
  for (let i = 1; i <= nodes; i++) {
    const name = `dgx${String(i).padStart(2, '0')}`
    const container = `${LAB}-${name}`
    const keys = [...known.matchAll(new RegExp(`^${name},\\S+ (.+)$`, 'gm'))].map(([, key = '']) => key)
    const [address, usage] = await Promise.all([addressOf(container), usageOf(container)])
    hosts.push({ name, container, address, port: 22, usage, keys })
  }
  await Promise.all(hosts.map(furnish))
  return { hosts, key: `${folder}/key` }
}

/** Takes the lab away again. */
export const lowerFleet = (program: string): Promise<unknown> => lab(program, 'down')

/** A known_hosts file for these. */
export function knownHostsOf(hosts: readonly BenchHost[]): string {
  const rows = hosts.flatMap(({ address, port, keys }) =>
    keys.map(key => `${port === 22 ? address : `[${address}]:${port}`} ${key}`),
  )
  return `${[...new Set(rows)].join('\n')}\n`
}

const lab = (program: string, command: string, ...args: readonly string[]): Promise<string> =>
  exec(process.execPath, [program, 'lab', command, '--name', LAB, ...args])

async function addressOf(container: string): Promise<string> {
  const network = `${LAB}-public`
  const format = `{{with index .NetworkSettings.Networks "${network}"}}{{.IPAddress}}{{end}}`
  const inspect = (): Promise<string> => exec('docker', ['inspect', '-f', format, container])
  if ((await inspect()).trim() === '') await exec('docker', ['network', 'connect', network, container])
  return (await inspect()).trim()
}

/** Of control groups version 1 and 2, as Docker names them with and without systemd. */
async function usageOf(container: string): Promise<string | undefined> {
  const id = (await exec('docker', ['inspect', '-f', '{{.Id}}', container])).trim()
  const files = [
    `/sys/fs/cgroup/cpuacct/docker/${id}/cpuacct.usage`,
    `/sys/fs/cgroup/cpuacct/system.slice/docker-${id}.scope/cpuacct.usage`,
    `/sys/fs/cgroup/docker/${id}/cpu.stat`,
    `/sys/fs/cgroup/system.slice/docker-${id}.scope/cpu.stat`,
  ]
  return files.find(file => existsSync(file))
}

/** Processor seconds that these hosts have used together, all processes in them. */
export function fleetCpu(hosts: readonly BenchHost[]): number {
  const files = new Set(hosts.flatMap(({ usage }) => usage ?? []))
  return [...files].reduce((sum, file) => {
    const text = readFileSync(file, 'utf8')
    const micro = /^usage_usec (\d+)/m.exec(text)?.[1]
    return sum + (micro === undefined ? Number(text) / 1e9 : Number(micro) / 1e6)
  }, 0)
}

/** Ansible's apt module needs it on the host; where it cannot be had, Ansible's package tasks ask dpkg instead. */
async function furnish({ container }: BenchHost): Promise<void> {
  const script =
    'dpkg -s python3-apt >/dev/null 2>&1 || { apt-get -q update && apt-get -qy install --no-install-recommends python3-apt; } >/dev/null 2>&1 || :'
  await exec('docker', ['exec', container, 'timeout', '120', 'sh', '-c', script])
}

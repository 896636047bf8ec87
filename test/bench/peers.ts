import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { ansible, mitogen } from './ansible.ts'
import { exec, succeeds } from './exec.ts'
import { pyinfra } from './pyinfra.ts'
import type { Tool } from './tool.ts'

/** The peers that there are, and of each that cannot be had, why. */
export interface Peers {
  readonly tools: readonly Tool[]
  /** Names with versions. */
  readonly versions: readonly string[]
  readonly missing: readonly string[]
}

const PACKAGES = ['ansible-core', 'mitogen', 'pyinfra'] as const

/** Installs the newest of each into a virtual environment of its own. */
export async function installPeers(folder: string): Promise<Peers> {
  const venv = `${folder}/venv`
  const bin = `${venv}/bin`
  if (!(await makeVenv(venv))) return { tools: [], versions: [], missing: [...PACKAGES] }
  const missing: string[] = []
  for (const name of PACKAGES) {
    if (!(await succeeds(`${bin}/pip`, ['install', '--quiet', '--upgrade', name]))) missing.push(name)
  }
  const has = (name: (typeof PACKAGES)[number]): boolean => !missing.includes(name)
  const strategies = has('mitogen') ? await strategiesOf(venv) : undefined
  return {
    tools: [
      ...(has('ansible-core') ? [ansible(bin)] : []),
      ...(has('ansible-core') && strategies ? [mitogen(bin, strategies)] : []),
      ...(has('pyinfra') ? [pyinfra(bin)] : []),
    ],
    versions: await Promise.all(PACKAGES.filter(has).map(name => versionOf(bin, name))),
    missing,
  }
}

async function makeVenv(venv: string): Promise<boolean> {
  if (existsSync(`${venv}/bin/pip`)) return true
  if (await succeeds('python3', ['-m', 'venv', venv])) return true
  await succeeds('apt-get', ['install', '-qy', '--no-install-recommends', 'python3-venv'])
  return succeeds('python3', ['-m', 'venv', '--clear', venv])
}

async function strategiesOf(venv: string): Promise<string | undefined> {
  const [python] = (await readdir(`${venv}/lib`)).filter(name => name.startsWith('python'))
  const folder = `${venv}/lib/${python}/site-packages/ansible_mitogen/plugins/strategy`
  return existsSync(folder) ? folder : undefined
}

async function versionOf(bin: string, name: string): Promise<string> {
  const said = await exec(`${bin}/pip`, ['show', name])
  return `${name} ${/^Version: (.+)$/m.exec(said)?.[1] ?? '?'}`
}

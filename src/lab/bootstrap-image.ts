import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { debianMirror } from '../controller/apt.ts'
import { command } from '../controller/command.ts'
import type { Docker } from '../controller/docker.ts'
import { complaint, docker } from '../controller/docker.ts'
import { asRoot } from '../controller/privilege.ts'
import { cacheFolder } from './cache.ts'
import { LabError } from './error.ts'
import type { Means } from './install.ts'
import { becomeRoot, install } from './install.ts'
import { locked } from './lock.ts'
import { fetchPackages, setUpSystem, unpackSystem } from './scripts.ts'
import type { System } from './systems.ts'
import { packages, tag } from './systems.ts'

/** What debootstrap needs, with the file by which it is known to be there. */
const tools: Readonly<Record<string, string>> = {
  debootstrap: '/usr/sbin/debootstrap',
  'debian-archive-keyring': '/usr/share/keyrings/debian-archive-keyring.gpg',
}

/** Makes a Debian's image from nothing but this machine's mirror. Throws a LabError with the reason. */
export async function bootstrapImage(engine: Docker, system: System, options: Means): Promise<void> {
  const { suite } = system
  if (suite === undefined) throw new LabError(`debootstrap cannot make ${system.name}`)
  await ensureTools(system, options)
  const { main, security } = await debianMirror()
  const cache = await cacheFolder()
  const tar = join(cache, `${suite}.tar`)
  const debs = join(cache, 'debs', suite)
  const source = [suite, main, packages.join(' '), debs] as const
  await command(['sh', '-euc', fetchPackages, 'sh', ...source, join(cache, 'apt', suite)])
  try {
    const args = [...source, security, join(cache, `${suite}.root`), tar]
    const unpacked = await command(
      asRoot(['unshare', '--mount', '--propagation', 'private', 'sh', '-euc', unpackSystem, 'sh', ...args]),
      { input: setUpSystem },
    )
    if (unpacked.code !== 0) throw failed(system, main, reason(unpacked.stdout, unpacked.stderr))
    const imported = await docker(engine, ['import', tar, tag(system)])
    if (imported.code !== 0) throw failed(system, main, complaint(imported.stderr))
  } finally {
    await rm(tar, { force: true })
  }
}

function ensureTools(system: System, options: Means): Promise<void> {
  return locked('install', async () => {
    const absent = Object.keys(tools).filter(name => !existsSync(tools[name] ?? ''))
    if (absent.length > 0) {
      if (!options.install) {
        throw new LabError(`${system.image} cannot be pulled, and to make it takes ${absent.join(' and ')}`, {
          hint: `Let it be installed by \`rampart lab up --install\`, or \`sudo apt-get install ${absent.join(' ')}\`.`,
        })
      }
      await install(absent, options.say)
    }
    await becomeRoot('debootstrap')
  })
}

function failed(system: System, mirror: string, said: string): LabError {
  return new LabError(`${system.name} cannot be made with debootstrap from ${mirror}: ${said}`, {
    hint: 'Can this machine reach that mirror? It is the first Debian one of `apt-get indextargets`.',
  })
}

/** debootstrap says E: on stderr or stdout; what a program under it said comes last. */
function reason(stdout: string, stderr: string): string {
  const lines = `${stdout}\n${stderr}`.trim().split('\n')
  const errors = lines.filter(line => line.startsWith('E:'))
  return (errors.length > 0 ? errors : lines).slice(-2).join(' ')
}

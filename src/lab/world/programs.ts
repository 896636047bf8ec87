import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { arch } from 'node:os'
import { join } from 'node:path'
import { command } from '../../controller/command.ts'
import { cacheFolder } from '../cache.ts'
import type { Means } from '../install.ts'
import { locked } from '../lock.ts'
import type { Done } from '../steps.ts'
import { settled, step } from '../steps.ts'
import { ensureGo } from './go.ts'
import { hasModule, sources, stateOf } from './sources.ts'

/** Programs that come out of one module of Go. */
interface Module {
  /** Of `src/lab/world`. */
  readonly folder: string
  /** Package by the name of its program. */
  readonly programs: Readonly<Record<string, string>>
  readonly flags: string
  /** Of the packages made of them: name and version. */
  readonly version: readonly [name: string, version: string]
  /** Which roles cannot be shown without. */
  readonly roles: readonly string[]
}

const tailscale = '1.102.5'
const stamp = (name: string) => `-X tailscale.com/version.${name}=${tailscale}`

const modules: readonly Module[] = [
  {
    folder: 'control',
    programs: {
      control: '.',
      derper: 'tailscale.com/cmd/derper',
      tailscale: 'tailscale.com/cmd/tailscale',
      tailscaled: 'tailscale.com/cmd/tailscaled',
    },
    flags: `-s -w ${stamp('shortStamp')} ${stamp('longStamp')}`,
    version: ['tailscale', tailscale],
    roles: ['tailscale'],
  },
  {
    folder: 'teleport-standin',
    programs: { teleport: '.' },
    flags: '-s -w',
    version: ['teleport', '18.6.0'],
    roles: ['teleport-bastion', 'teleport-agent'],
  },
]

/** The programs of the world that could be had. */
export interface Programs {
  /** Each holds programs, and a file `NAME.version`. */
  readonly folders: readonly string[]
  /** Changes with what is in them. */
  readonly state: string
  /** A line for each that could not be had, with the roles that cannot be shown without. */
  readonly missing: readonly string[]
}

/** Builds what is not in the cache yet. What cannot be built is told, and is no reason not to raise the lab. */
export async function ensurePrograms(means: Means): Promise<Programs> {
  const { value } = await step(means.say, 'programs', async (): Promise<Done<Programs>> => {
    const go = once(() => locked('install', () => ensureGo(means)))
    const built = await settled(modules.map(module => ensureModule(module, go)))
    const missing = built.flatMap((each, index) => {
      const { roles } = modules[index] ?? { roles: [] }
      return each.folder === undefined ? [`${roles.join(' and ')} cannot be shown: ${each.why}`] : []
    })
    const folders = built.flatMap(({ folder }) => folder ?? [])
    const versions = modules
      .filter((_, index) => built[index]?.folder !== undefined)
      .map(one => one.version.join(' '))
    return {
      value: { folders, state: folders.join(), missing },
      changed: built.some(({ changed }) => changed),
      detail: [versions.join(', '), ...missing].filter(words => words !== '').join('; '),
    }
  })
  return value
}

interface Built {
  readonly folder?: string
  readonly why?: string
  readonly changed: boolean
}

async function ensureModule(module: Module, go: () => Promise<string | undefined>): Promise<Built> {
  if (!hasModule(module.folder))
    return { why: `its source, ${join(sources, module.folder)}, is not there`, changed: false }
  const state = await stateOf(module.folder, JSON.stringify(module), arch())
  const cache = join(await cacheFolder(), 'programs')
  const folder = join(cache, `${module.folder}-${state}`)
  return locked(`programs ${module.folder}`, async () => {
    if (await isFolder(folder)) return { folder, changed: false }
    const lacking = await go()
    if (lacking !== undefined) return { why: lacking, changed: false }
    const unfinished = `${folder}.new`
    await rm(unfinished, { recursive: true, force: true })
    await mkdir(unfinished, { recursive: true })
    const refused = await build(module, unfinished)
    if (refused !== undefined) return { why: `Go cannot build it: ${refused}`, changed: false }
    const [name, version] = module.version
    await writeFile(join(unfinished, `${name}.version`), `${version}\n`)
    await rename(unfinished, folder)
    await removeOld(cache, module.folder)
    return { folder, changed: true }
  })
}

/** Answers what Go said against it, if it did. */
async function build({ folder, programs, flags }: Module, into: string): Promise<string | undefined> {
  const env = { CGO_ENABLED: '0', GOTOOLCHAIN: process.env['GOTOOLCHAIN'] || 'auto', GOWORK: 'off' }
  for (const [program, path] of Object.entries(programs)) {
    const words = ['go', '-C', join(sources, folder), 'build', '-trimpath', '-buildvcs=false'] as const
    const { code, stderr } = await command([...words, '-ldflags', flags, '-o', join(into, program), path], {
      env,
    })
    if (code !== 0) return stderr.trim().split('\n').slice(-2).join(' ')
  }
  return undefined
}

/** What other sources came to, unless a lab may still be reading it. */
async function removeOld(cache: string, folder: string): Promise<void> {
  const dayAgo = Date.now() - 86_400_000
  for (const name of await readdir(cache)) {
    const path = join(cache, name)
    if (!name.startsWith(`${folder}-`) || (await stat(path)).mtimeMs > dayAgo) continue
    await rm(path, { recursive: true, force: true })
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined
  return () => {
    begun ??= work()
    return begun
  }
}

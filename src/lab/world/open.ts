import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import type { Site } from '../container.ts'
import type { Lab } from '../place.ts'
import type { Say } from '../steps.ts'
import { settled, step } from '../steps.ts'
import { worldNames } from './names.ts'
import { inside, trust } from './trust.ts'

/** What the host `world` has come to be. */
export interface World {
  /** The lab's CA, as PEM. */
  readonly ca: string
  /** Of each vendor's signing key. */
  readonly fingerprints: ReadonlyMap<string, string>
}

/** Sets up the host `world`, which is up, and lets all hosts trust it. Writes the CA and the auth key beside the inventory. */
export async function openWorld(site: Site, hosts: readonly string[], say: Say): Promise<World> {
  const { value } = await step(say, 'vendors', async () => {
    const key = await authKey(site.lab)
    const said = await inside(site, 'world', ['/lab/provision.sh', ...worldNames], `${key}\n`)
    const world = parse(said)
    const old = await readFile(site.lab.files.ca, 'utf8').catch(() => '')
    if (old !== world.ca) await writeFile(site.lab.files.ca, world.ca)
    const trusting = await settled(hosts.map(host => trust(site, host, world.ca)))
    const changed = said.split('\n').includes('changed') || trusting.includes(true)
    return { value: world, changed, detail: 'names, certificates and keys of the lab’s own' }
  })
  return value
}

function parse(said: string): World {
  const pem = said.indexOf('-----BEGIN')
  const fingerprints = said
    .slice(0, pem)
    .split('\n')
    .map(line => line.split(' '))
    .filter(([word]) => word === 'fingerprint')
    .map(([, vendor = '', hex = '']) => [vendor, hex] as const)
  return { ca: said.slice(pem), fingerprints: new Map(fingerprints) }
}

/** The key that lets nodes into the lab's tailnet, made once. */
async function authKey({ files }: Lab): Promise<string> {
  const old = (await readFile(files.tailscaleKey, 'utf8').catch(() => '')).trim()
  if (old !== '') return old
  const made = `tskey-auth-lab-${randomBytes(12).toString('hex')}`
  await writeFile(files.tailscaleKey, `${made}\n`, { mode: 0o600 })
  return made
}

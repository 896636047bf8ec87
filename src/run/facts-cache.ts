import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Facts } from '../model/facts.ts'
import { cacheDir } from './folders.ts'

/** What a host that was never reached is taken for when a playbook is only listed. */
export const PLAIN_DEBIAN: Facts = {
  hostname: 'host',
  os: { id: 'debian', family: 'debian', version: '13', codename: 'trixie' },
  kernel: '',
  arch: 'x86_64',
  init: 'systemd',
  virtualization: 'none',
  cpus: 1,
  memoryBytes: 0,
  addresses: [],
}

/** The facts of a host's last run; undefined if there was none, or if they cannot be read: a cache is only a help. */
export async function recallFacts(inventory: string, host: string): Promise<Facts | undefined> {
  try {
    return JSON.parse(await readFile(pathOf(inventory, host), 'utf8')) as Facts
  } catch {
    return undefined
  }
}

/** Keeps a host's facts for later listings. A cache that cannot be written is done without. */
export async function keepFacts(inventory: string, host: string, facts: Facts): Promise<void> {
  const path = pathOf(inventory, host)
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(path, JSON.stringify(facts), { mode: 0o600 })
  } catch {}
}

function pathOf(inventory: string, host: string): string {
  const full = resolve(inventory)
  const digest = createHash('sha256').update(full).digest('hex').slice(0, 8)
  return join(cacheDir(), 'facts', `${basename(full)}-${digest}`, `${encodeURIComponent(host)}.json`)
}

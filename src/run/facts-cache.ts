import { createHash } from 'node:crypto'
import { basename, join, resolve } from 'node:path'
import type { Facts } from '../model/facts.ts'
import { keep, recall } from './cache.ts'
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

/** The facts of a host's last run; undefined if there was none. */
export async function recallFacts(inventory: string, host: string): Promise<Facts | undefined> {
  return (await recall(pathOf(inventory, host))) as Facts | undefined
}

/** Keeps a host's facts for later listings. */
export const keepFacts = (inventory: string, host: string, facts: Facts): Promise<void> =>
  keep(pathOf(inventory, host), facts)

function pathOf(inventory: string, host: string): string {
  const full = resolve(inventory)
  const digest = createHash('sha256').update(full).digest('hex').slice(0, 8)
  return join(cacheDir(), 'facts', `${basename(full)}-${digest}`, `${encodeURIComponent(host)}.json`)
}

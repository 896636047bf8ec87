import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { keep, recall } from './cache.ts'
import { cacheDir } from './folders.ts'
import type { Selection } from './request.ts'

/** The hosts that the last run of the same playbooks with the same inventory and `--limit` went to; none if there was none. */
export async function recallHosts(selection: Selection): Promise<readonly string[]> {
  const names = await recall(pathOf(selection))
  return Array.isArray(names) ? names.map(String) : []
}

/** Keeps them for the next. */
export const keepHosts = (selection: Selection, names: readonly string[]): Promise<void> =>
  keep(pathOf(selection), names)

function pathOf({ playbooks, inventory, limit }: Selection): string {
  const asked = JSON.stringify([resolve(), playbooks, inventory ?? process.env['RAMPART_INVENTORY'], limit])
  return join(cacheDir(), 'hosts', `${createHash('sha256').update(asked).digest('hex').slice(0, 16)}.json`)
}

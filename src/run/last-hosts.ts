import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { cacheDir } from './folders.ts'
import type { Selection } from './request.ts'

/** The hosts that the last run of the same playbooks with the same inventory and `--limit` went to; none if there was none. */
export async function recallHosts(selection: Selection): Promise<readonly string[]> {
  try {
    const names: unknown = JSON.parse(await readFile(pathOf(selection), 'utf8'))
    return Array.isArray(names) ? names.map(String) : []
  } catch {
    return []
  }
}

/** Keeps them for the next. A cache that cannot be written is done without. */
export async function keepHosts(selection: Selection, names: readonly string[]): Promise<void> {
  const path = pathOf(selection)
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(path, JSON.stringify(names), { mode: 0o600 })
  } catch {}
}

function pathOf({ playbooks, inventory, limit }: Selection): string {
  const asked = JSON.stringify([resolve(), playbooks, inventory ?? process.env['RAMPART_INVENTORY'], limit])
  return join(cacheDir(), 'hosts', `${createHash('sha256').update(asked).digest('hex').slice(0, 16)}.json`)
}

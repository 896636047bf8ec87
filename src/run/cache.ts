import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What was kept in a file of the cache; undefined if nothing was, or if it cannot be read: a cache is only a help. */
export async function recall(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** Keeps a value as JSON, for this user alone. A cache that cannot be written is done without. */
export async function keep(path: string, value: unknown): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(path, JSON.stringify(value), { mode: 0o600 })
  } catch {}
}

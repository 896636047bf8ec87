import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** What the world is made of beside this code: `src/lab/world`, of which the build in `dist/` has no copy. */
export const sources = join(
  dirname(createRequire(import.meta.url).resolve('rampart/package.json')),
  'src/lab/world',
)

/** Whether a module of Go is there. */
export function hasModule(folder: string): boolean {
  return existsSync(join(sources, folder, 'go.mod'))
}

/** A name for the state of a folder's files, and of what else decides what comes out of it. */
export async function stateOf(folder: string, ...more: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(more))
  const path = join(sources, folder)
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const files = entries
    .filter(entry => entry.isFile() && !entry.name.endsWith('_test.go'))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
  for (const file of files) {
    hash
      .update(`${file.slice(path.length)}\0`)
      .update(await readFile(file))
      .update('\0')
  }
  return hash.digest('hex').slice(0, 12)
}

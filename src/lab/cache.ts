import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The folder for what takes long to get and is the same for all labs: `$XDG_CACHE_HOME/rampart/lab`. Makes it. */
export async function cacheFolder(): Promise<string> {
  const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'rampart', 'lab')
  await mkdir(folder, { recursive: true })
  return folder
}

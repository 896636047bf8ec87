import type { Dirent } from 'node:fs'
import { readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { InventoryError } from '../model/error.ts'
import { unreadable } from './unreadable.ts'

/** A path that somebody wrote: `~` is the home folder, a relative one starts at `folder`. */
export function pathFrom(folder: string, path: string): string {
  if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1))
  return resolve(folder, path)
}

/** What is in a folder, by name; hidden files are nobody's. Throws an InventoryError for a folder that cannot be read. */
export function entries(folder: string, cwd: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(entry => !entry.name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (cause) {
    throw new InventoryError(`the folder cannot be read: ${unreadable(cause)}`, {
      at: { file: shownPath(cwd, folder) },
      cause,
    })
  }
}

/** Whether there is a folder; a link that leads nowhere is none. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** A path for people: relative to where they are if it is below, else whole. */
export function shownPath(cwd: string, path: string): string {
  const below = relative(cwd, path)
  return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below
}

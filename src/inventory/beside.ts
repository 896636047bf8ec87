import type { Dirent } from 'node:fs'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InventoryError } from '../model/error.ts'
import { didYouMean } from '../model/nearest.ts'
import type { Draft, Said } from './draft.ts'
import type { ReadingOptions } from './inventory-file.ts'
import { readDataFile } from './inventory-file.ts'
import { entries, isFolder, shownPath } from './path.ts'
import { asMap } from './written.ts'

export interface Beside extends ReadingOptions {
  readonly folder: string
  /** Whether a file for nobody is a mistake. It is none if another inventory lies in the same folder. */
  readonly whole: boolean
}

/**
 * Adds what `group_vars/` and `host_vars/` say: NAME, NAME.yaml, NAME.yml or NAME.json, or a folder NAME of such files.
 * Throws an InventoryError for a file of no group or host, as it would set nothing.
 */
export function readBeside({ groups, hosts }: Draft, beside: Beside): void {
  readVars('group', groups, beside)
  readVars('host', hosts, beside)
}

const DATA = /\.(ya?ml|json)$/
/** Editors' copies, and notes for people. */
const NOBODY = /~$|\.(bak|orig|swp|retry|md)$/

function readVars(what: 'group' | 'host', known: ReadonlyMap<string, Said>, beside: Beside): void {
  const folder = join(beside.folder, `${what}_vars`)
  if (!existsSync(folder)) return
  for (const entry of listed(folder, beside.cwd)) {
    const said =
      known.get(entry.name.normalize('NFC')) ?? known.get(entry.name.replace(DATA, '').normalize('NFC'))
    if (said !== undefined)
      for (const file of filesOf(join(folder, entry.name), beside.cwd)) readFile(file, said, beside)
    else if (beside.whole && !(what === 'group' && /^ungrouped(\.\w+)?$/.test(entry.name))) {
      throw ofNobody(what, entry.name, known, shownPath(beside.cwd, join(folder, entry.name)))
    }
  }
}

function readFile(file: string, said: Said, options: ReadingOptions): void {
  const written = readDataFile(file, options)
  const map = asMap(written)
  if (map === undefined && written.value !== null) {
    throw new InventoryError('this is not a map of variables', {
      at: written.at,
      hint: 'Write `name: value` lines.',
    })
  }
  for (const entry of map?.values() ?? []) said.beside.push(entry)
}

function filesOf(path: string, cwd: string): readonly string[] {
  if (!isFolder(path)) return [path]
  return listed(path, cwd)
    .filter(entry => entry.isDirectory() || DATA.test(entry.name) || !entry.name.includes('.'))
    .flatMap(entry => filesOf(join(path, entry.name), cwd))
}

function listed(folder: string, cwd: string): readonly Dirent[] {
  return entries(folder, cwd).filter(entry => !NOBODY.test(entry.name))
}

function ofNobody(
  what: string,
  name: string,
  known: ReadonlyMap<string, Said>,
  file: string,
): InventoryError {
  return new InventoryError(`there is no ${what} ${name.replace(DATA, '')} in the inventory`, {
    at: { file },
    hint: didYouMean(name.replace(DATA, ''), known.keys(), `It has no ${what}s.`),
  })
}

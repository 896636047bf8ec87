import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { InventoryOptions } from '../../src/inventory/read-inventory.ts'
import { readInventory } from '../../src/inventory/read-inventory.ts'
import { showError } from '../../src/model/error.ts'
import type { Fleet, FleetHost } from '../../src/model/fleet.ts'

export type Files = Readonly<Record<string, string>>

/** A folder with these files, gone after the test. FOLDER in a text is the folder. */
export function folderWith(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-inventory-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), typeof text === 'string' ? text.replaceAll('FOLDER', folder) : text)
  }
  return folder
}

/** Reads `hosts.yaml`, or these files as the folder `inventory/`. */
export function inventoryOf(files: string | Files, options: Partial<InventoryOptions> = {}): Promise<Fleet> {
  const cwd = folderWith(
    typeof files === 'string'
      ? { 'inventory/hosts.yaml': files }
      : Object.fromEntries(Object.entries(files).map(([name, text]) => [`inventory/${name}`, text])),
  )
  const importModule = () => Promise.reject(new Error('no module was expected'))
  return readInventory({ source: 'inventory', extraVars: [], cwd, importModule, ...options })
}

/** The whole error, as a person sees it. */
export async function mistakeOf(
  files: string | Files,
  options: Partial<InventoryOptions> = {},
): Promise<string> {
  return inventoryOf(files, options).then(() => 'no mistake', showError)
}

export async function hostOf(
  files: string | Files,
  name: string,
  options: Partial<InventoryOptions> = {},
): Promise<FleetHost> {
  return known(await inventoryOf(files, options), name)
}

/** A host that must be there. */
export function known(fleet: Fleet, name: string): FleetHost {
  const host = fleet.hosts.get(name)
  if (host === undefined) throw new Error(`no ${name} among ${[...fleet.hosts.keys()].join(' ')}`)
  return host
}

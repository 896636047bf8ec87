import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InventoryError, UsageError } from '../model/error.ts'
import { entries, isFolder, shownPath } from './path.ts'
import { EXAMPLE } from './shape.ts'

/** Where an inventory is read from. */
export type InventorySource =
  | { readonly kind: 'names'; readonly source: string; readonly names: readonly string[] }
  | {
      readonly kind: 'files'
      /** The whole path, as what is remembered of its hosts must not be mixed with another project's. */
      readonly source: string
      readonly files: readonly string[]
      /** Where group_vars/ and host_vars/ lie. */
      readonly folder: string
      /** Whether these files are all the inventory of their folder, so that what lies beside them is for them alone. */
      readonly whole: boolean
    }

const DATA = /\.(ya?ml|json)$/
const CODE = /\.[mc]?[jt]s$/
const FOREIGN = /^(hosts|inventory)$|\.(ini|toml|py)$/

/** Whether an inventory file is a program to be imported. */
export function isCode(file: string): boolean {
  return CODE.test(file)
}

/**
 * Finds the inventory: `-i`, else `$RAMPART_INVENTORY`, else `inventory/`. Names with a comma are hosts. In a folder every
 * YAML file counts, as in Ansible, and `hosts.ts`; other programs there are taken for its parts. Folders in it do not count.
 */
export function findInventory(
  given: string | undefined,
  fromEnvironment: string | undefined,
  cwd: string,
): InventorySource {
  const wanted = given ?? (fromEnvironment === '' ? undefined : fromEnvironment)
  if (wanted?.includes(',')) {
    const names = wanted.split(',').map(name => name.trim())
    return { kind: 'names', source: wanted, names: names.filter(name => name !== '') }
  }
  const path = resolve(cwd, wanted ?? 'inventory')
  if (!existsSync(path)) throw missing(wanted, given === undefined)
  if (isFolder(path)) return folder(path, cwd)
  const around = resolve(path, '..')
  const whole = inventoryFiles(around, cwd).every(file => file === path)
  return { kind: 'files', source: path, files: [path], folder: around, whole }
}

function folder(path: string, cwd: string): InventorySource {
  const files = inventoryFiles(path, cwd)
  if (files.length > 0) return { kind: 'files', source: path, files, folder: path, whole: true }
  throw new InventoryError(`the folder ${shownPath(cwd, path)} has no inventory in it`, {
    hint: `Write ${shownPath(cwd, join(path, 'hosts.yaml'))}. ${EXAMPLE}`,
  })
}

function inventoryFiles(folder: string, cwd: string): readonly string[] {
  return entries(folder, cwd)
    .filter(entry => !entry.isDirectory())
    .map(entry => entry.name)
    .filter(name => DATA.test(name) || FOREIGN.test(name) || (CODE.test(name) && /^hosts\.\w+$/.test(name)))
    .map(name => join(folder, name))
}

function missing(wanted: string | undefined, byDefault: boolean): InventoryError | UsageError {
  if (wanted === undefined) {
    return new InventoryError('there is no inventory: no -i, no RAMPART_INVENTORY and no folder inventory/', {
      hint: `Write inventory/hosts.yaml. ${EXAMPLE}`,
    })
  }
  return new UsageError(
    `there is no inventory ${wanted}${byDefault ? ', which RAMPART_INVENTORY names' : ''}`,
    {
      hint: `It is a file or a folder; for a host of that name add a comma: -i '${wanted},'`,
    },
  )
}

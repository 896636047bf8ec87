import type { Render } from '../engine/expand.ts'
import { rolesNamed } from '../inventory/extra-vars.ts'
import { limitPattern } from '../inventory/limit.ts'
import { readInventory } from '../inventory/read-inventory.ts'
import type { Fleet } from '../model/fleet.ts'
import type { PlayNode } from '../model/play.ts'
import { Secret } from '../model/secret.ts'
import { importModule, loadPlaybook } from '../project/load.ts'
import { templates } from '../project/template.ts'
import type { RunRequest, Selection } from './request.ts'

/** What the command line says instead of the inventory. */
export type Overrides = Partial<Pick<RunRequest, 'user' | 'key' | 'become' | 'password' | 'becomePassword'>>

/** The plays of all playbooks, in their order. Throws a PlaybookError. */
export async function readPlays(playbooks: readonly string[]): Promise<readonly PlayNode[]> {
  const loaded: PlayNode[] = []
  for (const path of playbooks) loaded.push(...((await loadPlaybook(path)).plays as readonly PlayNode[]))
  return loaded
}

/** The inventory, with what the command line adds. Throws an InventoryError, a VariableError or a UsageError. */
export function readFleet(
  selection: Selection,
  overrides: Overrides,
  warn: (message: string) => void,
): Promise<Fleet> {
  return readInventory({
    ...overrides,
    source: selection.inventory,
    extraVars: selection.extraVars,
    cwd: process.cwd(),
    importModule,
    passphrase: passphrase(),
    warn,
  })
}

/** The roles of which `-e ROLE.VARIABLE=V` sets a variable. */
export const rolesGiven = rolesNamed

/** `--limit` as one pattern; undefined without it. */
export const readLimit = (limit: readonly string[]): string | undefined => limitPattern(limit, process.cwd())

/** Renders templates, each read once for this run. */
export const renderer = (): Render => templates()

/** For private keys' files that ask for one. */
export const passphrase = (): Secret | undefined =>
  process.env['RAMPART_KEY_PASSPHRASE'] ? Secret.env('RAMPART_KEY_PASSPHRASE') : undefined

import { InventoryError } from '../model/error.ts'
import type { Fleet } from '../model/fleet.ts'
import type { Secret } from '../model/secret.ts'
import { readBeside } from './beside.ts'
import type { CommandLine } from './command-line.ts'
import type { Draft } from './draft.ts'
import { newDraft, refuseAmbiguous } from './draft.ts'
import { readExtraVars } from './extra-vars.ts'
import { buildFleet } from './fleet.ts'
import { fromValue } from './from-value.ts'
import { importInventory, readInventoryFile } from './inventory-file.ts'
import { EXAMPLE, readShape } from './shape.ts'
import type { InventorySource } from './source.ts'
import { findInventory, isCode } from './source.ts'
import type { Decrypt } from './tags.ts'
import type { Written } from './written.ts'

export interface InventoryOptions extends CommandLine {
  /** `-i`: a file, a folder, or names with a comma. Undefined: `$RAMPART_INVENTORY`, then `inventory/`. */
  readonly source: string | undefined
  /** `-e`, in their order. */
  readonly extraVars: readonly string[]
  /** Where relative paths of the command line start, and where places are told from. */
  readonly cwd: string
  /** Loads a `.ts` inventory: TypeScript is another layer's matter. */
  readonly importModule: (path: string) => Promise<unknown>
  /** Makes secrets of `!vault`. Without it, reading such a secret fails and says so. */
  readonly decrypt?: Decrypt | undefined
  /** For every private key's file, if it asks for one. */
  readonly passphrase?: Secret | undefined
  /** What is worth knowing and no mistake. */
  readonly warn?: ((message: string) => void) | undefined
}

/**
 * Reads an inventory whole: Ansible's YAML shape or what a `.ts` file computes, `group_vars/` and `host_vars/` beside it,
 * and what the command line adds. Connects to nobody, asks no ssh and reads no secret. Throws an InventoryError, a
 * VariableError or a UsageError for the first mistake, with its place and its cure. Its hosts have `localhost` too, last and
 * in no group, if the inventory does not name it.
 *
 * Beyond Ansible's rules, what Ansible settles in silence is an error here: two sibling groups that disagree, a value
 * said twice, a file of group_vars/ for no group, a key that is misspelt. `group_vars/all` is weaker than a child group
 * of the inventory: a parent always is.
 */
export async function readInventory(options: InventoryOptions): Promise<Fleet> {
  const { cwd, decrypt, extraVars } = options
  const extra = readExtraVars(extraVars, { cwd, decrypt })
  const found = findInventory(options.source, process.env['RAMPART_INVENTORY'], cwd)
  const draft = await readDraft(found, options)
  if (draft.hosts.size === 0) {
    throw new InventoryError('the inventory has no hosts', {
      at: draft.groups.get('all')?.key.at,
      hint: EXAMPLE,
    })
  }
  if (found.kind === 'files') readBeside(draft, { ...found, cwd, decrypt })
  refuseAmbiguous(draft)
  return buildFleet(draft, extra, { ...options, source: found.source })
}

async function readDraft(found: InventorySource, options: InventoryOptions): Promise<Draft> {
  const roots: Written[] = []
  if (found.kind === 'names') roots.push(fromNames(found.names, options.cwd))
  else {
    for (const file of found.files) {
      const code = isCode(file)
      roots.push(
        code
          ? await importInventory(file, options.importModule, options.cwd)
          : readInventoryFile(file, options),
      )
    }
  }
  const [first = fromNames([], options.cwd)] = roots
  const draft = newDraft(first)
  for (const root of roots) readShape(draft, root)
  return draft
}

function fromNames(names: readonly string[], cwd: string): Written {
  const hosts = Object.fromEntries(names.map(name => [name, null]))
  return fromValue({ all: { hosts } }, { folder: cwd, place: () => ({ file: '-i' }) })
}

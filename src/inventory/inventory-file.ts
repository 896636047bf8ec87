import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { InventoryError, RampartError } from '../model/error.ts'
import { placeOf } from '../model/place-of.ts'
import { fromValue } from './from-value.ts'
import { shownPath } from './path.ts'
import type { Decrypt } from './tags.ts'
import { unreadable } from './unreadable.ts'
import type { Source, Written } from './written.ts'
import type { Text } from './yaml.ts'
import { readYaml } from './yaml.ts'

export interface ReadingOptions {
  readonly cwd: string
  readonly decrypt?: Decrypt | undefined
}

/** No line of YAML begins with a lone `[group]`, or with a name and `ansible_x=`. */
const INI = /^\[[\w.:-]+\]\s*(?:[#;].*)?$|^[\w.[\]:-]+[ \t]+ansible_\w+\s*=/m

/** Reads a file of YAML or JSON with a place for each value. Throws one InventoryError for what is not. */
export function readDataFile(path: string, { cwd, decrypt }: ReadingOptions): Written {
  const file = shownPath(cwd, path)
  return parsed(textOf(path, file), { file, folder: dirname(path), decrypt })
}

function parsed(text: string, about: Omit<Text, 'text'>): Written {
  const { file } = about
  if (text.startsWith('$ANSIBLE_VAULT;')) {
    throw new InventoryError('the file is encrypted as a whole', {
      at: { file },
      hint: 'Decrypt it with `ansible-vault decrypt` and keep the secret values alone, as !vault, !env or !file.',
    })
  }
  return readYaml({ text, ...about })
}

/** Like {@link readDataFile}, and knows Ansible's other formats when it sees them. */
export function readInventoryFile(path: string, { cwd, decrypt }: ReadingOptions): Written {
  const file = shownPath(cwd, path)
  if (path.endsWith('.py')) throw foreign('a program for Ansible, which is not run', file)
  const text = textOf(path, file)
  if (/\.(ini|toml)$/.test(path) || INI.test(text)) {
    throw foreign(
      `an inventory in ${path.endsWith('.toml') ? 'TOML' : 'INI'} format, which is not read`,
      file,
    )
  }
  return parsed(text, { file, folder: dirname(path), decrypt })
}

function foreign(what: string, file: string): InventoryError {
  return new InventoryError(`this is ${what}`, {
    at: { file },
    hint: `Ansible translates it: ansible-inventory -i ${file} --list --yaml > hosts.yaml, which then takes its place.`,
  })
}

/** What a `.ts` inventory computes. Throws an InventoryError if it exports something else, or fails. */
export async function importInventory(
  path: string,
  importModule: (path: string) => Promise<unknown>,
  cwd: string,
): Promise<Written> {
  const file = shownPath(cwd, path)
  const source: Source = { folder: dirname(path), place: () => ({ file }) }
  try {
    const { default: compute } = (await importModule(path)) as { default?: unknown }
    if (typeof compute !== 'function') {
      throw new InventoryError('its default export is not an inventory', {
        at: { file },
        hint: 'Write `export default inventory({ all: { hosts: … } })`.',
      })
    }
    return fromValue(await compute(), source)
  } catch (cause) {
    if (RampartError.is(cause)) throw cause
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new InventoryError(`the inventory failed: ${message}`, { at: placeOf(cause) ?? { file }, cause })
  }
}

function textOf(path: string, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (cause) {
    const notText = (cause as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    throw new InventoryError(
      notText ? 'the file is not a text in UTF-8' : `the file cannot be read: ${unreadable(cause)}`,
      {
        at: { file },
        cause,
      },
    )
  }
}

import { readFileSync } from 'node:fs'
import type { Scalar as YamlScalar } from 'yaml'
import { InventoryError, VariableError } from '../model/error.ts'
import type { Place } from '../model/place.ts'
import { fromHere } from '../model/place.ts'
import { Secret } from '../model/secret.ts'
import { pathFrom } from './path.ts'
import { unreadable } from './unreadable.ts'
import type { Scalar } from './written.ts'

/** Makes a secret of what stands after `!vault`. It is read when it is first needed, not when the file is. */
export type Decrypt = (ciphertext: string, at: Place) => Secret

export interface Around {
  readonly at: () => Place
  readonly folder: string
  readonly decrypt: Decrypt | undefined
}

/** A scalar's value by its tag: our own make secrets, YAML's name a type, without one YAML has decided. */
export function tagged(node: YamlScalar, around: Around): { value: Scalar; tag?: string } {
  if (node.tag === undefined || node.tag.startsWith('tag:yaml.org,2002:'))
    return { value: untagged(node, around) }
  const text = typeof node.value === 'string' ? node.value : (node.source ?? '')
  const known = tags[node.tag]
  if (known === undefined) {
    throw new InventoryError(`${node.tag} is no tag that is known here`, {
      at: around.at(),
      hint: `There are ${Object.keys(tags).join(', ')}.`,
    })
  }
  return { value: known(text, around), tag: `${node.tag} ${text}` }
}

const tags: Readonly<Record<string, (text: string, around: Around) => Scalar>> = {
  '!env': fromEnvironment,
  '!file': fromFile,
  '!vault': fromVault,
  '!unsafe': text => text,
}

function untagged(node: YamlScalar, { at }: Around): Scalar {
  const { value, source = '' } = node
  if (typeof value === 'string') {
    if (!/\{\{|\{%/.test(value)) return value
    throw new InventoryError('a template is not evaluated here', {
      at: at(),
      hint: 'Compute it in a .ts inventory, or write !unsafe "…" to keep the text as it is.',
    })
  }
  if (typeof value === 'number' && node.tag === undefined && /^[-+]?0[0-9]+$/.test(source)) {
    throw new InventoryError(
      `${source} is ${Number.parseInt(source, 8)} to Ansible and ${value} to YAML 1.2`,
      {
        at: at(),
        hint: `Write '${source}' in quotes for the text, or the number without its leading zero.`,
      },
    )
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new InventoryError(`${source} has more digits than a number can hold`, {
      at: at(),
      hint: `Write it as a text in quotes: "${source}".`,
    })
  }
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  throw new InventoryError(`${node.tag} makes nothing that an inventory can hold`, {
    at: at(),
    hint: 'Write it as a text in quotes.',
  })
}

function fromEnvironment(name: string, { at }: Around): Secret {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new InventoryError(`!env takes the name of an environment variable, not "${name}"`, { at: at() })
  }
  return new Secret(() => {
    const value = process.env[name]
    if (value !== undefined && value !== '') return value
    throw new VariableError(`the environment variable ${name} is not set`, {
      at: at(),
      hint: `export ${name}=… before the run.`,
    })
  })
}

/** A file of one line is that line without its end; of more lines, all of it (a key needs its last line's end). */
function fromFile(path: string, { at, folder }: Around): Secret {
  if (path === '') throw new InventoryError('!file takes a path', { at: at() })
  const file = pathFrom(folder, path)
  return new Secret(() => {
    const text = readSecret(file, at)
    const line = text.replace(/\r?\n$/, '')
    if (line === '')
      throw new VariableError(`${file} is empty`, { at: at(), hint: 'Write the secret into it.' })
    return line.includes('\n') ? text : line
  })
}

function readSecret(file: string, at: () => Place): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new VariableError(`the secret's file ${fromHere(file)} cannot be read: ${unreadable(cause)}`, {
      at: at(),
      hint: 'A path after !file starts at the folder of the file that it stands in.',
      cause,
    })
  }
}

function fromVault(ciphertext: string, { at, decrypt }: Around): Secret {
  if (decrypt !== undefined) return decrypt(ciphertext, at())
  return new Secret(() => {
    throw new VariableError('!vault cannot be read: no vault is available here', {
      at: at(),
      hint: 'Use !env or !file.',
    })
  })
}

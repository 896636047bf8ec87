import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { PlaybookError } from '../model/error.ts'
import { kindOf } from '../model/kind-of.ts'
import type { Place } from '../model/place.ts'
import { fromHere } from '../model/place.ts'
import { position } from '../model/place-of.ts'
import type { Playbook } from '../model/play.ts'
import type { Exports } from './loader.ts'
import { importFile } from './loader.ts'
import { MODULE, pathHint } from './loader-mistake.ts'

/**
 * Loads a playbook from a file. Throws a PlaybookError that names the place and the cure: the file does not load (see
 * {@link importModule}), or what it exports by default is no playbook.
 */
export async function loadPlaybook(path: string): Promise<Playbook> {
  const exports = await importModule(path)
  const found = exports['default']
  if (!isPlaybook(found)) throw notPlaybook(path, exports)
  const stray = found.plays.findIndex(play => play?.type !== 'play')
  if (stray >= 0) {
    throw new PlaybookError(
      `argument ${stray + 1} of playbook(…) is ${kindOf(found.plays[stray])}, not a play`,
      {
        at: placeOfDefault(path),
        hint: "Tasks and roles stand in a play's list: playbook(play('…', { hosts: '…' }, […])).",
      },
    )
  }
  if (found.plays.length === 0) {
    throw new PlaybookError('the playbook has no plays', {
      at: placeOfDefault(path),
      hint: "Give it one: playbook(play('…', { hosts: '…' }, […])).",
    })
  }
  return found
}

/**
 * Imports a TypeScript or JavaScript module and returns what it exports, by name. Throws a PlaybookError that names the
 * place and the cure: the file is not there, is no module, does not parse, imports what cannot be found, throws, or waits
 * at its top level for what never comes.
 */
export async function importModule(path: string): Promise<Exports> {
  const file = resolve(path)
  if (!existsSync(file)) {
    throw new PlaybookError(`there is no file ${fromHere(file)}`, { hint: pathHint(file) })
  }
  if (statSync(file).isDirectory()) {
    throw new PlaybookError(`${fromHere(file)} is a folder`, { hint: 'Name a file of it.' })
  }
  if (!MODULE.test(file)) {
    throw new PlaybookError(`${fromHere(file)} is no .ts, .js or .mjs file`, {
      hint: /\.ya?ml$/.test(file) ? 'A playbook is TypeScript here; YAML is for the inventory.' : undefined,
    })
  }
  return importFile(file)
}

function notPlaybook(path: string, exports: Exports): PlaybookError {
  const { default: found } = exports
  const named = Object.keys(exports).find(name => isPlaybook(exports[name]))
  const what = found === undefined ? 'nothing by default' : `${kindOf(found)}, not a playbook`
  return new PlaybookError(`${basename(path)} exports ${what}`, {
    at: placeOfDefault(path),
    hint: named === undefined ? cure(found) : `It exports the playbook as ${named}: export default ${named}`,
  })
}

function isPlaybook(value: unknown): value is Playbook {
  return typeof value === 'object' && value !== null && 'plays' in value && Array.isArray(value.plays)
}

function cure(found: unknown): string {
  const type = (found as { readonly type?: unknown } | null | undefined)?.type
  if (type === 'play') return 'Wrap it: export default playbook(play(…))'
  if (found instanceof Promise) return 'Await it: export default await …'
  return "Write: export default playbook(play('…', { hosts: '…' }, […]))"
}

/** Where the file says what it exports by default, as far as its text shows. */
function placeOfDefault(path: string): Place {
  const text = readFileSync(path, 'utf8')
  const at = text.search(/^export default\b|\bas default\b/m)
  return { file: fromHere(resolve(path)), ...(at < 0 ? {} : position(text, at)) }
}

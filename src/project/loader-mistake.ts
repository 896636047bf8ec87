import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { PlaybookError, RampartError } from '../model/error.ts'
import { didYouMean, nearest } from '../model/nearest.ts'
import { fromHere } from '../model/place.ts'
import { placeOf } from '../model/place-of.ts'
import type { Mistake } from './loader-hooks.ts'
import { imported, placeOfQuoted } from './loader-imports.ts'
import { placeOfSyntaxError } from './loader-syntax.ts'

/** The names of files that are modules. */
export const MODULE = /\.m?[jt]s$/

/** Our own public modules by specifier, with what each exports. */
type Api = Readonly<Record<string, readonly string[]>>

/** Whatever was thrown while a file was loaded, as one mistake with its place and its cure. */
export function explain(error: unknown, file: string, api: Api): PlaybookError {
  const mistake = (error as { readonly mistake?: Mistake } | null | undefined)?.mistake
  switch (mistake?.kind) {
    case 'syntax':
      return unstrippable(mistake)
    case 'unresolved':
      return unresolved(mistake, api)
    case 'unreadable':
      return unreadable(mistake, file)
    default:
      return error instanceof SyntaxError ? refused(error, file, api) : thrown(error, file)
  }
}

function unstrippable({ file, line, column, unsupported, message }: Mistake & { kind: 'syntax' }) {
  const at = { file: fromHere(file), line, column }
  if (!unsupported) return new PlaybookError(message.replace(/\. Expected .*/s, ''), { at })
  const what = message.replace(/ is not supported in .*/s, '')
  return new PlaybookError(`${what} is more than types, and nothing is compiled here`, {
    at,
    hint: 'Write a const object for an enum, a module for a namespace, a field for a parameter property, x as T for <T>x.',
  })
}

function unresolved({ specifier, from, code }: Mistake & { kind: 'unresolved' }, api: Api) {
  const importer = fileURLToPath(from)
  const at = placeOfQuoted([{ file: importer, text: readFileSync(importer, 'utf8') }], specifier)
  const whence = { at: at ?? { file: fromHere(importer) } }
  if (!/^(?:\.{0,2}\/|file:)/.test(specifier)) {
    return code === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
      ? new PlaybookError(`its package has no entry "${specifier}"`, whence)
      : new PlaybookError(`there is no package "${specifier}"`, {
          ...whence,
          hint: packageHint(specifier, dirname(importer), Object.keys(api)),
        })
  }
  const path = fileURLToPath(new URL(specifier, from))
  return statSync(path, { throwIfNoEntry: false })?.isDirectory()
    ? new PlaybookError(`${fromHere(path)} is a folder`, {
        ...whence,
        hint: 'Import a file of it by its whole name.',
      })
    : new PlaybookError(`there is no file ${fromHere(path)}`, { ...whence, hint: pathHint(path) })
}

function packageHint(specifier: string, folder: string, own: readonly string[]): string {
  if (existsSync(resolve(folder, specifier))) return `For the file beside it write './${specifier}'.`
  if (specifier.startsWith('rampart/') || nearest(specifier, own) !== undefined)
    return didYouMean(specifier, own)
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  return `Install it where the playbook is: npm install ${name}`
}

/** What is there instead of the first part of a path that is not. */
export function pathHint(path: string, isFolder = false): string {
  const folder = dirname(path)
  if (!existsSync(folder)) return pathHint(folder, true)
  const entries = readdirSync(folder, { withFileTypes: true })
  const names = entries.filter(entry => entry.isDirectory() === isFolder).map(entry => entry.name)
  const stem = (name: string): string => basename(name, extname(name))
  const whole = names.find(name => MODULE.test(name) && stem(name) === stem(path))
  if (whole !== undefined) return `Did you mean "${whole}"?`
  const meant = isFolder ? names : names.filter(name => MODULE.test(name))
  const where = folder === process.cwd() ? 'here' : `in ${fromHere(folder)}`
  const none = `There is no ${isFolder ? 'folder' : '.ts, .js or .mjs file'} ${where}.`
  return didYouMean(basename(path), meant, none)
}

/** Node would not read it: an unknown ending, JSON without its attribute, a scheme other than `file:`. */
function unreadable({ url, message }: Mistake & { kind: 'unreadable' }, file: string) {
  const { protocol, pathname } = new URL(url)
  const files = imported(file)
  const quoted = files.flatMap(({ text }) =>
    [...text.matchAll(/(['"])([^'"\n]+)\1/g)].map(found => found[2] ?? ''),
  )
  const specifier = quoted.find(found => found === url || basename(found) === basename(decodeURI(pathname)))
  const at = placeOfQuoted(files, specifier ?? '') ?? { file: fromHere(file) }
  if (protocol !== 'file:')
    return new PlaybookError(`${protocol} cannot be imported`, { at, hint: 'Fetch it, and import the file.' })
  const path = fromHere(fileURLToPath(url))
  return path.endsWith('.json')
    ? new PlaybookError(`${path} is JSON`, { at, hint: "Add to the import: with { type: 'json' }" })
    : new PlaybookError(message, { at })
}

/** V8 does not take it for a module, or two modules do not fit together. */
function refused(error: SyntaxError, file: string, api: Api) {
  const [message = ''] = error.message.split('\n')
  const [, module = '', name = ''] = /'(.+)' does not provide an export named '(.+)'/.exec(message) ?? []
  const at = placeOf(error) ?? placeOfSyntaxError(imported(file), message) ?? { file: fromHere(file) }
  if (name === '') return new PlaybookError(message, { at })
  if (name === 'default')
    return new PlaybookError(`"${module}" exports nothing by default`, {
      at,
      hint: `Import what you need by name: import { … } from "${module}"`,
    })
  const near = nearest(name, api[module] ?? [])
  return new PlaybookError(`"${module}" exports no ${name}`, {
    at,
    hint:
      near === undefined
        ? `If ${name} is a type, import it as one: import type { ${name} }`
        : `Did you mean "${near}"?`,
  })
}

/** The file ran and threw, or something that it called did. */
function thrown(error: unknown, file: string) {
  const at = placeOf(error) ?? { file: fromHere(file) }
  if (RampartError.is(error))
    return new PlaybookError(error.message, { at: error.at ?? at, hint: error.hint, cause: error })
  return error instanceof Error
    ? new PlaybookError(error.message || error.name, { at, cause: error })
    : new PlaybookError(`it throws ${inspect(error)}`, { at, cause: error })
}
